import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithControlPlane } from '../control-plane/index.ts';
import { deployment, good, goodLabels, privileged } from './manifests.ts';
import { register, startWebhook, type Webhook } from './webhook.ts';

const path = (name: string): string => `/apis/apps/v1/namespaces/default/deployments/${name}`;
const held = { labels: goodLabels, finalizers: ['example.com/hold'] };

describeWithControlPlane('objects that are older than the policies', {}, ({ controlPlane }) => {
  let webhook: Webhook;
  beforeAll(async () => {
    for (const body of [
      deployment('legacy', { containers: [good, privileged('old')] }),
      deployment('leaving', { containers: [privileged('old')] }, held),
    ]) {
      await controlPlane().request(path(''), { method: 'POST', body });
    }
    webhook = await startWebhook();
    const count = () => webhook.count('abatis_requests_total');
    await register(controlPlane(), webhook, { name: 'stock', failurePolicy: 'Fail' }, count);
  });
  afterAll(async () => webhook?.stop());

  it('can still be touched: what was there before is a warning', async () => {
    const { code, stdout, stderr } = await controlPlane().kubectl([
      'annotate',
      'deployment',
      'legacy',
      'touched=yes',
    ]);

    expect({ code, stdout }).toEqual({ code: 0, stdout: 'deployment.apps/legacy annotated\n' });
    expect(stderr.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^Warning: no-privileged-containers\/privileged: container `old` .*there before/),
    ]);
  });

  it('keep a violation that moved to another place in its list', async () => {
    const { containers } = deployment('legacy', { containers: [privileged('old'), good] }).spec.template.spec;
    const patch = [{ op: 'replace', path: '/spec/template/spec/containers', value: containers }];
    const { status, warnings } = await controlPlane().request(`${path('legacy')}?dryRun=All`, {
      method: 'PATCH',
      contentType: 'application/json-patch+json',
      body: patch,
    });

    expect({ status, warnings }).toEqual({
      status: 200,
      warnings: [expect.stringContaining('there before')],
    });
  });

  it('get no new violation beside the old one', async () => {
    const body = { spec: { template: { spec: { containers: [...privilegedImage('new')] } } } };
    const { status, body: refusal } = await controlPlane().request(path('legacy'), {
      method: 'PATCH',
      contentType: 'application/strategic-merge-patch+json',
      body,
    });

    expect(status).toBe(403);
    expect(refusal).toMatchObject({
      details: {
        causes: [
          {
            field: expect.stringMatching(
              /^spec\.template\.spec\.containers\[\d\]\.securityContext\.privileged$/,
            ),
            message: expect.stringContaining('container `new`'),
          },
        ],
      },
    });
  });

  it('lose their finalizers unhindered while they are being deleted', async () => {
    const deleted = await controlPlane().kubectl(['delete', 'deployment', 'leaving', '--wait=false']);
    const released = await controlPlane().kubectl([
      ...['patch', 'deployment', 'leaving', '--type=json'],
      '--patch=[{"op": "remove", "path": "/metadata/finalizers"}]',
    ]);
    const { status } = await controlPlane().request(path('leaving'));

    expect(deleted).toMatchObject({ code: 0, stderr: '' });
    expect(released).toEqual({ code: 0, stdout: 'deployment.apps/leaving patched\n', stderr: '' });
    expect(status).toBe(404);
  });
});

function privilegedImage(name: string) {
  return deployment(name, { containers: [privileged(name)] }).spec.template.spec.containers;
}
