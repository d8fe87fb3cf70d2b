import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithControlPlane } from '../control-plane/index.ts';
import { deployment, good, pod } from './manifests.ts';
import { createPolicyFolder, type PolicyFolder } from './policy-folder.ts';
import { register, repository, startWebhook, type Webhook } from './webhook.ts';

/** A policy that denies whatever it matches. */
const never = (name: string, match: string): string => `
apiVersion: abatis.dev/v1alpha1
kind: Policy
metadata: {name: ${name}}
spec:
  match: ${match}
  enforcement: Deny
  rules: [{name: never, schema: {not: {}}, message: this is not done}]
---`;

const policies = [
  never('keep', '{kinds: [ConfigMap], operations: [DELETE], names: [keep-*]}'),
  never('no-scaling', '{kinds: [Deployment/scale]}'),
  never('no-exec', '{kinds: [Pod/exec], operations: [CONNECT]}'),
  never('no-eviction', '{kinds: [Pod/eviction]}'),
  never('no-interns', '{kinds: [Secret], subjects: [{kind: Group, name: intern-*}]}'),
  never('generated', '{kinds: [ConfigMap], operations: [CREATE], names: [generated-*]}'),
];

describeWithControlPlane('operations of every kind', {}, ({ controlPlane, itNeeds }) => {
  let folder: PolicyFolder;
  let webhook: Webhook;
  beforeAll(async () => {
    folder = createPolicyFolder({ 'policies.yaml': policies.join('') });
    const stock = join(repository, 'policies/pod-security/no-privileged-containers');
    webhook = await startWebhook({ policies: [folder.path, stock] });
    const registration = {
      name: 'operations',
      failurePolicy: 'Fail' as const,
      operations: ['CREATE', 'UPDATE', 'DELETE', 'CONNECT'],
    };
    for (const body of [pod('web', { containers: [good] }), pod('other', { containers: [good] })]) {
      await controlPlane().request('/api/v1/namespaces/default/pods', { method: 'POST', body });
    }
    const path = '/apis/apps/v1/namespaces/default/deployments';
    await controlPlane().request(path, { method: 'POST', body: deployment('web', { containers: [good] }) });
    for (const name of ['keep-me', 'lose-me']) await controlPlane().kubectl(['create', 'configmap', name]);
    await register(controlPlane(), webhook, registration, () => webhook.count('abatis_requests_total'));
  });
  afterAll(async () => {
    await webhook?.stop();
    folder?.remove();
  });

  it.each([
    { what: 'a deletion', args: ['delete', 'configmap', 'keep-me'], by: 'keep' },
    { what: 'the deletion of all of a kind', args: ['delete', 'configmap', '--all'], by: 'keep' },
    { what: 'scaling', args: ['scale', 'deployment', 'web', '--replicas=0'], by: 'no-scaling' },
    { what: 'a command in a Pod', args: ['exec', 'web', '--', 'true'], by: 'no-exec' },
    { what: 'a name yet to be generated', args: ['create', '--filename=-'], by: 'generated' },
  ])('$what is denied', async ({ args, by }) => {
    const stdin = JSON.stringify({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { generateName: 'generated-' },
    });
    const { code, stderr } = await controlPlane().kubectl(args, { stdin });

    expect(code).toBe(1);
    expect(stderr).toContain(`denied the request: ${by}/never: this is not done`);
  });

  it('the deletion of a collection takes the names from the objects', async () => {
    const collection = '/api/v1/namespaces/default/configmaps';
    const { status, body } = await controlPlane().request(collection, { method: 'DELETE' });
    const { stdout } = await controlPlane().kubectl(['get', 'configmaps', '--output=name']);

    expect(status).toBe(403);
    expect(body).toMatchObject({ message: expect.stringContaining('keep/never') });
    expect(stdout.split('\n')).toContain('configmap/keep-me');
  });

  itNeeds('1.22', 'eviction is denied', async () => {
    const body = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'web' } };
    const { status } = await controlPlane().request('/api/v1/namespaces/default/pods/web/eviction', {
      method: 'POST',
      body,
    });

    expect(status).toBe(403);
  });

  it.each([
    { groups: ['intern-17', 'system:masters'], code: 1 },
    { groups: ['staff', 'system:masters'], code: 0 },
  ])('who asks counts: $groups', async ({ groups, code }) => {
    const args = ['create', 'secret', 'generic', 'key', '--dry-run=server'];
    const impersonate = { username: 'jo', groups };

    expect((await controlPlane().kubectl(args, { impersonate })).code).toBe(code);
  });

  itNeeds('1.25', 'a privileged debug container is denied, with its path', async () => {
    const container = { name: 'debug', image: 'busybox:1.37', securityContext: { privileged: true } };
    const path = '/api/v1/namespaces/default/pods/other/ephemeralcontainers';
    const { status, body } = await controlPlane().request(path, {
      method: 'PATCH',
      contentType: 'application/strategic-merge-patch+json',
      body: { spec: { ephemeralContainers: [container] } },
    });

    expect(status).toBe(403);
    expect(body).toMatchObject({
      details: { causes: [{ field: 'spec.ephemeralContainers[0].securityContext.privileged' }] },
    });
  });
});
