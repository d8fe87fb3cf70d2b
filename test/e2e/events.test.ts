import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { clusterClient, eventRecorder } from '../../src/cluster/index.ts';
import { describeWithControlPlane } from '../control-plane/index.ts';
import { createPolicyFolder, type PolicyFolder } from './policy-folder.ts';
import { register, startWebhook, type Webhook } from './webhook.ts';

const documents = `apiVersion: abatis.dev/v1alpha1
kind: Policy
metadata: {name: owned}
spec:
  match: {kinds: [ConfigMap, Secret, ClusterRole], names: ['bad*', 'system:bad']}
  enforcement: Deny
  rules:
    - name: label
      require: [metadata.labels.owner]
      message: "no owner, but {{ object.?data.secret.orValue('nothing') }}"
`;

interface Event {
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly reason: string;
  readonly note: string;
  readonly regarding: { readonly kind: string; readonly name: string };
  readonly series?: { readonly count: number };
}

describeWithControlPlane('Events about denials', {}, ({ controlPlane }) => {
  let folder: PolicyFolder;
  let webhook: Webhook;
  beforeAll(async () => {
    folder = createPolicyFolder({ 'owned.yaml': documents });
    await controlPlane().createNamespace('shop');
    webhook = await startWebhook({
      policies: [folder.path],
      kubeconfig: await controlPlane().kubeconfigFor(),
      args: ['--events'],
    });
    await register(controlPlane(), webhook, { name: 'owned', failurePolicy: 'Fail' }, () =>
      webhook.count('abatis_requests_total'),
    );
  });
  afterAll(async () => {
    await webhook?.stop();
    folder?.remove();
  });

  async function events(namespace: string): Promise<readonly Event[]> {
    const { body } = await controlPlane().request(`/apis/events.k8s.io/v1/namespaces/${namespace}/events`);
    return (body as { readonly items: readonly Event[] }).items.filter(({ reason }) => reason === 'Denied');
  }
  const create = (name: string, ...more: readonly string[]) =>
    controlPlane().kubectl(['create', 'configmap', name, '--namespace', 'shop', ...more]);

  it('name the object, the user, the policy and the rule', async () => {
    expect(await create('bad')).toMatchObject({ code: 1 });
    await vi.waitFor(async () => expect(await events('shop')).toHaveLength(1), 10_000);
    const [event] = await events('shop');
    expect(event).toMatchObject({
      type: 'Warning',
      action: 'Create',
      regarding: { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name: 'bad' },
      note: expect.stringMatching(/^\S+ was denied CREATE by policy owned: label: no owner, but nothing$/),
      reportingController: 'abatis.dev/abatis',
    });
  });

  it('are shown by kubectl', async () => {
    const { stdout } = await controlPlane().kubectl(['events', '--namespace', 'shop']);
    expect(stdout).toMatch(/Warning\s+Denied\s+ConfigMap\/bad/);
  });

  it('are none for a dry run', async () => {
    expect(await create('bad-but-dry', '--dry-run=server')).toMatchObject({ code: 1 });
    expect(await create('bad-in-earnest')).toMatchObject({ code: 1 });
    await vi.waitFor(
      async () =>
        expect((await events('shop')).map(({ regarding }) => regarding.name)).toContain('bad-in-earnest'),
      10_000,
    );
    expect((await events('shop')).map(({ regarding }) => regarding.name)).not.toContain('bad-but-dry');
  });

  it('are one for the same denial again and again, with a count', async () => {
    for (let again = 0; again < 3; again++) await create('bad');
    await vi.waitFor(async () => {
      const about = (await events('shop')).filter(({ regarding }) => regarding.name === 'bad');
      expect(about).toMatchObject([{ series: { count: 4 } }]);
    }, 20_000);
    expect(await webhook.count('abatis_events_total', { result: 'updated' })).toBeGreaterThan(0);
  });

  it('quote nothing of Secrets', async () => {
    const { code } = await controlPlane().kubectl([
      ...[
        'create',
        'secret',
        'generic',
        'bad',
        '--namespace',
        'shop',
        '--from-literal',
        'secret=correct-horse',
      ],
    ]);
    expect(code).toBe(1);
    const note = await vi.waitFor(async () => {
      const found = (await events('shop')).find(({ regarding }) => regarding.kind === 'Secret');
      expect(found).toBeDefined();
      return found?.note;
    }, 10_000);
    expect(note).toMatch(/by policy owned: label$/);
  });

  it('are in `default` for what is in no namespace, whatever its name is', async () => {
    const role = ['create', 'clusterrole', 'system:bad', '--verb', 'get', '--resource', 'pods'];
    expect(await controlPlane().kubectl(role)).toMatchObject({ code: 1 });
    await vi.waitFor(
      async () =>
        expect((await events('default')).map(({ regarding }) => regarding.name)).toContain('system:bad'),
      10_000,
    );
  });

  it('hold no denial up where they cannot be written, and say so once', async () => {
    const client = await clusterClient(await controlPlane().kubeconfigFor({ username: 'nobody' }));
    if ('problem' in client) throw new Error(client.problem);
    const results: string[] = [];
    const problems: string[] = [];
    const recorder = eventRecorder(client, {
      onResult: (result) => results.push(result),
      onProblem: (problem) => problems.push(problem),
    });
    for (const key of ['a', 'b']) {
      recorder.note({
        type: 'Warning',
        reason: 'Denied',
        action: 'Create',
        regarding: { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name: 'x' },
        note: 'x',
        key,
      });
    }
    await recorder.close(10_000);
    expect(results).toEqual(['failed', 'failed']);
    expect(problems).toEqual([expect.stringContaining('403')]);
  });
});
