import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { describeWithControlPlane } from '../control-plane/index.ts';
import { type Following, following, forbids, tryConfigMap } from './following.ts';
import type { Replica } from './replica.ts';

const patience = 40_000;

// As OpenShift's API server: who may not delete an object may not give it an owner.
const flags = ['--enable-admission-plugins=OwnerReferencesPermissionEnforcement'];

describeWithControlPlane('the lead of replicas', { flags }, ({ controlPlane }) => {
  let setup: Following;
  let first: Replica;
  let second: Replica;
  beforeAll(async () => {
    setup = await following(controlPlane());
    await setup.install();
    first = await setup.start();
    await vi.waitFor(async () => expect(await messages(first)).toContain('leading'), patience);
    second = await setup.start();
    await vi.waitFor(async () => expect(await leading(first)).toBe(1), patience);
  });
  afterAll(() => setup?.end());

  const apply = async (text: string) => {
    const { code, stderr } = await controlPlane().kubectl(['apply', '--filename=-'], { stdin: text });
    expect(code, stderr).toBe(0);
  };
  const leading = (replica: Replica) => replica.count('abatis_leading');
  const messages = async (replica: Replica) => (await replica.log()).map(({ msg }) => msg);
  const get = async (path: string) => (await controlPlane().request(path)).body as never;
  const lease = async (name: string) =>
    (await get(`/apis/coordination.k8s.io/v1/namespaces/abatis-system/leases/${name}`)) as {
      readonly spec: { readonly leaseDurationSeconds: number; readonly leaseTransitions: number };
    };
  const untilDenied = (key: string) =>
    vi.waitFor(
      async () => expect((await tryConfigMap(controlPlane(), [key])).stderr).toContain('is not wanted'),
      patience,
    );
  const untilReady = (name: string) =>
    vi.waitFor(async () => {
      const { status } = (await get(`/apis/abatis.dev/v1alpha1/policies/${name}`)) as {
        readonly status?: {
          readonly conditions: readonly { readonly type: string; readonly status: string }[];
        };
      };
      expect(status?.conditions.map((each) => `${each.type} ${each.status}`)).toEqual([
        'Accepted True',
        'Ready True',
      ]);
    }, patience);

  it('registers without an owner where the API server allows none, and says so', async () => {
    await apply(forbids('before'));
    await untilDenied('before');
    const kinds = ['validating', 'mutating'];
    for (const kind of kinds) {
      const path = `/apis/admissionregistration.k8s.io/v1/${kind}webhookconfigurations/abatis`;
      expect(((await get(path)) as { readonly metadata: object }).metadata).not.toHaveProperty(
        'ownerReferences',
      );
    }
    const notes = (await first.log()).filter(({ msg }) => String(msg).includes('may not be given an owner'));
    expect(notes).toEqual([expect.objectContaining({ problem: expect.stringContaining('403') })]);
  });

  it('is taken over when the leader is killed, once its lease is over, with all that it was to write', async () => {
    const { leaseDurationSeconds, leaseTransitions } = (await lease('abatis')).spec;
    expect(await leading(second)).toBe(0);
    const killed = performance.now();
    await first.kill();
    setup.service.lead(second.url);
    await apply(forbids('after'));
    await vi.waitFor(async () => expect(await messages(second)).toContain('leading'), patience);
    const seconds = (performance.now() - killed) / 1000;
    await untilDenied('after');
    await untilReady('no-after');
    expect(await leading(second)).toBe(1);

    expect(leaseDurationSeconds).toBe(15);
    expect((await lease('abatis')).spec.leaseTransitions).toBe(leaseTransitions + 1);
    // The lease, one look at it more, and what a busy machine takes.
    expect(seconds).toBeLessThan(leaseDurationSeconds + 10);
  });

  it('is one of its own for each registration in a namespace', async () => {
    const { role, name } = { role: 'other', name: 'other' };
    await controlPlane().kubectl([
      ...['create', 'role', role, '--namespace=abatis-system', '--resource=leases.coordination.k8s.io'],
      '--verb=get,patch',
    ]);
    await controlPlane().kubectl([
      ...['create', 'rolebinding', role, '--namespace=abatis-system', '--role=other', '--group=abatis'],
    ]);
    const other = await setup.start('--register', name);
    setup.service.lead(second.url);
    const led = await vi.waitUntil(
      async () => (await other.log()).find(({ msg }) => msg === 'leading'),
      patience,
    );

    expect(led).toMatchObject({ lease: 'abatis-system/other' });
    // It may not write configurations of that name.
    await vi.waitFor(
      async () =>
        expect((await other.log()).map(({ msg }) => String(msg)).join()).toContain('cannot be registered'),
      patience,
    );
    expect(await leading(other)).toBe(0);
    expect((await lease('other')).spec.leaseTransitions).toBe(0);
  });

  it('keeps nobody from draining whom the API server does not answer any more', async () => {
    await vi.waitFor(async () => expect(await messages(second)).toContain('leading'), patience);
    setup.apiServer.swallow();
    const ended = second.terminate();
    const started = performance.now();
    await vi.waitFor(() => expect(second.request('/healthz')).rejects.toThrow('ECONNREFUSED'), patience);
    // Otherwise what it still asks the API server would come before what is under way here.
    expect((performance.now() - started) / 1000).toBeLessThan(4);
    expect(await ended).toBe('exit 0');
  });
});
