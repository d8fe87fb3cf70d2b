import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithControlPlane } from '../control-plane/index.ts';
import { deployment, good, pod } from './manifests.ts';
import { createPolicyFolder, type PolicyFolder } from './policy-folder.ts';
import { register, repository, startWebhook, type Webhook } from './webhook.ts';

/** The stock policy as a site installs it that means it. */
function denying(name: string): string {
  const text = readFileSync(join(repository, `policies/protection/${name}/policy.yaml`), 'utf8');
  return text.replace(/^ {2}enforcement: Warn$/m, '  enforcement: Deny');
}

const jo = { username: 'jo', groups: ['system:masters', 'system:authenticated'] };
const kubeSystem = ['system:serviceaccounts', 'system:serviceaccounts:kube-system', 'system:authenticated'];
/** A controller that has an account of its own (`--use-service-account-credentials`), and one that has not. */
const account = (name: string) => ({
  username: `system:serviceaccount:kube-system:${name}`,
  groups: ['system:masters', ...kubeSystem],
});
const manager = {
  username: 'system:kube-controller-manager',
  groups: ['system:masters', 'system:authenticated'],
};

const labels = { 'abatis.dev/protected': 'true' };
const gesture = 'abatis.dev/protected-';
const widgets = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.example.com', labels },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { kind: 'Widget', plural: 'widgets' },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }],
  },
};

describeWithControlPlane('delete protection', {}, ({ controlPlane, itNeeds }) => {
  let folder: PolicyFolder;
  let webhook: Webhook;

  const kubectl = (args: readonly string[], impersonate = jo) =>
    controlPlane().kubectl([...args], { impersonate });
  const configMap = async (name: string, metadata: object = {}, namespace = 'default') => {
    const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels, ...metadata } };
    await controlPlane().request(`/api/v1/namespaces/${namespace}/configmaps`, { method: 'POST', body });
  };
  const create = (path: string, body: unknown) => controlPlane().request(path, { method: 'POST', body });

  beforeAll(async () => {
    folder = createPolicyFolder({
      'delete.yaml': denying('delete-protection'),
      'scale.yaml': denying('scale-protection'),
      'eviction.yaml': denying('eviction-protection'),
    });
    webhook = await startWebhook({
      policies: [folder.path],
      kubeconfig: await controlPlane().kubeconfigFor(),
    });
    const path = '/apis/apps/v1/namespaces/default/deployments';
    await create(path, deployment('ledger', { containers: [good] }, { labels }));
    await controlPlane().createNamespace('vault', labels);
    await create('/apis/apps/v1/namespaces/vault/deployments', deployment('safe', { containers: [good] }));
    await create('/api/v1/namespaces/vault/pods', pod('safe-1', { containers: [good] }));
    await create('/api/v1/namespaces/default/pods', pod('common-1', { containers: [good] }));
    await create('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', widgets);
    const registration = {
      name: 'protection',
      failurePolicy: 'Fail' as const,
      operations: ['CREATE', 'UPDATE', 'DELETE', 'CONNECT'],
    };
    await register(controlPlane(), webhook, registration, () => webhook.count('abatis_requests_total'));
  });
  afterAll(async () => {
    await webhook?.stop();
    folder?.remove();
  });

  it.each([
    { what: 'its deletion', args: ['delete', 'deployment', 'ledger'], by: 'delete' },
    { what: 'the deletion of a collection', args: ['delete', 'deployments', '--all'], by: 'delete' },
    { what: 'the deletion of its namespace', args: ['delete', 'namespace', 'vault'], by: 'delete' },
    {
      what: 'the deletion of its definition',
      args: ['delete', 'customresourcedefinition', 'widgets.example.com'],
      by: 'delete',
    },
    {
      what: 'an update to no replicas',
      args: ['patch', 'deployment', 'ledger', '--patch={"spec": {"replicas": 0}}'],
      by: 'scale-to-zero',
    },
    {
      what: 'another value of the label',
      args: ['label', '--overwrite', 'deployment', 'ledger', 'abatis.dev/protected=no'],
      by: 'value',
    },
    {
      what: 'the loss of the label among other changes',
      args: [
        ...['patch', 'deployment', 'ledger'],
        '--patch={"metadata": {"labels": {"abatis.dev/protected": null}}, "spec": {"minReadySeconds": 5}}',
      ],
      by: 'alone',
    },
  ])('$what is refused', async ({ args, by }) => {
    const { code, stderr } = await kubectl(args);

    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining(`delete-protection/${by}: `),
    });
  });

  it('the deletion of a collection without names is refused', async () => {
    const { status, body } = await controlPlane().request('/apis/apps/v1/namespaces/default/deployments', {
      method: 'DELETE',
    });

    expect(status).toBe(403);
    expect(body).toMatchObject({ message: expect.stringContaining('`ledger` is protected from deletion') });
  });

  it('scaling is refused in a protected namespace', async () => {
    const refused = await kubectl(['scale', 'deployment', 'safe', '--namespace=vault', '--replicas=0']);
    const fine = await kubectl(['scale', 'deployment', 'safe', '--namespace=vault', '--replicas=1']);

    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('scale-protection/zero: ') });
    expect(fine).toMatchObject({ code: 0, stderr: '' });
  });

  itNeeds('1.22', 'eviction is refused in a protected namespace', async () => {
    const evict = (namespace: string, name: string) =>
      create(`/api/v1/namespaces/${namespace}/pods/${name}/eviction`, {
        apiVersion: 'policy/v1',
        kind: 'Eviction',
        metadata: { name, namespace },
      });

    expect((await evict('vault', 'safe-1')).status).toBe(403);
    expect((await evict('default', 'common-1')).status).toBe(201);
  });

  it('the deliberate gesture works: the label goes alone, then the object', async () => {
    await configMap('gone');
    const refused = await kubectl(['delete', 'configmap', 'gone']);
    const released = await kubectl(['label', 'configmap', 'gone', gesture]);
    const deleted = await kubectl(['delete', 'configmap', 'gone']);

    expect(refused.code).toBe(1);
    expect(released).toMatchObject({ code: 0, stderr: '' });
    expect(deleted).toMatchObject({ code: 0, stderr: '' });
  });

  it('the gesture works by `kubectl apply`, which keeps books of what it applied', async () => {
    const manifest = (own: object) =>
      JSON.stringify({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'applied', namespace: 'default', labels: { app: 'x', ...own } },
      });
    const apply = ['apply', '--filename=-'];
    const created = await controlPlane().kubectl(apply, { stdin: manifest(labels) });
    const released = await controlPlane().kubectl(apply, { stdin: manifest({}) });
    const deleted = await kubectl(['delete', 'configmap', 'applied']);

    expect([created.code, released, deleted.code]).toEqual([
      0,
      { code: 0, stdout: 'configmap/applied configured\n', stderr: '' },
      0,
    ]);
  });

  it.each([
    { who: 'the namespace controller', user: account('namespace-controller') },
    { who: 'the garbage collector', user: account('generic-garbage-collector') },
    { who: 'the controller manager without accounts', user: manager },
    {
      who: 'a kubelet',
      user: { username: 'system:node:a', groups: ['system:masters', 'system:nodes', 'system:authenticated'] },
    },
  ])('$who deletes what it has to', async ({ user }) => {
    await configMap('swept');
    const { code, stderr } = await kubectl(['delete', 'configmap', 'swept'], user);

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  it('any other account of kube-system is refused', async () => {
    await configMap('kept');
    const { code } = await kubectl(['delete', 'configmap', 'kept'], account('descheduler'));

    expect(code).toBe(1);
  });

  it.each([
    { who: 'the garbage collector', user: account('generic-garbage-collector') },
    { who: 'whoever holds the finalizer', user: jo },
  ])('$who removes finalizers once deletion has begun', async ({ who, user }) => {
    const name = who.replaceAll(/[^a-z]/g, '-');
    await configMap(name, { finalizers: ['example.com/hold'] });
    const begun = await kubectl(['delete', 'configmap', name, '--wait=false'], manager);
    const finalized = await kubectl(
      [
        'patch',
        'configmap',
        name,
        '--type=json',
        '--patch=[{"op": "remove", "path": "/metadata/finalizers"}]',
      ],
      user,
    );
    const { status } = await controlPlane().request(`/api/v1/namespaces/default/configmaps/${name}`);

    expect([begun.code, finalized, status]).toEqual([
      0,
      expect.objectContaining({ code: 0, stderr: '' }),
      404,
    ]);
  });

  it('a namespace whose protection was taken off is emptied to the last object', async () => {
    await controlPlane().createNamespace('leaving', labels);
    await configMap('inside', {}, 'leaving');
    const refused = await kubectl(['delete', 'namespace', 'leaving', '--wait=false']);
    await kubectl(['label', 'namespace', 'leaving', gesture]);
    const deleted = await kubectl(['delete', 'namespace', 'leaving', '--wait=false']);
    const controller = account('namespace-controller');
    const emptied = await kubectl(['delete', 'configmap', 'inside', '--namespace=leaving'], controller);
    const finalized = await controlPlane().request('/api/v1/namespaces/leaving/finalize', {
      method: 'PUT',
      body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'leaving' }, spec: { finalizers: [] } },
    });

    expect(refused.code).toBe(1);
    expect([deleted.code, emptied.code, finalized.status]).toEqual([0, 0, 200]);
  });
});
