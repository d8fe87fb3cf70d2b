import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cacheRoot } from '../control-plane/binaries.ts';
import { run } from '../control-plane/builder.ts';
import { withLock } from '../control-plane/lock.ts';

type Say = (line: string) => void;

const folder = import.meta.dirname;
const buildFlags = ['-trimpath', '-buildvcs=false', '-mod=readonly', '-ldflags', '-s -w'];
/** Where Debian's package is installed, if it is. */
const installed = '/usr/bin/docker-registry';

/** Where the registry is, or will be, in the cache: another pin, flag or platform is another place. */
function cached(env: NodeJS.ProcessEnv): string {
  const sources = ['debian.sh', 'go.mod', 'go.sum', 'main.go'];
  const texts = sources.map((name) => readFileSync(join(folder, name), 'utf8'));
  const key = createHash('sha256')
    .update(JSON.stringify([texts, buildFlags, process.platform, process.arch]))
    .digest('hex')
    .slice(0, 16);
  return join(cacheRoot(env), 'registry', key, 'registry');
}

/** The path of the registry: in the cache, else of the machine; undefined where neither has it. */
export function findRegistry(env: NodeJS.ProcessEnv = process.env): string | undefined {
  return [cached(env), installed].find((path) => existsSync(path));
}

/**
 * Finds the registry, and brings it into the cache where there is none: Debian's package, else the reference
 * implementation built with Go. Of several processes that ask at once one does it.
 *
 * @param say is told of the progress, a line at a time.
 */
export async function obtainRegistry(say: Say, env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const found = findRegistry(env);
  if (found !== undefined) return found;
  const path = cached(env);
  const target = dirname(path);
  await mkdir(dirname(target), { recursive: true });
  const fill = async () => {
    if (existsSync(path)) return;
    const work = await mkdtemp(`${target}.building-`);
    try {
      await bring(work, say, env);
      await rename(work, target);
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  };
  await withLock(`${target}.lock`, fill, () => say('another process brings the registry: waiting for it'));
  return path;
}

async function bring(target: string, say: Say, env: NodeJS.ProcessEnv): Promise<void> {
  try {
    say('fetching the package of Debian 12');
    await run('sh', [join(folder, 'debian.sh'), target], { cwd: target, env });
  } catch (error) {
    say((error as Error).message);
    say('the package cannot be had here; building the reference implementation (about a minute)');
    await run('go', ['build', ...buildFlags, '-o', join(target, 'registry'), '.'], {
      cwd: folder,
      env: { ...env, CGO_ENABLED: '0', GOFLAGS: '', GOWORK: 'off' },
    });
  }
}
