import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { buildKey, kubernetesVersion, type ProgramName, programs } from './pinned.ts';

/** The programs of a control plane, and the version of its API server, such as `1.36.3`. */
export interface Binaries {
  readonly paths: Readonly<Record<ProgramName, string>>;
  readonly version: string;
}

/** What was found; when nothing was, why, and what to do about it. */
export type Found =
  | { readonly found: true; readonly binaries: Binaries }
  | { readonly found: false; readonly reason: string; readonly help: string };

/** What a finished build says of itself, beside its programs in the cache. */
export interface BuildRecord {
  readonly version: string;
}

export const recordFile = 'built.json';

/**
 * Looks for the control plane's programs without building anything: in `KUBEBUILDER_ASSETS` if that
 * is set, else in the cache. kubectl may also be the machine's own, within one minor version of the
 * API server (Kubernetes' version skew policy).
 */
export function findBinaries(env: NodeJS.ProcessEnv = process.env): Found {
  const assets = env['KUBEBUILDER_ASSETS'];
  if (assets !== undefined && assets !== '') return findAssets(assets, env);
  const folder = cacheEntry(env);
  if (!existsSync(join(folder, recordFile))) {
    return {
      found: false,
      reason: `Kubernetes ${kubernetesVersion} has not been built yet`,
      help: 'build it once (some minutes) with `npx node test/control-plane/build.ts`, or let KUBEBUILDER_ASSETS name a folder with kube-apiserver and etcd',
    };
  }
  const record = JSON.parse(readFileSync(join(folder, recordFile), 'utf8')) as BuildRecord;
  const paths = {
    etcd: join(folder, 'etcd'),
    'kube-apiserver': join(folder, 'kube-apiserver'),
    kubectl: join(folder, 'kubectl'),
  };
  return { found: true, binaries: { paths, version: record.version } };
}

/** The folder that holds, or will hold, what this checkout pins. */
export function cacheEntry(env: NodeJS.ProcessEnv = process.env): string {
  return join(cacheRoot(env), 'control-plane', `${kubernetesVersion}-${buildKey}`);
}

/** The folder of what tests build once. */
export function cacheRoot(env: NodeJS.ProcessEnv): string {
  if (env['ABATIS_CACHE']) return env['ABATIS_CACHE'];
  return join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'abatis');
}

function findAssets(folder: string, env: NodeJS.ProcessEnv): Found {
  const missing = programs
    .map(({ name }) => name)
    .filter((name) => name !== 'kubectl' && !existsSync(join(folder, name)));
  if (missing.length > 0) {
    return {
      found: false,
      reason: `KUBEBUILDER_ASSETS is \`${folder}\`, which lacks ${missing.join(' and ')}`,
      help: 'let it name a folder that has them, or unset it',
    };
  }
  const apiServer = join(folder, 'kube-apiserver');
  const version = execFileSync(apiServer, ['--version'], { encoding: 'utf8' }).trim().replace(/^.* v/, '');
  const kubectl = existsSync(join(folder, 'kubectl'))
    ? join(folder, 'kubectl')
    : machineKubectl(version, env);
  if (kubectl === undefined) {
    return {
      found: false,
      reason: `neither KUBEBUILDER_ASSETS (\`${folder}\`) nor PATH has a kubectl that suits Kubernetes ${version}`,
      help: 'put a kubectl of the same minor version there',
    };
  }
  return {
    found: true,
    binaries: { version, paths: { etcd: join(folder, 'etcd'), 'kube-apiserver': apiServer, kubectl } },
  };
}

function machineKubectl(serverVersion: string, env: NodeJS.ProcessEnv): string | undefined {
  const candidates = (env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, 'kubectl'));
  return candidates.find((path) => existsSync(path) && withinSkew(path, serverVersion));
}

function withinSkew(kubectl: string, serverVersion: string): boolean {
  const text = execFileSync(kubectl, ['version', '--client', '-o', 'json'], { encoding: 'utf8' });
  const { clientVersion } = JSON.parse(text) as { readonly clientVersion: { readonly gitVersion: string } };
  const minors = [clientVersion.gitVersion, serverVersion].map((version) => Number(version.split('.')[1]));
  const [client = Number.NaN, server = Number.NaN] = minors;
  return Math.abs(client - server) <= 1;
}
