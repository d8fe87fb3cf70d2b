import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { describeWithControlPlane } from '../control-plane/index.ts';
import { type Following, following, policy } from './following.ts';

const patience = 60_000;
const policies = '/apis/abatis.dev/v1alpha1/policies';

/** What one leader writes in half a minute, or a little less. */
const many = 500;

describeWithControlPlane('the statuses of hundreds of documents', {}, ({ controlPlane }) => {
  let setup: Following;
  beforeAll(async () => {
    setup = await following(controlPlane());
    await setup.install();
    for (let from = 0; from < many; from += 20) {
      await Promise.all(
        Array.from({ length: 20 }, (_, index) => create(`many-${from + index}`, 'ConfigMap')),
      );
    }
    await setup.start();
  });
  afterAll(() => setup?.end());

  const create = async (name: string, kind: string) => {
    const spec = {
      match: { kinds: [kind] },
      enforcement: 'Audit',
      rules: [{ name: 'no', expression: 'false', message: 'no' }],
    };
    const body = JSON.parse(policy(name, spec)) as object;
    expect(await controlPlane().request(policies, { method: 'POST', body })).toMatchObject({ status: 201 });
  };
  const ready = async () => {
    const { items } = (await controlPlane().request(policies)).body as unknown as {
      readonly items: readonly { readonly status?: object }[];
    };
    return items.filter(({ status }) => status !== undefined).length;
  };
  const registered = async () => {
    const path = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/abatis';
    return JSON.stringify((await controlPlane().request(path)).body);
  };

  it('do not keep the API server from asking about a policy that comes while they are written', async () => {
    await vi.waitFor(async () => expect(await ready()).toBeGreaterThan(0), patience);
    await create('one-more', 'Secret');
    await vi.waitFor(async () => expect(await registered()).toContain('"secrets"'), patience);

    expect(await ready()).toBeLessThan(many);
  });

  it('are all written in the end', { timeout: 2 * patience }, async () => {
    await vi.waitFor(async () => expect(await ready()).toBe(many + 1), {
      timeout: 2 * patience,
      interval: 500,
    });
  });
});
