import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** The folder of the Go module that pins the control plane. */
export const moduleFolder = import.meta.dirname;

/** A program of the control plane, and the Go package it is built from. */
export interface Program {
  readonly name: ProgramName;
  readonly goPackage: string;
  /** The module whose version in go.mod is the program's. */
  readonly goModule: string;
}

export type ProgramName = 'etcd' | 'kube-apiserver' | 'kubectl';

/** Quickest to build first, so that a machine that cannot build says so at once. */
export const programs: readonly Program[] = [
  { name: 'etcd', goPackage: 'go.etcd.io/etcd/server/v3', goModule: 'go.etcd.io/etcd/server/v3' },
  { name: 'kubectl', goPackage: 'k8s.io/kubernetes/cmd/kubectl', goModule: 'k8s.io/kubernetes' },
  {
    name: 'kube-apiserver',
    goPackage: 'k8s.io/kubernetes/cmd/kube-apiserver',
    goModule: 'k8s.io/kubernetes',
  },
];

const goMod = readFileSync(`${moduleFolder}/go.mod`, 'utf8');
const goSum = readFileSync(`${moduleFolder}/go.sum`, 'utf8');

/** The version that go.mod requires of a module, such as `v1.36.3`. */
export function pinnedVersion(goModule: string): string {
  const line = goMod.split('\n').find((text) => text.trim().startsWith(`${goModule} v`));
  const version = line?.trim().split(' ')[1];
  if (version === undefined) throw new Error(`go.mod does not require ${goModule}`);
  return version;
}

/** The Kubernetes version that the tests are pinned to, such as `v1.36.3`. */
export const kubernetesVersion: string = pinnedVersion('k8s.io/kubernetes');

/**
 * The arguments of `go build`, but for the output and the package.
 *
 * Kubernetes learns its version from the linker: unstamped, it calls itself v0.0.0 and refuses to
 * emulate anything.
 */
export const buildFlags: readonly string[] = [
  '-trimpath',
  '-buildvcs=false',
  '-mod=readonly',
  '-ldflags',
  ['-s', '-w', ...versionStamps(kubernetesVersion)].join(' '),
];

/** Names what a build depends on, so that another pin, flag or platform is another cache entry. */
export const buildKey: string = createHash('sha256')
  .update(JSON.stringify([goMod, goSum, buildFlags, process.platform, process.arch]))
  .digest('hex')
  .slice(0, 16);

function versionStamps(version: string): readonly string[] {
  const [major = '', minor = ''] = version.slice(1).split('.');
  return Object.entries({ gitVersion: version, gitMajor: major, gitMinor: minor, gitTreeState: 'clean' }).map(
    ([name, value]) => `-X k8s.io/component-base/version.${name}=${value}`,
  );
}
