import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Binaries, type BuildRecord, cacheEntry, findBinaries, recordFile } from './binaries.ts';
import { withLock } from './lock.ts';
import { buildFlags, kubernetesVersion, moduleFolder, pinnedVersion, programs } from './pinned.ts';

type Say = (line: string) => void;

/**
 * Finds the control plane's programs, and builds them into the cache when they are not there yet.
 *
 * Several processes may ask at once: one builds, the others wait for it, and what is in the cache is
 * always complete, because a build is moved there in one step. Throws when nothing can be had.
 *
 * @param say is told of the progress, a line at a time.
 */
export async function obtainBinaries(say: Say, env: NodeJS.ProcessEnv = process.env): Promise<Binaries> {
  const before = findBinaries(env);
  if (before.found) return before.binaries;
  if (env['KUBEBUILDER_ASSETS']) throw new Error(`${before.reason}: ${before.help}`);
  const target = cacheEntry(env);
  await mkdir(dirname(target), { recursive: true });
  await withLock(
    `${target}.lock`,
    async () => {
      if (!findBinaries(env).found) await buildInto(target, say, env);
    },
    () => say('another process is building the control plane: waiting for it'),
  );
  const after = findBinaries(env);
  if (!after.found) throw new Error(`${after.reason}: ${after.help}`);
  return after.binaries;
}

async function buildInto(target: string, say: Say, env: NodeJS.ProcessEnv): Promise<void> {
  const folder = await mkdtemp(`${target}.building-`);
  try {
    const record = await buildWithGo(folder, say, env).catch((error: unknown) => {
      say(`${(error as Error).message}`);
      say('Go cannot build it here; trying the source package of Debian 12 (Kubernetes 1.20.2)');
      return buildFromDebian(folder, say, env);
    });
    await writeFile(join(folder, recordFile), JSON.stringify(record));
    await rename(folder, target);
    say(`Kubernetes ${record.version} is in ${target}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function buildWithGo(folder: string, say: Say, env: NodeJS.ProcessEnv): Promise<BuildRecord> {
  for (const { name, goPackage, goModule } of programs) {
    say(
      `building ${name} ${pinnedVersion(goModule)}${name === 'kube-apiserver' ? ' (some minutes the first time)' : ''}`,
    );
    const args = ['build', ...buildFlags, '-o', join(folder, name), goPackage];
    await run('go', args, {
      cwd: moduleFolder,
      env: { ...env, CGO_ENABLED: '0', GOFLAGS: '', GOWORK: 'off' },
    });
  }
  return { version: kubernetesVersion.slice(1) };
}

async function buildFromDebian(folder: string, say: Say, env: NodeJS.ProcessEnv): Promise<BuildRecord> {
  await run('sh', [join(moduleFolder, 'debian.sh'), folder], { cwd: folder, env });
  say('built from the source package: tests that need a newer API server will say so by name');
  return { version: '1.20.2' };
}

/** Runs a program with its output on our standard error; rejects when it cannot start or fails. */
export function run(
  command: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', process.stderr, process.stderr] });
    child.once('error', (error) => reject(new Error(`\`${command}\` cannot be started: ${error.message}`)));
    child.once('exit', (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(`\`${command} ${args[0]}\` ended with ${signal ?? code}`));
    });
  });
}
