import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type ApiResponse, describeWithControlPlane } from '../control-plane/index.ts';
import { createPolicyFolder, type PolicyFolder } from './policy-folder.ts';
import { register, startWebhook, type Webhook } from './webhook.ts';

const owned = (enforcement: string): string => `
apiVersion: abatis.dev/v1alpha1
kind: Policy
metadata: {name: owned}
spec:
  match: {kinds: [Secret]}
  enforcement: ${enforcement}
  rules: [{name: owner, require: [metadata.labels.owner], message: nobody owns this}]
`;

describeWithControlPlane('policies that change while they are in force', {}, ({ controlPlane }) => {
  let folder: PolicyFolder;
  let webhook: Webhook;
  beforeAll(async () => {
    folder = createPolicyFolder({ 'owned.yaml': owned('Warn') });
    webhook = await startWebhook({ policies: [folder.path] });
    const count = () => webhook.count('abatis_requests_total');
    await register(controlPlane(), webhook, { name: 'changing', failurePolicy: 'Fail' }, count);
  });
  afterAll(async () => {
    await webhook?.stop();
    folder?.remove();
  });

  function create(): Promise<ApiResponse> {
    const body = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'key' } };
    return controlPlane().request('/api/v1/namespaces/default/secrets?dryRun=All', { method: 'POST', body });
  }

  it('are replaced without a restart; a broken set is refused and the good one stays', async () => {
    const first = await create();
    folder.write('owned.yaml', owned('Deny'));
    await vi.waitFor(async () => expect((await create()).status).toBe(403), 10_000);
    folder.write('owned.yaml', owned('Audit').replace('require', 'requier'));
    await vi.waitFor(async () => {
      expect(await webhook.count('abatis_policy_loads_total', { result: 'refused' })).toBe(1);
    }, 10_000);
    const afterwards = await create();
    const complaint = (await webhook.log()).find(({ msg }) => msg.includes('requier'));

    expect(first).toMatchObject({ status: 201, warnings: [expect.stringContaining('nobody owns this')] });
    expect(afterwards.status).toBe(403);
    expect(complaint).toMatchObject({ place: expect.stringMatching(/owned\.yaml:8:\d+$/) });
  });
});
