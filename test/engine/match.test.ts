import { describe, expect, test } from 'vitest';
import { judge, policyText, programOf, type Request } from './world.ts';

const metadata = { name: 'web', namespace: 'shop', labels: { app: 'web' } };
const pod = { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers: [] } };
const clusterRole = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRole',
  metadata: { name: 'admin' },
};
const namespace = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: 'shop', labels: { tier: 'production' } },
};
const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: {} };
const scale = { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata, spec: { replicas: 0 } };
const exec = { apiVersion: 'v1', kind: 'PodExecOptions', command: ['sh'] };
const alice = { username: 'alice', groups: ['devs', 'system:authenticated'] };
const robot = { username: 'system:serviceaccount:ci:deployer-1', groups: ['system:serviceaccounts'] };

type Verdict = 'applies' | 'assumed' | 'left alone';

function verdict(criteria: string, request: Request): Verdict {
  const program = programOf(policyText(`${criteria}\n  rules: [{name: r, forbid: $}]`));
  const [finding] = judge(program, request).findings;
  if (finding === undefined) return 'left alone';
  return finding.assumed ? 'assumed' : 'applies';
}

const production = { tier: 'production' };

describe('match and exclude', () => {
  test.each<[string, Request, Verdict]>([
    ['match: {}', { object: pod }, 'applies'],
    ['match: {}', { object: pod, oldObject: pod, operation: 'UPDATE' }, 'applies'],
    ['match: {}', { oldObject: pod, operation: 'DELETE' }, 'left alone'],
    ['match: {operations: [DELETE]}', { oldObject: pod, operation: 'DELETE' }, 'applies'],
    ["match: {operations: ['*']}", { oldObject: pod, operation: 'DELETE' }, 'applies'],
    ['match: {operations: [DELETE]}', { object: pod }, 'left alone'],

    ['match: {kinds: [Pod]}', { object: pod }, 'applies'],
    ['match: {kinds: [Service, Pod]}', { object: pod }, 'applies'],
    ['match: {kinds: [Service]}', { object: pod }, 'left alone'],
    ['match: {kinds: [apps/*]}', { object: deployment }, 'applies'],
    ['match: {kinds: [Deployment]}', deploymentScale(), 'left alone'],
    ['match: {kinds: [Deployment/scale]}', deploymentScale(), 'applies'],
    ["match: {kinds: ['*/scale']}", deploymentScale(), 'applies'],
    ['match: {kinds: [Scale]}', deploymentScale(), 'left alone'],
    ['match: {kinds: [Pod/exec], operations: [CONNECT]}', podExec(), 'applies'],
    ['match: {kinds: [Pod], operations: [CONNECT]}', podExec(), 'left alone'],
    ['exclude: {kinds: [Pod]}', { object: pod }, 'left alone'],
    ['exclude: {kinds: [Service]}', { object: pod }, 'applies'],
    ['exclude: {operations: [UPDATE]}', { object: pod }, 'applies'],
    ['exclude: {operations: [UPDATE]}', { object: pod, oldObject: pod, operation: 'UPDATE' }, 'left alone'],
    ['exclude: {kinds: [Pod], namespaces: [other]}', { object: pod }, 'applies'],
    ['exclude: {}', { object: pod }, 'applies'],

    ['match: {names: [we*]}', { object: pod }, 'applies'],
    ['match: {names: [api]}', { object: pod }, 'left alone'],
    ['match: {names: [job-*]}', { object: { ...pod, metadata: { generateName: 'job-' } } }, 'applies'],
    [
      'match: {operations: [DELETE], names: [web]}',
      { oldObject: pod, operation: 'DELETE', name: '' },
      'applies',
    ],
    ['match: {kinds: [Pod/exec], operations: [CONNECT], names: [web]}', podExec(), 'applies'],

    ['match: {namespaces: [sh*]}', { object: pod }, 'applies'],
    ['match: {namespaces: [default]}', { object: pod }, 'left alone'],
    ['match: {namespaces: [default]}', { object: clusterRole }, 'applies'],
    ['exclude: {namespaces: [shop]}', { object: pod }, 'left alone'],
    ["exclude: {namespaces: ['*']}", { object: clusterRole }, 'applies'],
    ['match: {namespaces: [shop]}', { object: namespace }, 'applies'],
    ['exclude: {namespaces: [shop]}', { object: namespace }, 'left alone'],

    ['match: {scope: Namespaced}', { object: pod }, 'applies'],
    ['match: {scope: Namespaced}', { object: clusterRole }, 'left alone'],
    ['match: {scope: Cluster}', { object: clusterRole }, 'applies'],
    ['match: {scope: Cluster}', { object: namespace }, 'applies'],

    [
      `match: {namespaceSelector: {matchLabels: {tier: production}}}`,
      { object: pod, namespaceLabels: production },
      'applies',
    ],
    [
      `match: {namespaceSelector: {matchLabels: {tier: production}}}`,
      { object: pod, namespaceLabels: {} },
      'left alone',
    ],
    [`match: {namespaceSelector: {matchLabels: {tier: production}}}`, { object: pod }, 'assumed'],
    [`exclude: {namespaceSelector: {matchLabels: {tier: production}}}`, { object: pod }, 'assumed'],
    [
      `exclude: {namespaceSelector: {matchLabels: {tier: production}}}`,
      { object: pod, namespaceLabels: production },
      'left alone',
    ],
    [`match: {namespaceSelector: {matchLabels: {tier: production}}}`, { object: namespace }, 'applies'],
    [`match: {namespaceSelector: {matchLabels: {tier: test}}}`, { object: namespace }, 'left alone'],
    [`match: {namespaceSelector: {matchLabels: {tier: test}}}`, { object: clusterRole }, 'applies'],
    [`exclude: {namespaceSelector: {}}`, { object: clusterRole }, 'applies'],
    [`exclude: {names: [api], namespaceSelector: {}}`, { object: pod }, 'applies'],

    ['match: {objectSelector: {matchLabels: {app: web}}}', { object: pod }, 'applies'],
    ['match: {objectSelector: {matchLabels: {app: api}}}', { object: pod }, 'left alone'],
    [
      'match: {objectSelector: {matchLabels: {app: web}}}',
      { object: { ...pod, metadata: { name: 'web' } }, oldObject: pod, operation: 'UPDATE' },
      'applies',
    ],
    [
      'match: {operations: [DELETE], objectSelector: {matchLabels: {app: web}}}',
      { oldObject: pod, operation: 'DELETE' },
      'applies',
    ],
    [
      'match: {objectSelector: {matchExpressions: [{key: app, operator: DoesNotExist}]}}',
      { object: pod },
      'left alone',
    ],

    ['match: {subjects: [{kind: User, name: alice}]}', { object: pod, user: alice }, 'applies'],
    ['match: {subjects: [{kind: User, name: bob}]}', { object: pod, user: alice }, 'left alone'],
    ['match: {subjects: [{kind: Group, name: dev*}]}', { object: pod, user: alice }, 'applies'],
    [
      'match: {subjects: [{kind: ServiceAccount, name: deployer-*, namespace: ci}]}',
      { object: pod, user: robot },
      'applies',
    ],
    [
      'match: {subjects: [{kind: ServiceAccount, name: deployer-*, namespace: prod}]}',
      { object: pod, user: robot },
      'left alone',
    ],
    [
      'match: {subjects: [{kind: ServiceAccount, name: "*", namespace: "*"}]}',
      { object: pod, user: alice },
      'left alone',
    ],
    ['match: {subjects: [{kind: User, name: alice}]}', { object: pod }, 'assumed'],
    ['exclude: {subjects: [{kind: User, name: alice}]}', { object: pod }, 'assumed'],
    ['exclude: {subjects: [{kind: User, name: alice}]}', { object: pod, user: alice }, 'left alone'],
    ['exclude: {kinds: [Service], subjects: [{kind: User, name: alice}]}', { object: pod }, 'applies'],
  ])('%s: %#', (criteria, request, expected) => {
    expect(verdict(`  ${criteria}`, request)).toBe(expected);
  });

  test.each<[string, Request, Verdict]>([
    ['a terminating object is left alone', update({}), 'left alone'],
    ['unless the policy asks for it', update({ match: true }), 'applies'],
    ['a deletionTimestamp that only the user wrote does not count', update({ only: 'new' }), 'applies'],
    ['nor does one on creation', { object: terminating() }, 'applies'],
    [
      'a second delete of a terminating object is left alone',
      { oldObject: terminating(), operation: 'DELETE' },
      'left alone',
    ],
  ])('%s', (_, request, expected) => {
    const wanted = 'match' in request ? ', terminating: true' : '';
    expect(verdict(`  match: {operations: ['*']${wanted}}`, request)).toBe(expected);
  });
});

function deploymentScale(): Request {
  return {
    object: scale,
    oldObject: scale,
    operation: 'UPDATE',
    subresource: 'scale',
    resourceKind: { group: 'apps', kind: 'Deployment' },
  };
}

function podExec(): Request {
  return {
    object: exec,
    operation: 'CONNECT',
    subresource: 'exec',
    resourceKind: { group: '', kind: 'Pod' },
    name: 'web',
  };
}

function terminating() {
  return {
    ...pod,
    metadata: { ...metadata, deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: ['x/y'] },
  };
}

function update({ match, only }: { match?: boolean; only?: 'new' }): Request {
  return {
    object: terminating(),
    oldObject: only === 'new' ? pod : terminating(),
    operation: 'UPDATE',
    ...(match === true && { match }),
  };
}
