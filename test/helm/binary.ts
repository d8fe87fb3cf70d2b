import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cacheRoot } from '../control-plane/binaries.ts';
import { run } from '../control-plane/builder.ts';
import { withLock } from '../control-plane/lock.ts';

const moduleFolder = import.meta.dirname;
const goPackage = 'helm.sh/helm/v4/cmd/helm';
const buildFlags = ['-trimpath', '-buildvcs=false', '-mod=readonly', '-ldflags', '-s -w'];

/** The version that go.mod pins, such as `v4.3.1`. */
function pinnedVersion(goMod: string): string {
  const version = /^\s*helm\.sh\/helm\/v4 (v\S+)/m.exec(goMod)?.[1];
  if (version === undefined) throw new Error('go.mod does not require helm.sh/helm/v4');
  return version;
}

/** Where helm is, or will be, in the cache: another pin, flag or platform is another place. */
function cached(env: NodeJS.ProcessEnv): string {
  const [goMod, goSum] = ['go.mod', 'go.sum'].map((name) => readFileSync(join(moduleFolder, name), 'utf8'));
  const key = createHash('sha256')
    .update(JSON.stringify([goMod, goSum, buildFlags, process.platform, process.arch]))
    .digest('hex')
    .slice(0, 16);
  return join(cacheRoot(env), 'helm', `${pinnedVersion(goMod ?? '')}-${key}`, 'helm');
}

/** The path of helm; undefined while it has not been built. */
export function findHelm(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const path = cached(env);
  return existsSync(path) ? path : undefined;
}

/**
 * Finds helm, and builds it into the cache when it is not there yet. Of several processes that ask at once one builds.
 *
 * @param say is told of the progress, a line at a time.
 */
export async function obtainHelm(
  say: (line: string) => void,
  env: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  const path = cached(env);
  const target = dirname(path);
  await mkdir(dirname(target), { recursive: true });
  const build = async () => {
    if (existsSync(path)) return;
    say(`building helm into ${target} (some minutes the first time)`);
    const folder = await mkdtemp(`${target}.building-`);
    try {
      await run('go', ['build', ...buildFlags, '-o', join(folder, 'helm'), goPackage], {
        cwd: moduleFolder,
        env: { ...env, CGO_ENABLED: '0', GOFLAGS: '', GOWORK: 'off' },
      });
      await rename(folder, target);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
  if (!existsSync(path)) {
    await withLock(`${target}.lock`, build, () => say('another process is building helm: waiting for it'));
  }
  return path;
}
