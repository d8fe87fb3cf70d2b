import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type ApiResponse, describeWithControlPlane } from '../control-plane/index.ts';
import { createPolicyFolder, type PolicyFolder } from './policy-folder.ts';
import { type Way, wayTo } from './way.ts';
import { register, repository, startWebhook, type Webhook } from './webhook.ts';

interface Looking {
  readonly name: string;
  readonly kind: string;
  readonly onUnavailable?: string;
  readonly expression: string;
}

/** A policy about ConfigMaps with the annotation `example.com/<name>`, which names what is looked up. */
const looking = ({ name, kind, onUnavailable, expression }: Looking): string => `
apiVersion: abatis.dev/v1alpha1
kind: Policy
metadata: {name: ${name}}
spec:
  match:
    kinds: [ConfigMap]
    conditions: [{name: asks, expression: 'has(object.metadata.annotations) && "example.com/${name}" in object.metadata.annotations'}]
  facts:
    - name: found
      lookup: {kind: ${kind}, nameExpression: 'object.metadata.annotations["example.com/${name}"]'}
      ${onUnavailable === undefined ? '' : `onUnavailable: ${onUnavailable}`}
  enforcement: Deny
  failurePolicy: Fail
  rules:
    - name: found
      expression: ${expression}
      message: "{{ facts.found == null ? 'there is none' : 'it is ' + facts.found.metadata.name }}"
`;

/** The policy of the page: on UPDATE and DELETE. */
const page = readFileSync(join(repository, 'docs/facts.md'), 'utf8');
const lockedBy = /^```yaml file=locked-by\/policy\.yaml\n(.*?)^```$/ms.exec(page)?.[1] ?? '';

/** What somebody holds a Lease for is not made either. */
const locked = `
apiVersion: abatis.dev/v1alpha1
kind: Policy
metadata: {name: locked}
spec:
  match: {kinds: [ConfigMap]}
  facts:
    - name: lease
      lookup:
        kind: coordination.k8s.io/v1/Lease
        nameExpression: object.metadata.?annotations[?"abatis.dev/locked-by"].orValue("")
      onUnavailable: Deny
  enforcement: Deny
  rules:
    - name: free
      expression: facts.lease == null || facts.lease.spec.?holderIdentity.orValue("") == ""
      message: "it is locked by \`{{ facts.lease.spec.holderIdentity }}\`"
`;

const policies: readonly Looking[] = [
  { name: 'secret-error', kind: 'v1/Secret', expression: 'facts.found != null' },
  { name: 'secret-warn', kind: 'v1/Secret', onUnavailable: 'Warn', expression: 'facts.found != null' },
  { name: 'secret-deny', kind: 'v1/Secret', onUnavailable: 'Deny', expression: 'facts.found != null' },
  { name: 'secret-allow', kind: 'v1/Secret', onUnavailable: 'Allow', expression: 'facts.found != null' },
  { name: 'service', kind: 'v1/Service', onUnavailable: 'Deny', expression: 'facts.found != null' },
  { name: 'namespace', kind: 'v1/Namespace', onUnavailable: 'Deny', expression: 'facts.found != null' },
  { name: 'widget', kind: 'example.com/v1/Widget', onUnavailable: 'Warn', expression: 'facts.found != null' },
];

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

/** In this namespace what only warns elsewhere is denied. */
const binding = `
apiVersion: abatis.dev/v1alpha1
kind: PolicyBinding
metadata: {name: vault-scales}
spec:
  policy: scale-protection
  match: {namespaces: [vault]}
  enforcement: Deny
`;

const protection = { 'abatis.dev/protected': 'true' };
const template = {
  metadata: { labels: { app: 'web' } },
  spec: { containers: [{ name: 'web', image: 'registry.example/web:1' }] },
};

const user = { username: 'abatis' };
const messageOf = ({ body }: ApiResponse): string => (body as { readonly message?: string }).message ?? '';

describeWithControlPlane('lookups in the cluster', {}, ({ controlPlane, itNeeds }) => {
  let way: Way;
  let folder: PolicyFolder;
  let webhook: Webhook;
  beforeAll(async () => {
    const { kubectl, createNamespace, kubeconfigFor, folder: data, url } = controlPlane();
    const grant = (name: string, verbs: string, resources: string) =>
      kubectl(['create', 'clusterrole', name, `--verb=${verbs}`, `--resource=${resources}`]).then(() =>
        kubectl(['create', 'clusterrolebinding', name, `--clusterrole=${name}`, `--user=${user.username}`]),
      );
    const watched =
      'namespaces,pods,replicationcontrollers,leases,deployments.apps,statefulsets.apps,replicasets.apps';
    await grant('abatis-watch', 'get,list,watch', watched);
    await grant('abatis-get', 'get', 'services');
    await createNamespace('shop');
    await createNamespace('vault');
    folder = createPolicyFolder({
      'locked.yaml': locked,
      'binding.yaml': binding,
      'locked-by.yaml': lockedBy,
      ...Object.fromEntries(policies.map((policy) => [`${policy.name}.yaml`, looking(policy)])),
    });
    way = await wayTo(url);
    const text = await readFile(await kubeconfigFor(user), 'utf8');
    const kubeconfig = join(data, 'kubeconfig-by-the-way.json');
    await writeFile(kubeconfig, text.replaceAll(url, `https://127.0.0.1:${way.port}`));
    const stock = ['scale-protection', 'eviction-protection'];
    webhook = await startWebhook({
      policies: [folder.path, ...stock.map((name) => join(repository, 'policies/protection', name))],
      kubeconfig,
    });
    const count = () => webhook.count('abatis_requests_total');
    await register(controlPlane(), webhook, { name: 'lookups', failurePolicy: 'Fail' }, count);
  }, 180_000);
  afterAll(async () => {
    await webhook?.stop();
    await way?.cut();
    folder?.remove();
  });

  const post = (path: string, body: object) =>
    controlPlane().request(path, { method: 'POST', body: body as Record<string, unknown> });
  const trial = (annotations: Readonly<Record<string, string>>) =>
    post('/api/v1/namespaces/shop/configmaps?dryRun=All', {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'settings', annotations },
    });
  const asking = (name: string, value: string) => trial({ [`example.com/${name}`]: value });
  const readiness = async () => JSON.stringify((await webhook.request('/readyz')).body);

  it('are ready to be made before the first request', async () => {
    const said = await readiness();
    expect(said).toMatch(/coordination\.k8s\.io\/v1\/Lease: \d+ watched/);
    expect(said).toContain('v1/Pod: 0 watched');
    expect(said).toContain('example.com/v1/Widget: not at all');
    // Why, in the words of the API server, is not for anybody who asks.
    expect(said).toContain('; v1/Secret: by name; v1/Service: by name"');
  });

  describe('of a Lease that an annotation names', () => {
    const lock = (name: string) => trial({ 'abatis.dev/locked-by': name });
    const holds = (name: string, holderIdentity: string) =>
      post('/apis/coordination.k8s.io/v1/namespaces/shop/leases', {
        apiVersion: 'coordination.k8s.io/v1',
        kind: 'Lease',
        metadata: { name },
        spec: { holderIdentity },
      });

    it('find none, and the object is free', async () => {
      expect(await lock('nobody')).toMatchObject({ status: 201, warnings: [] });
    });

    it('find who holds it, and that it was released', async () => {
      await holds('migration', 'migration-7');
      await vi.waitFor(async () => expect((await lock('migration')).status).toBe(403), 10_000);
      expect(messageOf(await lock('migration'))).toContain('locked/free: it is locked by `migration-7`');
      const path = '/apis/coordination.k8s.io/v1/namespaces/shop/leases/migration';
      const contentType = 'application/merge-patch+json';
      await controlPlane().request(path, {
        method: 'PATCH',
        contentType,
        body: { spec: { holderIdentity: null } },
      });
      await vi.waitFor(async () => expect((await lock('migration')).status).toBe(201), 10_000);
    });

    it('keep somebody from deleting what is locked, as the page has it', async () => {
      const { kubectl } = controlPlane();
      const settings = {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'settings', annotations: { 'abatis.dev/locked-by': 'deletion' } },
      };
      expect((await post('/api/v1/namespaces/shop/configmaps', settings)).status).toBe(201);
      await holds('deletion', 'migration-7');
      const remove = () => kubectl(['delete', 'configmap', 'settings', '--namespace=shop']);
      await vi.waitFor(async () => expect((await lock('deletion')).status).toBe(403), 10_000);
      const denied = await remove();
      expect(denied.code).toBe(1);
      expect(denied.stderr).toContain(
        'locked-by/free: `settings` is locked by `migration-7`; wait until the Lease is released',
      );
      await kubectl(['delete', 'lease', 'deletion', '--namespace=shop']);
      await vi.waitFor(async () => expect(await remove()).toMatchObject({ code: 0 }), 10_000);
    });

    it('are answered without asking the API server', async () => {
      const hits = () => webhook.count('abatis_facts_total', { source: 'lookup', outcome: 'hit' });
      const found = () => webhook.count('abatis_facts_total', { source: 'lookup', outcome: 'found' });
      const before = { hits: await hits(), found: await found() };
      for (let turn = 0; turn < 5; turn++) await lock('migration');
      expect(await hits()).toBeGreaterThanOrEqual(before.hits + 5);
      expect(await found()).toBe(before.found);
    });
  });

  describe('of what the stock policies protect', () => {
    beforeAll(async () => {
      for (const [name, labels] of Object.entries({ guarded: protection, free: {} })) {
        await post('/apis/apps/v1/namespaces/shop/deployments', {
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          metadata: { name, labels },
          spec: { replicas: 2, selector: { matchLabels: { app: 'web' } }, template },
        });
        await post('/api/v1/namespaces/shop/pods', {
          apiVersion: 'v1',
          kind: 'Pod',
          metadata: { name, labels },
          spec: template.spec,
        });
      }
      await vi.waitUntil(async () => {
        const said = await readiness();
        return said.includes('apps/v1/Deployment: 2 watched') && said.includes('v1/Pod: 2 watched');
      }, 10_000);
    });

    const scale = (name: string, replicas: number) =>
      controlPlane().kubectl(['scale', 'deployment', name, '--namespace=shop', `--replicas=${replicas}`]);

    it('warn somebody who scales a protected Deployment to zero by kubectl', async () => {
      const { code, stderr } = await scale('guarded', 0);
      expect(code).toBe(0);
      expect(stderr).toContain(
        'Warning: scale-protection/workload: `guarded` is scaled to zero, and is protected',
      );
    });

    it.each([
      ['one that is not protected', 'free', 0],
      ['a protected one that is scaled up', 'guarded', 3],
    ])('say nothing of %s', async (_, name, replicas) => {
      expect(await scale(name, replicas)).toMatchObject({ code: 0, stderr: '' });
    });

    it('keep somebody from scaling to zero where a binding denies it', async () => {
      const replicas = async () => {
        const { body } = await controlPlane().request('/apis/apps/v1/namespaces/vault/deployments/web/scale');
        return (body as { readonly spec: { readonly replicas: number } }).spec.replicas;
      };
      await post('/apis/apps/v1/namespaces/vault/deployments', {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'web', labels: protection },
        spec: { replicas: 2, selector: { matchLabels: { app: 'web' } }, template },
      });
      await vi.waitUntil(async () => (await readiness()).includes('apps/v1/Deployment: 3 watched'), 10_000);
      const args = ['scale', 'deployment', 'web', '--namespace=vault', '--replicas=0'];
      const denied = await controlPlane().kubectl(args);
      expect(denied.code).toBe(1);
      expect(denied.stderr).toContain('scale-protection/workload: `web` is scaled to zero, and is protected');
      expect(await replicas()).toBe(2);
    });

    const evict = (name: string) =>
      post(`/api/v1/namespaces/shop/pods/${name}/eviction?dryRun=All`, {
        apiVersion: 'policy/v1',
        kind: 'Eviction',
        metadata: { name, namespace: 'shop' },
      });

    itNeeds('1.22', 'warn of the eviction of a protected Pod, and of no other', async () => {
      const { status, warnings } = await evict('guarded');
      expect(status).toBe(201);
      expect(warnings).toEqual([
        expect.stringContaining('eviction-protection/pod: Pod `guarded` is evicted, and is protected'),
      ]);
      expect(await evict('free')).toMatchObject({ status: 201, warnings: [] });
    });
  });

  describe('that RBAC forbids', () => {
    it.each([
      ['is an error of the policy', 'secret-error', 403, []],
      ['is what onUnavailable says: Deny', 'secret-deny', 403, []],
      ['is what onUnavailable says: Warn', 'secret-warn', 201, [expect.stringContaining('secret-warn')]],
      ['is what onUnavailable says: Allow', 'secret-allow', 201, []],
    ])('%s', async (_, name, status, warnings) => {
      const answer = await asking(name, 'password');
      expect(answer).toMatchObject({ status, warnings });
      if (status === 403) expect(messageOf(answer)).toContain('Abatis may not read `v1/Secret`');
    });

    it('is in the log, in the words of the API server', async () => {
      const log = JSON.stringify(await webhook.log());
      expect(log).toContain('an object could not be looked up');
      expect(log).toContain('secrets \\\\\\"password\\\\\\" is forbidden');
    });
  });

  it('are made by name where the kind may be read, and not watched', async () => {
    expect(await readiness()).toContain('v1/Service: by name');
    const absent = await asking('service', 'web');
    expect([absent.status, messageOf(absent)]).toEqual([403, expect.stringContaining('there is none')]);
    await post('/api/v1/namespaces/shop/services', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web' },
      spec: { ports: [{ port: 80 }] },
    });
    await vi.waitFor(async () => expect((await asking('service', 'web')).status).toBe(201), 10_000);
  });

  it('find what is in no namespace', async () => {
    expect((await asking('namespace', 'shop')).status).toBe(201);
    expect(messageOf(await asking('namespace', 'bank'))).toContain('there is none');
  });

  itNeeds('1.22', 'of a kind that the cluster does not serve are unavailable, until it does', async () => {
    const before = await asking('widget', 'w');
    expect(before.status).toBe(201);
    expect(before.warnings).toEqual([
      expect.stringContaining('the cluster serves no `example.com/v1/Widget`'),
    ]);
    const { kubectl } = controlPlane();
    await post('/apis/rbac.authorization.k8s.io/v1/clusterroles', {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name: 'widgets' },
      rules: [{ apiGroups: ['example.com'], resources: ['widgets'], verbs: ['list', 'watch'] }],
    });
    await kubectl(['create', 'clusterrolebinding', 'widgets', '--clusterrole=widgets', '--user=abatis']);
    await kubectl(['create', '--filename=-'], { stdin: JSON.stringify(widgets) });
    await vi.waitFor(async () => {
      const after = await asking('widget', 'w');
      expect([after.status, messageOf(after)]).toEqual([403, expect.stringContaining('there is none')]);
    }, 60_000);
  });

  it('of a kind are made once a policy asks for it, and not before', async () => {
    expect(await readiness()).not.toContain('ServiceAccount');
    const text = looking({
      name: 'account',
      kind: 'v1/ServiceAccount',
      onUnavailable: 'Deny',
      expression: 'facts.found == null',
    });
    folder.write('account.yaml', text);
    await vi.waitUntil(async () => (await readiness()).includes('v1/ServiceAccount: by name'), 20_000);
  });

  describe('while the connection to the API server is lost', () => {
    const lock = (name: string) => trial({ 'abatis.dev/locked-by': name });

    it('count for half a minute, are unavailable then, and known again when it is back', async () => {
      await controlPlane().request('/apis/coordination.k8s.io/v1/namespaces/shop/leases/migration', {
        method: 'PATCH',
        contentType: 'application/merge-patch+json',
        body: { spec: { holderIdentity: 'migration-8' } },
      });
      await vi.waitFor(async () => expect((await lock('migration')).status).toBe(403), 10_000);
      await way.cut();
      await vi.waitFor(async () => {
        const log = JSON.stringify(await webhook.log());
        expect(log).toContain('lost sight of objects to look up');
      }, 10_000);
      expect(messageOf(await lock('migration'))).toContain('it is locked by `migration-8`');
      await vi.waitFor(
        async () => expect(messageOf(await lock('migration'))).toContain('is lost since more than 30 s'),
        { timeout: 60_000, interval: 1000 },
      );
      expect((await lock('migration')).status).toBe(403);
      // Nothing is looked up for what names no lock.
      expect((await trial({})).status).toBe(201);
      expect((await webhook.request('/readyz')).status).toBe(200);
      expect(await readiness()).toContain('coordination.k8s.io/v1/Lease: not at all');
      await way.mend();
      await vi.waitFor(
        async () => expect(messageOf(await lock('migration'))).toContain('it is locked by `migration-8`'),
        { timeout: 60_000, interval: 1000 },
      );
    }, 150_000);
  });
});
