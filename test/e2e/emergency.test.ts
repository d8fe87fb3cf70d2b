import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { clusterClient, emergencyWatch } from '../../src/cluster/index.ts';
import { describeWithControlPlane } from '../control-plane/index.ts';
import { createPolicyFolder, type PolicyFolder } from './policy-folder.ts';
import { register, repository, startWebhook, type Webhook } from './webhook.ts';

/** Nobody may make ConfigMaps anywhere, the switch's own namespace included; errors deny, too. */
const documents = `apiVersion: abatis.dev/v1alpha1
kind: Policy
metadata: {name: none}
spec:
  match: {kinds: [ConfigMap]}
  enforcement: Deny
  failurePolicy: Fail
  rules: [{name: at-all, expression: 'object.metadata.name == "abatis-probe"', message: no ConfigMaps here}]
---
apiVersion: abatis.dev/v1alpha1
kind: Policy
metadata: {name: broken}
spec:
  match: {kinds: [ConfigMap]}
  enforcement: Deny
  failurePolicy: Fail
  rules: [{name: r, when: 'object.metadata.name != "abatis-probe"', expression: object.data.nothing == "x", message: refused}]
---
apiVersion: abatis.dev/v1alpha1
kind: Policy
metadata: {name: owned}
spec:
  match: {kinds: [ConfigMap]}
  enforcement: Warn
  mutations: [{name: owner, set: {path: metadata.labels.owner, value: abatis, ifMissing: true}}]
`;

const namespace = 'abatis-system';

describeWithControlPlane('the emergency switch', { audit: true }, ({ controlPlane }) => {
  let folder: PolicyFolder;
  let webhook: Webhook;
  beforeAll(async () => {
    folder = createPolicyFolder({ 'all.yaml': documents });
    await controlPlane().createNamespace(namespace);
    webhook = await startWebhook({
      policies: [folder.path],
      kubeconfig: await controlPlane().kubeconfigFor(),
      args: ['--events'],
    });
    const asked = () => webhook.count('abatis_requests_total');
    const registration = { failurePolicy: 'Fail', resources: ['configmaps'] } as const;
    await register(controlPlane(), webhook, { name: 'all', ...registration }, asked);
    await register(controlPlane(), webhook, { name: 'amend', mutating: true, ...registration }, asked);
  });
  afterAll(async () => {
    await webhook?.stop();
    folder?.remove();
  });

  const create = (name: string) =>
    controlPlane().kubectl(['create', 'configmap', name, '--from-literal', 'a=b']);
  const emergency = () => webhook.count('abatis_emergency');

  it('is off, and policies do what they say', async () => {
    expect(await create('before')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no ConfigMaps here'),
    });
    expect(await emergency()).toBe(0);
    expect(await webhook.count('abatis_emergency_watched')).toBe(1);
  });

  it('is switched on by a ConfigMap, within seconds, while policies deny every ConfigMap', async () => {
    const started = performance.now();
    const made = await controlPlane().kubectl([
      ...[
        'create',
        'configmap',
        'abatis-emergency',
        '--namespace',
        namespace,
        '--from-literal',
        'mode=Audit',
      ],
    ]);
    expect(made).toMatchObject({ code: 0 });
    const reason = 'abatis.dev/reason=INC-42, nothing can be deployed';
    expect(
      await controlPlane().kubectl([
        'annotate',
        'configmap',
        'abatis-emergency',
        '--namespace',
        namespace,
        reason,
      ]),
    ).toMatchObject({ code: 0 });
    await vi.waitFor(async () => expect(await create('during')).toMatchObject({ code: 0, stderr: '' }), 5000);
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(await emergency()).toBe(1);
  });

  it('notes what would have been denied and changed, and itself, in the audit log', async () => {
    const { body } = await controlPlane().request('/api/v1/namespaces/default/configmaps/during');
    expect(body).not.toHaveProperty('metadata.labels');
    const annotations = await vi.waitFor(async () => {
      const events = await controlPlane().auditEvents();
      const event = events.find(
        ({ verb, objectRef, responseStatus }) =>
          verb === 'create' && objectRef?.name === 'during' && responseStatus?.code === 201,
      );
      expect(event).toBeDefined();
      return event?.annotations ?? {};
    }, 10_000);
    expect(annotations).toMatchObject({
      'all.abatis.dev/none.at-all': expect.stringContaining('no ConfigMaps here'),
      'all.abatis.dev/broken.r': expect.stringContaining('could not be evaluated'),
      'amend.abatis.dev/owned.owner': expect.stringContaining('would change'),
      'all.abatis.dev/emergency': expect.stringMatching(/since \d.*by kubectl-create: INC-42/),
      'amend.abatis.dev/emergency': expect.stringContaining('the emergency switch is on'),
    });
  });

  it('says so in the log, in an Event and where readiness is asked for', async () => {
    const lines = (await webhook.log()).filter(({ msg }) => msg.startsWith('EMERGENCY:'));
    expect(lines[0]).toMatchObject({
      level: 'error',
      by: 'kubectl-create',
      place: `ConfigMap ${namespace}/abatis-emergency`,
    });
    const { body } = await webhook.request('/readyz');
    expect(body).toMatchObject({
      ready: true,
      checks: expect.arrayContaining([
        { name: 'emergency', ok: true, detail: expect.stringMatching(/^ON: /) },
      ]),
    });
    await vi.waitFor(async () => {
      const events = await controlPlane().request(`/apis/events.k8s.io/v1/namespaces/${namespace}/events`);
      expect(events.body).toMatchObject({
        items: expect.arrayContaining([
          expect.objectContaining({
            reason: 'Emergency',
            regarding: expect.objectContaining({ kind: 'ConfigMap', name: 'abatis-emergency' }),
          }),
        ]),
      });
    }, 10_000);
  });

  it('is off again when the ConfigMap is gone, which nobody denies either', async () => {
    const gone = await controlPlane().kubectl([
      'delete',
      'configmap',
      'abatis-emergency',
      '--namespace',
      namespace,
    ]);
    expect(gone).toMatchObject({ code: 0 });
    await vi.waitFor(
      async () =>
        expect(await create(`after-${Math.random().toString(36).slice(2)}`)).toMatchObject({ code: 1 }),
      5000,
    );
    expect((await webhook.log()).some(({ msg }) => msg.startsWith('EMERGENCY OVER'))).toBe(true);
    expect(await emergency()).toBe(0);
  });

  it('is off, and complains, where it says something else', async () => {
    const on = (mode: string) =>
      controlPlane().request(
        `/api/v1/namespaces/${namespace}/configmaps/abatis-emergency?fieldManager=test&force=true`,
        {
          method: 'PATCH',
          contentType: 'application/apply-patch+yaml',
          body: {
            apiVersion: 'v1',
            kind: 'ConfigMap',
            metadata: { name: 'abatis-emergency' },
            data: { mode },
          },
        },
      );
    expect((await on('Adit')).status).toBeLessThan(300);
    await vi.waitFor(
      async () => expect((await webhook.log()).filter(({ mode }) => mode === 'Adit')).toHaveLength(1),
      5000,
    );
    expect(await emergency()).toBe(0);
    // Whoever is in a hurry does not look at capitals.
    expect((await on('audit')).status).toBeLessThan(300);
    await vi.waitFor(async () => expect(await emergency()).toBe(1), 5000);
  });

  it('takes no more rights than the page says, and is told where there are none', async () => {
    const page = await readFile(join(repository, 'docs/operate.md'), 'utf8');
    const [, role = ''] = /```yaml\n(apiVersion: rbac[\s\S]*?kind: Role\n[\s\S]*?)```/.exec(page) ?? [];
    const made = await controlPlane().kubectl(['apply', '--filename', '-'], { stdin: role });
    expect(made).toMatchObject({ code: 0 });
    const bind = ['create', 'rolebinding', 'reader', '--role', 'abatis', '--user', 'reader'];
    expect(await controlPlane().kubectl([...bind, '--namespace', namespace])).toMatchObject({ code: 0 });

    async function watchAs(username: string) {
      const client = await clusterClient(await controlPlane().kubeconfigFor({ username }));
      if ('problem' in client) throw new Error(client.problem);
      const options = { namespace, name: 'abatis-emergency', onChange: () => {}, onState: () => {} };
      return emergencyWatch(client, options);
    }
    const reader = await watchAs('reader');
    await vi.waitFor(() => expect(reader.current()).toMatchObject({ mode: 'audit', by: 'test' }), 10_000);
    reader.close();
    const nobody = await watchAs('nobody');
    await vi.waitFor(
      () => expect(nobody.state()).toMatchObject({ synced: false, problem: expect.stringContaining('403') }),
      10_000,
    );
    nobody.close();
  });
});
