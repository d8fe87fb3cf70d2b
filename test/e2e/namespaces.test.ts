import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type ApiResponse, describeWithControlPlane } from '../control-plane/index.ts';
import { createPolicyFolder, type PolicyFolder } from './policy-folder.ts';
import { register, startWebhook, type Webhook } from './webhook.ts';

const policy = `
apiVersion: abatis.dev/v1alpha1
kind: Policy
metadata: {name: production-is-owned}
spec:
  match:
    kinds: [ConfigMap, Widget]
    namespaceSelector:
      matchExpressions: [{key: tier, operator: In, values: [production]}]
  enforcement: Deny
  rules:
    - name: owner
      require: [metadata.labels.owner]
      message: nobody owns this
`;

const widgets = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { plural: 'widgets', singular: 'widget', kind: 'Widget' },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
  },
};

const reader = { username: 'abatis' };

describeWithControlPlane('namespace labels', {}, ({ controlPlane, itNeeds }) => {
  let folder: PolicyFolder;
  let webhook: Webhook;
  beforeAll(async () => {
    folder = createPolicyFolder({ 'policy.yaml': policy });
    const grant = ['--verb=get,list,watch', '--resource=namespaces'];
    await controlPlane().kubectl(['create', 'clusterrole', 'abatis', ...grant]);
    await controlPlane().kubectl([
      'create',
      'clusterrolebinding',
      'abatis',
      '--clusterrole=abatis',
      '--user=abatis',
    ]);
    await controlPlane().kubectl(['create', '--filename=-'], { stdin: JSON.stringify(widgets) });
    await controlPlane().kubectl(['wait', '--for=condition=Established', 'crd/widgets.example.com']);
    await controlPlane().createNamespace('live', { tier: 'production' });
    await controlPlane().createNamespace('lab', { tier: 'experiment' });
    webhook = await startWebhook({
      policies: [folder.path],
      kubeconfig: await controlPlane().kubeconfigFor(reader),
    });
    const count = () => webhook.count('abatis_requests_total');
    await register(controlPlane(), webhook, { name: 'owned', failurePolicy: 'Fail' }, count);
  });
  afterAll(async () => {
    await webhook?.stop();
    folder?.remove();
  });

  function createConfigMap(namespace: string): Promise<ApiResponse> {
    const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' } };
    return controlPlane().request(`/api/v1/namespaces/${namespace}/configmaps?dryRun=All`, {
      method: 'POST',
      body,
    });
  }

  it.each([
    { namespace: 'live', status: 403 },
    { namespace: 'lab', status: 201 },
    { namespace: 'default', status: 201 },
  ])('select the namespace $namespace or do not: $status', async ({ namespace, status }) => {
    expect((await createConfigMap(namespace)).status).toBe(status);
  });

  it.each([
    { namespace: 'new-live', tier: 'production', status: 403 },
    { namespace: 'new-lab', tier: 'experiment', status: 201 },
  ])('are known of $namespace, made a moment ago: $status', async ({ namespace, tier, status }) => {
    await controlPlane().createNamespace(namespace, { tier });

    expect((await createConfigMap(namespace)).status).toBe(status);
  });

  it('are followed when they change', async () => {
    await controlPlane().createNamespace('promoted', { tier: 'experiment' });
    const before = await createConfigMap('promoted');
    await controlPlane().kubectl(['label', '--overwrite', 'namespace', 'promoted', 'tier=production']);

    expect(before.status).toBe(201);
    await vi.waitFor(async () => expect((await createConfigMap('promoted')).status).toBe(403), 10_000);
  });

  itNeeds('1.22', 'select objects of kinds that only the cluster knows', async () => {
    const path = (namespace: string): string =>
      `/apis/example.com/v1/namespaces/${namespace}/widgets?dryRun=All`;
    const body = { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'w' } };
    const live = await controlPlane().request(path('live'), { method: 'POST', body });
    const lab = await controlPlane().request(path('lab'), { method: 'POST', body });

    expect([live.status, lab.status]).toEqual([403, 201]);
    expect(live.body).toMatchObject({ details: { causes: [{ field: 'metadata.labels.owner' }] } });
  });
});
