import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/model/index.ts';
import { judge, policyText, programOf, type Request, summary } from './world.ts';

const limits = programOf(
  policyText(`
  target: pod
  rules:
    - {name: memory, each: [containers, initContainers], require: [resources.limits.memory]}
`),
);

const spec = {
  initContainers: [{ name: 'setup', image: 'setup:1' }],
  containers: [{ name: 'app', image: 'app:1', resources: { limits: { memory: '1Gi' } } }],
};
const template = { metadata: { labels: { app: 'web' } }, spec };

function object(apiVersion: string, kind: string, body: JsonObject, metadata: JsonObject = {}): JsonObject {
  return { apiVersion, kind, metadata: { name: 'web', namespace: 'shop', ...metadata }, ...body };
}

describe('target: pod finds the pod wherever one is carried, and says where in the submitted object', () => {
  test.each<[string, JsonObject, string]>([
    ['Pod', object('v1', 'Pod', { spec }), 'spec'],
    ['PodTemplate', object('v1', 'PodTemplate', { template }), 'template.spec'],
    [
      'ReplicationController',
      object('v1', 'ReplicationController', { spec: { template } }),
      'spec.template.spec',
    ],
    ['ReplicaSet', object('apps/v1', 'ReplicaSet', { spec: { template } }), 'spec.template.spec'],
    ['Deployment', object('apps/v1', 'Deployment', { spec: { template } }), 'spec.template.spec'],
    ['StatefulSet', object('apps/v1', 'StatefulSet', { spec: { template } }), 'spec.template.spec'],
    ['DaemonSet', object('apps/v1', 'DaemonSet', { spec: { template } }), 'spec.template.spec'],
    ['Job', object('batch/v1', 'Job', { spec: { template } }), 'spec.template.spec'],
    [
      'CronJob',
      object('batch/v1', 'CronJob', { spec: { jobTemplate: { spec: { template } } } }),
      'spec.jobTemplate.spec.template.spec',
    ],
  ])('%s', (_, carrier, place) => {
    expect(summary(judge(limits, { object: carrier }))).toEqual([
      `Warn p/memory ${place}.initContainers[0].resources.limits.memory`,
    ]);
  });

  test.each(['ephemeralcontainers', 'resize'])('Pod/%s', (subresource) => {
    const pod = object('v1', 'Pod', { spec });
    const request: Request = { object: pod, oldObject: pod, operation: 'UPDATE', subresource };
    expect(judge(limits, request).evaluated).toEqual(['p']);
  });

  test.each<[string, JsonObject]>([
    ['a kind without a pod', object('v1', 'Service', { spec })],
    ['a carrier without its template', object('apps/v1', 'Deployment', { spec: {} })],
    ['a template that is none', object('apps/v1', 'Deployment', { spec: { template: null } })],
    ['a custom kind of a built-in name', object('example.dev/v1', 'Deployment', { spec: { template } })],
  ])('%s is not evaluated', (_, carrier) => {
    expect(judge(limits, { object: carrier }).evaluated).toEqual([]);
  });

  test('`pod` and `$` are the pod, `object` stays the whole', () => {
    const program = programOf(
      policyText(`
  target: pod
  rules:
    - name: r
      each: $.metadata.labels
      forbid: app
      message: "{{ pod.metadata.labels.app }} in {{ object.kind }} {{ object.metadata.name }}"
`),
    );
    const deployment = object('apps/v1', 'Deployment', { spec: { template } });
    const [finding] = judge(program, { object: deployment }).findings;
    expect(finding?.message).toBe('web in Deployment web');
    expect(finding?.path).toEqual(['spec', 'template', 'metadata', 'labels', 'app']);
  });
});

describe('an object that a controller made', () => {
  const owned = { ownerReferences: [{ kind: 'X', name: 'x', controller: true }] };
  const controllers = [
    'system:kube-controller-manager',
    'system:serviceaccount:kube-system:replicaset-controller',
  ];
  const user = (username: string) => ({
    username,
    groups: username.startsWith('system:serviceaccount:') ? ['system:serviceaccounts:kube-system'] : [],
  });

  test.each(controllers)('%s: ReplicaSets and Jobs are not judged again', (username) => {
    for (const [apiVersion, kind] of [
      ['apps/v1', 'ReplicaSet'],
      ['batch/v1', 'Job'],
    ] as const) {
      const made = object(apiVersion, kind, { spec: { template } }, owned);
      expect(judge(limits, { object: made, user: user(username) }).evaluated).toEqual([]);
    }
  });

  test.each(controllers)('%s: Pods are judged in full, their warnings only noted', (username) => {
    const made = object('v1', 'Pod', { spec }, owned);
    expect(summary(judge(limits, { object: made, user: user(username) }))).toEqual([
      'Audit p/memory spec.initContainers[0].resources.limits.memory',
    ]);
  });

  test.each<[string, string, JsonObject]>([
    ['somebody else who claims to be owned', 'alice', owned],
    ['a controller without an owner', 'system:kube-controller-manager', {}],
    [
      'an owner that is no controller',
      'system:kube-controller-manager',
      { ownerReferences: [{ controller: false }] },
    ],
    ['owners that are no list', 'system:kube-controller-manager', { ownerReferences: { controller: true } }],
  ])('%s: judged as anybody', (_, username, metadata) => {
    const made = object('apps/v1', 'ReplicaSet', { spec: { template } }, metadata);
    expect(summary(judge(limits, { object: made, user: user(username) }))).toHaveLength(1);
    expect(judge(limits, { object: made, user: user(username) }).findings[0]?.action).toBe('Warn');
  });

  test('who counts as a controller is configurable', () => {
    const program = programOf(policyText('  target: pod\n  rules: [{name: r, forbid: $}]'), {
      controllers: [{ kind: 'ServiceAccount', namespace: 'argo', name: 'workflow-*' }],
    });
    const made = object('batch/v1', 'Job', { spec: { template } }, owned);
    const argo = { username: 'system:serviceaccount:argo:workflow-controller', groups: [] };
    expect(judge(program, { object: made, user: argo }).evaluated).toEqual([]);
    expect(judge(program, { object: made, user: user('system:kube-controller-manager') }).evaluated).toEqual([
      'p',
    ]);
  });
});
