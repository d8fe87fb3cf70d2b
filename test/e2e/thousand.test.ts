import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ApiResponse, describeWithControlPlane } from '../control-plane/index.ts';
import { deployment, good } from './manifests.ts';
import { register, startWebhook, type Webhook } from './webhook.ts';

const total = 1000;
const atOnce = 32;

describeWithControlPlane('a thousand objects', {}, ({ controlPlane }) => {
  let webhook: Webhook;
  const asked = () => webhook.count('abatis_requests_total', { endpoint: 'validate' });
  beforeAll(async () => {
    webhook = await startWebhook();
    await register(controlPlane(), webhook, { name: 'stock', failurePolicy: 'Fail' }, asked);
  });
  afterAll(async () => webhook?.stop());

  /** Every second one is a Deployment, and every second one of these without limits. */
  function create(index: number): Promise<ApiResponse> {
    const name = `object-${index}`;
    if (index % 2 === 0) {
      const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } };
      return controlPlane().request('/api/v1/namespaces/default/configmaps', { method: 'POST', body });
    }
    const containers = index % 4 === 1 ? [good] : [{ name: 'web' }];
    return controlPlane().request('/apis/apps/v1/namespaces/default/deployments', {
      method: 'POST',
      body: deployment(name, { containers }),
    });
  }

  it('pass through the API server without one failed call', async () => {
    const before = await asked();
    const started = performance.now();
    const indexes = Array.from({ length: total }, (_, index) => index).values();
    const responses: ApiResponse[] = [];
    const worker = async (): Promise<void> => {
      for (const index of indexes) responses.push(await create(index));
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
    const seconds = (performance.now() - started) / 1000;
    const calls = (await asked()) - before;
    const refused = responses.filter(({ status }) => status !== 201).map(({ body }) => body);
    const warnings = responses.reduce((sum, response) => sum + response.warnings.length, 0);
    const seen = String((await controlPlane().request('/metrics')).body).split('\n');
    process.stderr.write(
      `${total} objects, ${atOnce} at once: ${calls} calls of the webhook, ${refused.length} refused, ${warnings} warnings, ${seconds.toFixed(1)} s\n`,
    );

    expect(refused).toEqual([]);
    expect(warnings).toBe((total / 4) * 2);
    expect(calls).toBeGreaterThanOrEqual(total);
    expect(await webhook.count('abatis_requests_total', { outcome: 'failed' })).toBe(0);
    expect(await webhook.count('abatis_requests_total', { outcome: 'invalid' })).toBe(0);
    expect(
      seen.filter((line) => /^apiserver_admission_webhook_(fail_open|rejection)_count\{/.test(line)),
    ).toEqual([]);
  });
});
