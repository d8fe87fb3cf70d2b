import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { abatis, folder } from './process.ts';

const names = ['policies.abatis.dev', 'policybindings.abatis.dev', 'policyexceptions.abatis.dev'];

describe('abatis crds', () => {
  it('prints a definition of each kind, for kubectl apply', () => {
    const { code, stdout, stderr } = abatis(['crds'], { cwd: folder({}) });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const objects = loadAll(stdout) as { kind: string; metadata: { name: string } }[];
    expect(objects.map(({ metadata }) => metadata.name)).toEqual(names);
    expect(new Set(objects.map(({ kind }) => kind))).toEqual(new Set(['CustomResourceDefinition']));
  });

  it('writes them as files instead', () => {
    const cwd = folder({});
    const { code, stdout } = abatis(['crds', '--out', 'a/b'], { cwd });
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(readdirSync(join(cwd, 'a/b'))).toEqual(names.map((name) => `${name}.yaml`));
    expect(readFileSync(join(cwd, 'a/b/policies.abatis.dev.yaml'), 'utf8')).toContain('plural: policies\n');
  });

  it('says where it cannot write', () => {
    const { code, stderr } = abatis(['crds', '--out', 'file/in'], { cwd: folder({ file: '' }) });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: cannot write to `file\/in`: /);
  });
});
