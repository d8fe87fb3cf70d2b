import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const json = (file: string) => JSON.parse(readFileSync(join(root, file), 'utf8'));

interface LockedPackage {
  readonly version: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly hasInstallScript?: boolean;
  readonly name?: string;
}

const manifest = json('package.json');
const locked = Object.entries(json('package-lock.json').packages as Record<string, LockedPackage>).filter(
  ([path]) => path !== '',
);
const shipped = locked.filter(([, { dev, devOptional }]) => dev !== true && devOptional !== true);

/** `node_modules/a/node_modules/@b/c` is of the package `@b/c`. */
const nameOf = (path: string) => path.split('node_modules/').at(-1) ?? path;

describe('the dependencies', () => {
  it('are few, and of exactly one version each in what we ask for', () => {
    const asked: Readonly<Record<string, string>> = manifest.dependencies;
    expect(Object.keys(asked).length).toBeLessThanOrEqual(20);
    for (const [name, version] of Object.entries(asked)) expect(version, name).toMatch(/^\d+\.\d+\.\d+$/);
  });

  it('are locked with a checksum', () => {
    expect(locked.length).toBeGreaterThan(100);
    expect(locked.filter(([, { integrity = '' }]) => !integrity.startsWith('sha512-'))).toEqual([]);
    // Wherever they come from, the checksum decides.
    const elsewhere = locked.filter(
      ([, { resolved }]) => resolved !== undefined && !resolved.startsWith('https://registry.npmjs.org/'),
    );
    expect(elsewhere).toEqual([]);
  });

  it('run nothing when they are installed, but for the Node of the developers', () => {
    const scripted = locked.filter(([, { hasInstallScript }]) => hasInstallScript === true);
    expect(scripted.map(([path]) => nameOf(path))).toEqual(['node']);
    expect(shipped.map(([path]) => nameOf(path))).not.toContain('node');
    expect(manifest.allowScripts).toEqual({ node: true });
  });

  it('have licences that ask for no more than to be named', () => {
    const good = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'ISC', 'MIT'];
    const known = [...good, 'PSF-2.0', 'Python-2.0', 'Unlicense'];
    expect(shipped.filter(([, { license = '' }]) => !known.includes(license)).map(([path]) => path)).toEqual(
      [],
    );
  });
});

describe('the bill of materials', () => {
  const [, ...args] = manifest.scripts.sbom.split(' ');
  const { stdout, status } = spawnSync(process.execPath, args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });

  it('is CycloneDX', () => {
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      bomFormat: 'CycloneDX',
      specVersion: expect.stringMatching(/^1\.\d$/),
      serialNumber: expect.stringMatching(/^urn:uuid:[-0-9a-f]{36}$/),
      version: 1,
      metadata: { component: { purl: `pkg:npm/${manifest.name}@${manifest.version}` } },
    });
  });

  it('has every component with type, version, address, checksum and licence, and every dependency of theirs', () => {
    const { components, dependencies } = JSON.parse(stdout);
    const references = new Set(components.map((each: { 'bom-ref': string }) => each['bom-ref']));
    expect(references.size).toBe(components.length);
    for (const component of components) {
      expect(component).toMatchObject({
        type: 'library',
        version: expect.any(String),
        purl: expect.stringMatching(/^pkg:npm\//),
        licenses: [expect.anything()],
        hashes: [{ alg: 'SHA-512', content: expect.stringMatching(/^[0-9a-f]{128}$/) }],
      });
    }
    const unknown = dependencies
      .flatMap(({ dependsOn }: { dependsOn: readonly string[] }) => dependsOn)
      .filter((each: string) => !references.has(each));
    expect(unknown).toEqual([]);
  });

  it('has what is shipped, and nothing that is for developing', () => {
    const { components } = JSON.parse(stdout);
    const named = components.map((each: { purl: string; version: string }) =>
      decodeURIComponent(each.purl).replace('pkg:npm/', ''),
    );
    const expected = shipped.map(([path, { name, version }]) => `${name ?? nameOf(path)}@${version}`);
    expect([...new Set(named)].sort()).toEqual([...new Set(expected)].sort());
  });
});
