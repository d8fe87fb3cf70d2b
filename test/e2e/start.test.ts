import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { describeWithControlPlane } from '../control-plane/index.ts';
import { type Following, following, policy } from './following.ts';
import type { LogLine } from './webhook.ts';

const patience = 40_000;

// A plural that nobody would guess, so that only the cluster can tell it.
const criteria = JSON.stringify({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'criteria.example.com' },
  spec: {
    group: 'example.com',
    names: { kind: 'Criterion', plural: 'criteria', singular: 'criterion' },
    scope: 'Namespaced',
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
  },
});

describeWithControlPlane('a replica that starts', {}, ({ controlPlane }) => {
  let setup: Following;
  beforeAll(async () => {
    setup = await following(controlPlane());
    await setup.install();
    await apply(criteria);
    await apply(about('first', 'Criterion'));
    const before = await setup.start();
    await untilRegistered('criteria');
    await before.terminate();
  });
  afterAll(() => setup?.end());

  async function apply(text: string): Promise<void> {
    const { code, stderr } = await controlPlane().kubectl(['apply', '--filename=-'], { stdin: text });
    expect(code, stderr).toBe(0);
  }
  async function configuration() {
    const path = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/abatis';
    return (await controlPlane().request(path)).body as unknown as {
      readonly metadata: { readonly generation: number };
      readonly webhooks?: readonly { readonly rules: readonly { readonly resources: readonly string[] }[] }[];
    };
  }
  const resources = async () =>
    ((await configuration()).webhooks ?? []).flatMap(({ rules }) => rules.flatMap((rule) => rule.resources));
  const untilRegistered = (resource: string) =>
    vi.waitFor(async () => expect(await resources()).toContain(resource), patience);

  it('while the API server is away serves soon after it is back, and registers nothing less than is registered', async () => {
    const { generation } = (await configuration()).metadata;
    await setup.apiServer.cut();
    const count = setup.replicas.length;
    // Gives up after 30 seconds.
    const starting = setup.start();
    const replica = await vi.waitUntil(() => setup.replicas[count], patience);
    await expect(replica.request('/healthz')).rejects.toThrow();
    await setup.apiServer.mend();
    await starting;
    await vi.waitFor(
      async () => expect((await replica.log()).map(({ msg }) => msg)).toContain('leading'),
      patience,
    );
    await apply(about('second', 'ConfigMap'));
    await untilRegistered('configmaps');

    expect(await resources()).toContain('criteria');
    expect((await configuration()).metadata.generation).toBe(generation + 1);
  });

  it('registers nothing before others may have found out that it is ready', async () => {
    for (const replica of setup.replicas) await replica.terminate();
    await apply(about('third', 'Secret'));
    const replica = await setup.start('--drain-delay', '2');
    await untilRegistered('secrets');
    const lines = await replica.log();
    const at = (found: (line: LogLine) => boolean) => Date.parse(String(lines.find(found)?.['time']));
    const waited =
      at(({ msg }) => msg === 'changed the registration') - at(({ address }) => address !== undefined);

    expect(waited).toBeGreaterThanOrEqual(3900);
  });
});

function about(name: string, kind: string): string {
  return policy(name, {
    match: { kinds: [kind] },
    enforcement: 'Warn',
    rules: [{ name: 'no', expression: 'false', message: 'no' }],
  });
}
