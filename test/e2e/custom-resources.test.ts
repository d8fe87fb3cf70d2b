import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { load } from 'js-yaml';
import { globSync } from 'tinyglobby';
import { beforeAll, expect, it, vi } from 'vitest';
import { describeWithControlPlane } from '../control-plane/index.ts';
import { repository } from './webhook.ts';

const crds = join(repository, 'charts/abatis/crds');
const policies = globSync('policies/*/*/policy.yaml', { cwd: repository }).sort();

interface Definition {
  readonly spec: object;
  readonly status: { readonly conditions: readonly { readonly type: string; readonly status: string }[] };
}

describeWithControlPlane('our own kinds in a cluster', {}, ({ controlPlane }) => {
  const definition = async (name: string) =>
    (
      await controlPlane().request(
        `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${name}.abatis.dev`,
      )
    ).body as Definition;

  const apply = (...more: string[]) =>
    controlPlane().kubectl(['apply', '--server-side', `--filename=${crds}`, ...more]);

  beforeAll(async () => {
    expect(await apply()).toMatchObject({ code: 0, stderr: '' });
    await vi.waitUntil(async () => {
      const { code } = await controlPlane().kubectl(['get', 'abatis', '--all-namespaces']);
      return code === 0;
    }, 30_000);
  });

  it.each(['policies', 'policybindings', 'policyexceptions'])('are structural: %s', async (name) => {
    const { conditions } = (await definition(name)).status;
    expect(conditions.filter(({ type }) => type === 'NonStructuralSchema')).toEqual([]);
    expect(conditions).toContainEqual(expect.objectContaining({ type: 'Established', status: 'True' }));
  });

  it('can be applied again, and nothing changes', async () => {
    const before = await definition('policies');
    expect(await apply('--field-manager=kubectl')).toMatchObject({ code: 0 });
    expect((await definition('policies')).spec).toEqual(before.spec);
  });

  it('take every stock policy, strictly, and give it back as it was', async () => {
    const { code, stderr } = await controlPlane().kubectl([
      'apply',
      '--server-side',
      '--validate=strict',
      ...policies.map((file) => `--filename=${join(repository, file)}`),
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const file of policies) {
      const { spec } = load(readFileSync(join(repository, file), 'utf8')) as { spec: unknown };
      const name = basename(dirname(file));
      const { body } = await controlPlane().request(`/apis/abatis.dev/v1alpha1/policies/${name}`);
      expect(body).toMatchObject({ kind: 'Policy' });
      expect((body as { spec: unknown }).spec).toEqual(spec);
    }
  });

  it('are shown in columns that can be read', async () => {
    const { stdout } = await controlPlane().kubectl(['get', 'policies']);
    expect(stdout.split('\n')[0]?.split(/\s+/)).toEqual(['NAME', 'ACTION', 'SEVERITY', 'READY', 'AGE']);
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThan(100);
    const { stdout: wide } = await controlPlane().kubectl(['get', 'abpol', '--output=wide']);
    expect(wide).toContain('No privileged containers');
  });

  it('refuse what has the wrong type or an unknown field before anybody is asked', async () => {
    const policy = (spec: object) =>
      JSON.stringify({
        apiVersion: 'abatis.dev/v1alpha1',
        kind: 'Policy',
        metadata: { name: 'wrong' },
        spec,
      });
    const create = (spec: object) =>
      controlPlane().kubectl(['create', '--filename=-'], { stdin: policy(spec) });
    const rules = [{ name: 'a', require: ['spec'] }];
    expect((await create({ rules, severity: 'hgih' })).stderr).toContain('spec.severity');
    expect((await create({ rules, enforcment: 'Deny' })).stderr).toContain('spec.enforcment');
    expect((await create({ rules: [...rules, ...rules] })).stderr).toContain('Duplicate value');
  });
});
