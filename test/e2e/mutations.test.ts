import { afterAll, beforeAll, expect, it } from 'vitest';
import type { JsonObject } from '../../src/model/index.ts';
import { describeWithControlPlane } from '../control-plane/index.ts';
import { mutationPolicy, run } from '../engine/mutating.ts';
import { createPolicyFolder, type PolicyFolder } from './policy-folder.ts';
import { register, startWebhook, type Webhook } from './webhook.ts';

/** Limits for every container, and a label. */
const defaults =
  mutationPolicy(
    '[{name: memory, each: [containers, initContainers], set: {path: resources.limits.memory, value: 1024Mi, ifMissing: true}}]',
    'limits',
    '  target: pod\n',
  ) +
  mutationPolicy(
    '[{name: team, set: {path: metadata.labels["example.com/team"], valueExpression: request.namespace}}]'.replace(
      'metadata.labels["example.com/team"]',
      `'metadata.labels["example.com/team"]'`,
    ),
    'team',
    '  match: {kinds: [Pod, ConfigMap], operations: [CREATE]}\n',
  ) +
  mutationPolicy(
    '[{name: m, set: {path: metadata.labels.x, valueExpression: object.metadata.nowhere}}]',
    'broken',
    '  match: {kinds: [ConfigMap], names: [broken]}\n  enforcement: Deny\n',
  ) +
  'apiVersion: abatis.dev/v1alpha1\nkind: Policy\nmetadata: {name: needs-limits}\nspec:\n  target: pod\n' +
  '  enforcement: Deny\n  rules: [{name: memory, each: containers, require: [resources.limits.memory]}]\n';

const sidecar = mutationPolicy(
  '[{name: proxy, merge: {spec: {containers: [{name: proxy, image: proxy}]}}, position: first}]',
  'sidecar',
  '  target: pod\n  override: {}\n',
);

const pods = '/api/v1/namespaces/default/pods';
const pod = (name: string, metadata: JsonObject = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, ...metadata },
  spec: { containers: [{ name: 'web', image: 'web' }] },
});

interface Stored {
  readonly metadata: { readonly labels?: JsonObject };
  readonly spec: { readonly containers: readonly { readonly name: string; readonly resources: unknown }[] };
}

describeWithControlPlane('mutations', {}, ({ controlPlane }) => {
  const folders: PolicyFolder[] = [];
  const webhooks: Webhook[] = [];
  const start = async (name: string, text: string): Promise<Webhook> => {
    const folder = createPolicyFolder({ 'policies.yaml': text });
    folders.push(folder);
    const webhook = await startWebhook({ policies: [folder.path] });
    webhooks.push(webhook);
    const count = () => webhook.count('abatis_requests_total', { endpoint: 'mutate' });
    const operations = ['CREATE', 'UPDATE'];
    await register(
      controlPlane(),
      webhook,
      { name, failurePolicy: 'Fail', operations, mutating: true },
      count,
    );
    return webhook;
  };
  beforeAll(async () => {
    // They are asked in the order of their names: limits come before the container that they are for.
    const first = await start('a-defaults', defaults);
    await start('b-sidecar', sidecar);
    const count = () => first.count('abatis_requests_total', { endpoint: 'validate' });
    await register(controlPlane(), first, { name: 'c-validate', failurePolicy: 'Fail' }, count);
  });
  afterAll(async () => {
    for (const webhook of webhooks) await webhook.stop();
    for (const folder of folders) folder.remove();
  });

  it('reach what another webhook adds, by being asked again, and add nothing twice', async () => {
    const asked = () => webhooks[0]?.count('abatis_requests_total', { endpoint: 'mutate' }) ?? 0;
    const before = await asked();
    const { status, body } = await controlPlane().request(pods, { method: 'POST', body: pod('web') });
    const { metadata, spec } = body as Stored;

    expect(status).toBe(201);
    expect((await asked()) - before).toBe(2);
    expect(spec.containers.map(({ name, resources }) => ({ name, resources }))).toEqual([
      { name: 'proxy', resources: { limits: { memory: '1Gi' }, requests: { memory: '1Gi' } } },
      { name: 'web', resources: { limits: { memory: '1Gi' }, requests: { memory: '1Gi' } } },
    ]);
    expect(metadata.labels).toEqual({ 'example.com/team': 'default' });
  });

  it('find nothing more to do for an object that has been mutated', async () => {
    const { body } = await controlPlane().request(`${pods}/web`);
    const object = body as JsonObject;
    const { uid: _uid, resourceVersion: _version, ...metadata } = object['metadata'] as JsonObject;
    const again = { ...object, metadata: { ...metadata, name: 'again' }, status: undefined };
    const applied = () => webhooks[0]?.count('abatis_mutations_total', { result: 'applied' }) ?? 0;
    const before = await applied();
    const { status } = await controlPlane().request(`${pods}?dryRun=All`, { method: 'POST', body: again });

    expect(status).toBe(201);
    expect((await applied()) - before).toBe(0);
  });

  it('are switched off by an override on the object', async () => {
    const annotations = { 'override.abatis.dev/sidecar': 'has a proxy of its own' };
    const { body } = await controlPlane().request(`${pods}?dryRun=All`, {
      method: 'POST',
      body: pod('own-proxy', { annotations }),
    });

    expect((body as Stored).spec.containers.map(({ name }) => name)).toEqual(['web']);
  });

  it('of pods leave a Deployment as it is, which is judged as its Pods would be mutated', async () => {
    const labels = { app: 'web' };
    const { containers } = pod('x').spec;
    const { status, body, warnings } = await controlPlane().request(
      '/apis/apps/v1/namespaces/default/deployments',
      {
        method: 'POST',
        body: {
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          metadata: { name: 'web' },
          spec: {
            selector: { matchLabels: labels },
            template: { metadata: { labels }, spec: { containers } },
          },
        },
      },
    );

    expect({ status, warnings }).toEqual({ status: 201, warnings: [] });
    expect((body as { spec: { template: Stored } }).spec.template.spec.containers).toMatchObject([
      { name: 'web', resources: {} },
    ]);
  });

  it('that cannot be made deny where their policy would, with the reason', async () => {
    const { status, body } = await controlPlane().request('/api/v1/namespaces/default/configmaps', {
      method: 'POST',
      body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'broken' } },
    });

    expect(status).toBe(403);
    expect(body).toMatchObject({ message: expect.stringContaining('broken/m could not be evaluated') });
  });
});

describeWithControlPlane('a merge', {}, ({ controlPlane }) => {
  const labels = { app: 'web' };
  const path = '/apis/apps/v1/namespaces/default/deployments';
  const template = {
    metadata: { labels },
    spec: {
      imagePullSecrets: [{ name: 'a' }],
      tolerations: [{ key: 'a', operator: 'Exists' }],
      volumes: [{ name: 'data', emptyDir: {} }],
      containers: [
        {
          name: 'web',
          image: 'web',
          args: ['a'],
          env: [
            { name: 'A', value: '1' },
            { name: 'B', value: '2' },
          ],
          ports: [{ containerPort: 80 }, { containerPort: 80, protocol: 'UDP' }],
          volumeMounts: [{ name: 'data', mountPath: '/data' }],
          resources: { limits: { cpu: '1' } },
        },
      ],
    },
  };
  const deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', labels, finalizers: ['example.com/a'] },
    spec: { selector: { matchLabels: labels }, template },
  };
  beforeAll(async () => {
    await controlPlane().request(path, { method: 'POST', body: deployment });
  });

  const inContainer = (overlay: JsonObject) => ({
    spec: { template: { spec: { containers: [{ name: 'web', ...overlay }] } } },
  });
  const inPod = (overlay: JsonObject) => ({ spec: { template: { spec: overlay } } });

  it.each<[string, JsonObject]>([
    ['labels', { metadata: { labels: { team: 'shop' } } }],
    ['finalizers, a set', { metadata: { finalizers: ['example.com/a', 'example.com/b'] } }],
    [
      'containers by name',
      inPod({
        containers: [
          { name: 'web', tty: true },
          { name: 'log', image: 'log' },
        ],
      }),
    ],
    [
      'env by name',
      inContainer({
        env: [
          { name: 'B', value: '3' },
          { name: 'C', value: '4' },
        ],
      }),
    ],
    [
      'ports by number and protocol',
      inContainer({
        ports: [
          { containerPort: 80, protocol: 'UDP', name: 'dns' },
          { containerPort: 81, protocol: 'TCP' },
        ],
      }),
    ],
    [
      'volumeMounts by path',
      inContainer({
        volumeMounts: [
          { mountPath: '/data', name: 'data', readOnly: true },
          { mountPath: '/b', name: 'data' },
        ],
      }),
    ],
    ['arguments as a whole', inContainer({ args: ['b', 'c'] })],
    ['quantities', inContainer({ resources: { limits: { cpu: '1000m', memory: '1024Mi' } } })],
    ['tolerations as a whole', inPod({ tolerations: [{ key: 'b', operator: 'Exists' }] })],
    ['imagePullSecrets by name', inPod({ imagePullSecrets: [{ name: 'a' }, { name: 'b' }] })],
    [
      'volumes by name',
      inPod({
        volumes: [
          { name: 'data', emptyDir: { medium: 'Memory' } },
          { name: 'x', emptyDir: {} },
        ],
      }),
    ],
  ])('does to %s what server-side apply does', async (_what, overlay) => {
    const { body: stored } = await controlPlane().request(`${path}/web`);
    const applied = await controlPlane().request(`${path}/web?dryRun=All&fieldManager=test&force=true`, {
      method: 'PATCH',
      contentType: 'application/apply-patch+yaml',
      body: {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        ...overlay,
        metadata: { name: 'web', ...(overlay['metadata'] as JsonObject) },
      },
    });
    const { object } = run(mutationPolicy(`[{name: m, merge: ${JSON.stringify(overlay)}}]`), {
      operation: 'UPDATE',
      object: stored as JsonObject,
      oldObject: stored as JsonObject,
    });
    const updated = await controlPlane().request(`${path}/web?dryRun=All`, { method: 'PUT', body: object });

    expect([applied.status, updated.status]).toEqual([200, 200]);
    expect(meant(updated.body)).toEqual(meant(applied.body));
  });
});

/** An object without what tells how it came about. */
function meant(body: unknown): unknown {
  const { metadata, spec } = body as { metadata: JsonObject; spec: unknown };
  const { name, labels, finalizers } = metadata;
  return { metadata: { name, labels, finalizers }, spec };
}
