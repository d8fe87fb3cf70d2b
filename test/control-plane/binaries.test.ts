import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cacheEntry, findBinaries } from './binaries.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'abatis-binaries-'));
});
afterEach(() => rmSync(root, { recursive: true }));

/** A folder of programs that print what they are told to. */
function assets(programs: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(root, 'assets-'));
  for (const [name, output] of Object.entries(programs)) {
    writeFileSync(join(folder, name), `#!/bin/sh\necho '${output}'\n`);
    chmodSync(join(folder, name), 0o755);
  }
  return folder;
}

const kubectl = (version: string): string => JSON.stringify({ clientVersion: { gitVersion: version } });

describe('the cache', () => {
  it.each([
    { env: { ABATIS_CACHE: '/a', XDG_CACHE_HOME: '/b' }, starts: '/a/control-plane/v1.' },
    { env: { XDG_CACHE_HOME: '/b' }, starts: '/b/abatis/control-plane/v1.' },
    { env: {}, starts: '/.cache/abatis/control-plane/v1.' },
  ])('is outside the repository: $starts', ({ env, starts }) => {
    expect(cacheEntry(env)).toContain(starts);
  });

  it('has nothing before a build, and says how to build', () => {
    expect(findBinaries({ ABATIS_CACHE: root })).toEqual({
      found: false,
      reason: expect.stringContaining('has not been built yet'),
      help: expect.stringContaining('npx node test/control-plane/build.ts'),
    });
  });

  it('has the programs, and their version, once a build has left its record', () => {
    const env = { ABATIS_CACHE: root };
    mkdirSync(cacheEntry(env), { recursive: true });
    writeFileSync(join(cacheEntry(env), 'built.json'), '{"version":"1.36.3"}');

    expect(findBinaries(env)).toMatchObject({
      found: true,
      binaries: { version: '1.36.3', paths: { etcd: join(cacheEntry(env), 'etcd') } },
    });
  });
});

describe('KUBEBUILDER_ASSETS', () => {
  it('comes before the cache, and the API server there says its version', () => {
    const folder = assets({ etcd: '', 'kube-apiserver': 'Kubernetes v1.34.1', kubectl: kubectl('v1.34.1') });

    expect(findBinaries({ KUBEBUILDER_ASSETS: folder, ABATIS_CACHE: root })).toMatchObject({
      found: true,
      binaries: { version: '1.34.1', paths: { kubectl: join(folder, 'kubectl') } },
    });
  });

  it('is not silently passed over when it lacks something', () => {
    const folder = assets({ 'kube-apiserver': 'Kubernetes v1.34.1' });

    expect(findBinaries({ KUBEBUILDER_ASSETS: folder })).toMatchObject({
      found: false,
      reason: `KUBEBUILDER_ASSETS is \`${folder}\`, which lacks etcd`,
    });
  });

  it.each([
    { machine: 'v1.33.0', found: true },
    { machine: 'v1.35.9', found: true },
    { machine: 'v1.32.4', found: false },
    { machine: 'v1.36.0', found: false },
  ])('borrows kubectl $machine from the machine for 1.34: $found', ({ machine, found }) => {
    const folder = assets({ etcd: '', 'kube-apiserver': 'Kubernetes v1.34.1' });
    const PATH = `/nowhere:${assets({ kubectl: kubectl(machine) })}`;

    expect(findBinaries({ KUBEBUILDER_ASSETS: folder, PATH }).found).toBe(found);
  });
});
