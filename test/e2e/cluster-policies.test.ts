import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { describeWithControlPlane } from '../control-plane/index.ts';
import { type Following, following, forbids, policy, tryConfigMap } from './following.ts';

interface Stored {
  readonly metadata: {
    readonly generation: number;
    readonly managedFields: readonly { readonly manager: string; readonly subresource?: string }[];
  };
  readonly status?: {
    readonly observedGeneration: number;
    readonly rules?: number;
    readonly conditions: readonly {
      readonly type: string;
      readonly status: string;
      readonly reason: string;
      readonly message: string;
    }[];
  };
}

/** What waits for a write of the leader, who looks every ten seconds at the latest. */
const patience = 30_000;

describeWithControlPlane('policies that a cluster holds', { audit: true }, ({ controlPlane }) => {
  let setup: Following;
  let folder: string;
  beforeAll(async () => {
    setup = await following(controlPlane());
    await setup.install();
    folder = await mkdtemp(join(tmpdir(), 'abatis-policies-'));
    await writeFile(join(folder, 'file.yaml'), forbids('fromfile'));
    await setup.start('--policies', folder);
    await setup.start('--policies', folder);
  });
  afterAll(async () => {
    await setup?.end();
    await rm(folder, { recursive: true, force: true });
  });

  const apply = (text: string) => controlPlane().kubectl(['apply', '--filename=-'], { stdin: text });
  const stored = async (name: string) =>
    (await controlPlane().request(`/apis/abatis.dev/v1alpha1/policies/${name}`)).body as unknown as Stored;
  const conditions = async (name: string) =>
    ((await stored(name)).status?.conditions ?? []).map(
      ({ type, status, reason }) => `${type} ${status} ${reason}`,
    );
  const denial = async (...keys: readonly string[]) => (await tryConfigMap(controlPlane(), keys)).stderr;

  it('bite once they are applied', async () => {
    expect((await tryConfigMap(controlPlane(), ['first'])).code).toBe(0);
    expect(await apply(forbids('first'))).toMatchObject({ code: 0 });
    await vi.waitFor(
      async () => expect(await denial('first')).toContain('the key first is not wanted'),
      patience,
    );
    expect(await denial('first')).toMatch(
      /^error: failed to create configmap: admission webhook "validate\.fail\.abatis\.dev" denied the request: no-first\/key/,
    );
  });

  it('are there beside those of files, which keep their names', async () => {
    await vi.waitFor(
      async () => expect(await denial('fromfile')).toContain('the key fromfile is not wanted'),
      patience,
    );
    await apply(forbids('fromfile', { enforcement: 'Audit' }));
    await vi.waitFor(
      async () =>
        expect(await conditions('no-fromfile')).toEqual([
          'Accepted False NameTaken',
          'Ready False NotInForce',
        ]),
      patience,
    );
    expect(await denial('fromfile')).toContain('the key fromfile is not wanted');
    await controlPlane().kubectl(['delete', 'policy', 'no-fromfile']);
  });

  it('are refused when they are at fault, with what is wrong and where', async () => {
    const broken = policy('broken', {
      match: { kinds: ['ConfigMap'] },
      rules: [
        { name: 'a', expression: 'object.data.size() > ' },
        { name: 'b', expression: "object.metadata.name == 1 + 'x'" },
      ],
    });
    const { code, stderr } = await apply(broken);
    expect(code).not.toBe(0);
    expect(stderr).toContain('admission webhook "validate.policies.abatis.dev" denied the request');
    expect(stderr).toMatch(/AB\d{4}: .*\(spec\.rules\[0\]\.expression\)/);
    expect(stderr).toMatch(/AB\d{4}: .*\(spec\.rules\[1\]\.expression\)/);
    expect((await controlPlane().kubectl(['get', 'policy', 'broken'])).code).toBe(1);
  });

  it('say how they stand', async () => {
    await vi.waitFor(
      async () => expect(await conditions('no-first')).toEqual(['Accepted True Valid', 'Ready True InForce']),
      patience,
    );
    const { metadata, status } = await stored('no-first');
    expect(status).toMatchObject({ observedGeneration: metadata.generation, action: 'Deny', rules: 1 });
    expect(metadata.managedFields).toContainEqual(
      expect.objectContaining({ manager: 'abatis-status', operation: 'Apply', subresource: 'status' }),
    );
    const { stdout } = await controlPlane().kubectl(['get', 'abatis', '--no-headers']);
    expect(stdout.trim().split(/\s+/).slice(0, 4)).toEqual([
      'policy.abatis.dev/no-first',
      'Deny',
      'medium',
      'True',
    ]);
  });

  it('keep their last good state where nobody was there to refuse a bad one, and say so', async () => {
    await setup.service.cut();
    expect(await apply(forbids('first', { rules: [{ name: 'a', expression: 'tru' }] }))).toMatchObject({
      code: 0,
    });
    await vi.waitFor(
      async () =>
        expect(await conditions('no-first')).toEqual(['Accepted False Invalid', 'Ready True FormerInForce']),
      patience,
    );
    expect((await stored('no-first')).status).toMatchObject({ observedGeneration: 2 });
    await setup.service.mend();
    await vi.waitFor(
      async () => expect(await denial('first')).toContain('the key first is not wanted'),
      patience,
    );
    for (const replica of setup.replicas) {
      const { status, body } = await replica.request('/readyz?verbose');
      expect(status).toBe(200);
      expect(body).toContain('1 document of the cluster is not in force as it is');
      expect(await replica.count('abatis_policy_documents')).toBe(1);
    }
    expect(await apply(forbids('first'))).toMatchObject({ code: 0 });
    await vi.waitFor(
      async () => expect(await conditions('no-first')).toEqual(['Accepted True Valid', 'Ready True InForce']),
      patience,
    );
  });

  it('count as errors where they never were good, and can be taken away', async () => {
    await setup.service.cut();
    const rules = [{ name: 'a', expression: 'tru' }];
    expect(await apply(forbids('fresh', { rules }))).toMatchObject({ code: 0 });
    await setup.service.mend();
    await vi.waitFor(
      async () =>
        expect(await conditions('no-fresh')).toEqual(['Accepted False Invalid', 'Ready False Error']),
      patience,
    );
    await vi.waitFor(async () => expect(await denial('any')).toContain('its document is at fault'), patience);
    expect((await controlPlane().kubectl(['delete', 'policy', 'no-fresh'])).stderr).toBe('');
    await vi.waitFor(
      async () => expect((await tryConfigMap(controlPlane(), ['any'])).code).toBe(0),
      patience,
    );
  });

  it('are written about by one replica, and never when something is judged', async () => {
    const writes = async () =>
      (await controlPlane().auditEvents()).filter(
        ({ user, objectRef }) => /^abatis-\d$/.test(user.username) && objectRef?.resource !== 'leases',
      );
    const before = await writes();
    const statuses = before.filter(({ objectRef }) => objectRef?.subresource === 'status');
    expect(new Set(statuses.map(({ user }) => user.username))).toEqual(new Set(['abatis-0']));
    for (const key of ['first', 'second', 'first']) await denial(key);
    expect(await writes()).toEqual(before);
  });

  it('stay in force while the API server is out of reach, which is said', async () => {
    await setup.apiServer.cut();
    const [replica] = setup.replicas;
    if (replica === undefined) throw new Error('no replica');
    await vi.waitFor(async () => {
      expect((await replica.log()).map(({ msg }) => msg)).toContain(
        'lost sight of the policies of the cluster; what was known stays',
      );
      expect(await replica.count('abatis_policy_cache_age_seconds')).toBeGreaterThan(0);
    }, patience);
    expect(await controlPlane().kubectl(['delete', 'policy', 'no-first'])).toMatchObject({ code: 0 });
    const { status, body } = await replica.request('/readyz?verbose');
    expect(status).toBe(200);
    expect(body).toMatch(/cluster policies.*1 documents?, not up to date: /);
    expect(await denial('first')).toContain('the key first is not wanted');

    await setup.apiServer.mend();
    await vi.waitFor(
      async () => expect((await tryConfigMap(controlPlane(), ['first'])).code).toBe(0),
      60_000,
    );
    expect(await replica.count('abatis_policy_cache_age_seconds')).toBe(0);
  });

  it('bite no more once they are deleted, while those of files do', async () => {
    expect(await apply(forbids('second'))).toMatchObject({ code: 0 });
    await vi.waitFor(
      async () => expect(await denial('second')).toContain('the key second is not wanted'),
      patience,
    );
    expect(await controlPlane().kubectl(['delete', 'policy', 'no-second'])).toMatchObject({ code: 0 });
    await vi.waitFor(
      async () => expect((await tryConfigMap(controlPlane(), ['second'])).code).toBe(0),
      patience,
    );
    expect(await denial('fromfile')).toContain('the key fromfile is not wanted');
  });

  it('are none where the cluster does not know them, and are followed when it does', async () => {
    expect(await apply(forbids('third'))).toMatchObject({ code: 0 });
    await vi.waitFor(async () => expect(await denial('third')).toContain('the key third'), patience);
    const definitions = ['policies', 'policybindings', 'policyexceptions'].map(
      (each) => `${each}.abatis.dev`,
    );
    expect((await controlPlane().kubectl(['delete', 'crd', ...definitions])).stderr).toBe('');
    await vi.waitFor(
      async () => expect((await tryConfigMap(controlPlane(), ['third'])).code).toBe(0),
      patience,
    );
    const replica = await setup.start('--policies', folder);
    const { status, body } = await replica.request('/readyz');
    expect(status).toBe(200);
    expect(body).toContain('0 documents, not up to date: the cluster does not know policies');
    await setup.install();
    expect(await apply(forbids('third'))).toMatchObject({ code: 0 });
    await vi.waitFor(async () => expect(await denial('third')).toContain('the key third'), patience);
  });
});
