import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { describeWithControlPlane } from '../control-plane/index.ts';
import { startWebhook, type Webhook } from './webhook.ts';

describeWithControlPlane('a call that the webhook refuses', {}, ({ controlPlane }) => {
  let webhook: Webhook;
  beforeAll(async () => {
    webhook = await startWebhook();
    await controlPlane().request('/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations', {
      method: 'POST',
      body: {
        apiVersion: 'admissionregistration.k8s.io/v1',
        kind: 'ValidatingWebhookConfiguration',
        metadata: { name: 'astray' },
        webhooks: [
          {
            name: 'astray.abatis.dev',
            clientConfig: {
              url: `${webhook.url}/valdiate`,
              caBundle: Buffer.from(webhook.authority).toString('base64'),
            },
            rules: [{ apiGroups: [''], apiVersions: ['v1'], resources: ['secrets'], operations: ['CREATE'] }],
            failurePolicy: 'Fail',
            sideEffects: 'None',
            admissionReviewVersions: ['v1'],
          },
        ],
      },
    });
  });
  afterAll(() => webhook?.stop());

  it('tells the user why, for its errors are a Status', async () => {
    const create = ['create', 'secret', 'generic', 'key', '--dry-run=server'];
    await vi.waitFor(async () => {
      const { code, stderr } = await controlPlane().kubectl(create);
      expect(code).toBe(1);
      expect(stderr).toContain('failed calling webhook "astray.abatis.dev"');
      expect(stderr).toContain('there is nothing here');
    }, 20_000);
  });
});
