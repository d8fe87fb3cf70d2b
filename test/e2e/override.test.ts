import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeWithControlPlane } from '../control-plane/index.ts';
import { deployment, pod } from './manifests.ts';
import { createPolicyFolder, type PolicyFolder } from './policy-folder.ts';
import { register, startWebhook, type Webhook } from './webhook.ts';

const annotation = 'override.abatis.dev/no-host-network';
const policy = `apiVersion: abatis.dev/v1alpha1
kind: Policy
metadata: {name: no-host-network}
spec:
  target: pod
  match: {namespaces: [default]}
  enforcement: Deny
  override: {subjects: [{kind: Group, name: platform-admins}]}
  rules:
    - {name: host-network, forbid: spec.hostNetwork, message: the pod is in the network of its node}
`;

const masters = 'system:masters';
const ada = { username: 'ada', groups: ['platform-admins', masters] };
const bob = { username: 'bob', groups: ['developers', masters] };

/** A workload controller, by the name it has with credentials of its own or by the one that all share. */
const controllers = [
  {
    how: 'each under its own name',
    deployments: ofKubeSystem('deployment-controller'),
    replicaSets: ofKubeSystem('replicaset-controller'),
  },
  {
    how: 'all under one name',
    deployments: { username: 'system:kube-controller-manager', groups: [masters] },
    replicaSets: { username: 'system:kube-controller-manager', groups: [masters] },
  },
];

function ofKubeSystem(name: string) {
  return {
    username: `system:serviceaccount:kube-system:${name}`,
    groups: ['system:serviceaccounts', 'system:serviceaccounts:kube-system', 'system:authenticated'],
  };
}

describeWithControlPlane('an override on a template', {}, ({ controlPlane }) => {
  let folder: PolicyFolder;
  let webhook: Webhook;
  beforeAll(async () => {
    folder = createPolicyFolder({ 'policy.yaml': policy });
    webhook = await startWebhook({ policies: [folder.path] });
    const count = () => webhook.count('abatis_requests_total', { endpoint: 'validate' });
    await register(controlPlane(), webhook, { name: 'override', failurePolicy: 'Fail' }, count);
  });
  afterAll(async () => {
    await webhook?.stop();
    folder?.remove();
  });

  const template = { containers: [{ name: 'web' }], hostNetwork: true };
  const reason = 'the node exporter reads the counters of the node';
  const withReason = (name: string, why = reason) => {
    const plain = deployment(name, template, {});
    const { metadata } = plain.spec.template;
    return {
      ...plain,
      spec: {
        ...plain.spec,
        template: {
          ...plain.spec.template,
          metadata: { ...metadata, annotations: { [annotation]: why } },
        },
      },
    };
  };
  const apply = (object: object, impersonate: { username: string; groups: string[] }) =>
    controlPlane().kubectl(['apply', '--server-side', '--filename=-'], {
      stdin: JSON.stringify(object),
      impersonate,
    });
  const denied = 'denied the request: ';

  it('is denied to who grants it to himself', async () => {
    const { code, stderr } = await apply(withReason('granted'), bob);

    expect(code).toBe(1);
    expect(stderr).toContain(`${denied}2 findings`);
    expect(stderr).toContain(
      `- no-host-network/override: \`bob\` may not override this policy (spec.template.metadata.annotations["${annotation}"]); ask one of those who may: Group \`platform-admins\``,
    );
    expect(stderr).toContain('- no-host-network/host-network: the pod is in the network of its node');
  });

  it('is refused without a reason', async () => {
    const { code, stderr } = await apply(withReason('unreasoned', ''), ada);

    expect(code).toBe(1);
    expect(stderr).toContain('no-host-network/override: an override needs a reason');
  });

  it('stays valid when others change the rest, and not when they change it', async () => {
    const created = await apply(withReason('kept'), ada);
    const scaled = await controlPlane().kubectl(['scale', 'deployment/kept', '--replicas=3'], {
      impersonate: bob,
    });
    const labelled = await controlPlane().kubectl(['label', 'deployment/kept', 'team=b'], {
      impersonate: bob,
    });
    const change = JSON.stringify({
      spec: { template: { metadata: { annotations: { [annotation]: 'because I say so' } } } },
    });
    const changed = await controlPlane().kubectl(['patch', 'deployment/kept', '--patch', change], {
      impersonate: bob,
    });

    expect(created).toMatchObject({
      code: 0,
      stderr: `Warning: no-host-network/host-network: the pod is in the network of its node, overridden by \`ada\`: ${reason}\n`,
    });
    expect(scaled).toMatchObject({ code: 0, stderr: '' });
    expect(labelled).toMatchObject({
      code: 0,
      stderr: `Warning: no-host-network/host-network: the pod is in the network of its node, overridden: ${reason}\n`,
    });
    expect(changed).toMatchObject({ code: 1, stderr: expect.stringContaining('`bob` may not override') });
  });

  describe.each(controllers)('rolls out, its controllers $how', ({ how, deployments, replicaSets }) => {
    const name = how.startsWith('each') ? 'rollout-a' : 'rollout-b';
    const owner = (kind: string, uid: unknown) => ({
      apiVersion: 'apps/v1',
      kind,
      name,
      uid,
      controller: true,
      blockOwnerDeletion: true,
    });
    const create = (object: object, impersonate: { username: string; groups: string[] }) =>
      controlPlane().kubectl(['create', '--filename=-', '--output=json'], {
        stdin: JSON.stringify(object),
        impersonate,
      });

    it('from the Deployment to its ReplicaSet and its Pods', async () => {
      const created = await create(withReason(name), ada);
      const parent = JSON.parse(created.stdout);
      const replicaSet = await create(
        {
          apiVersion: 'apps/v1',
          kind: 'ReplicaSet',
          metadata: { name, ownerReferences: [owner('Deployment', parent.metadata.uid)] },
          spec: { replicas: 1, selector: parent.spec.selector, template: parent.spec.template },
        },
        deployments,
      );
      expect(replicaSet).toMatchObject({ code: 0, stderr: '' });
      const set = JSON.parse(replicaSet.stdout);
      const { metadata, spec } = parent.spec.template;
      const made = { ...metadata, ownerReferences: [owner('ReplicaSet', set.metadata.uid)] };
      const ofTemplate = { apiVersion: 'v1', kind: 'Pod', metadata: { ...made, name }, spec };
      const madePod = await create(ofTemplate, replicaSets);
      const without = { ...ofTemplate, metadata: { ...made, name: `${name}-bare`, annotations: {} } };
      const bare = await create(without, replicaSets);

      expect(created.code).toBe(0);
      expect(madePod).toMatchObject({ code: 0, stderr: '' });
      expect(bare).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('no-host-network/host-network'),
      });
    });
  });

  it('is not taken from who says that a controller made the Pod', async () => {
    const object = pod('pretender', template, {
      annotations: { [annotation]: reason },
      ownerReferences: [
        {
          apiVersion: 'apps/v1',
          kind: 'ReplicaSet',
          name: 'web',
          uid: '0b5b0a3c-5f4c-4a53-9f2b-3a1d6c0e7a11',
          controller: true,
        },
      ],
    });
    const result = await apply(object, bob);

    expect(result).toMatchObject({ code: 1, stderr: expect.stringContaining('`bob` may not override') });
  });
});
