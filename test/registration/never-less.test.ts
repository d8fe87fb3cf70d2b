import fc from 'fast-check';
import { expect, it } from 'vitest';
import { evaluate, mutate } from '../../src/engine/index.ts';
import type { AdmissionInput, Operation, ResourceKind } from '../../src/model/index.ts';
import { asked, change, planned } from './asked.ts';

const now = Date.UTC(2026, 10, 21);

/** One that the cluster tells of; `Gadget` is one that nobody knows. */
const kinds: readonly ResourceKind[] = [
  { group: 'shop.example', kind: 'Widget', resource: 'widgets', namespaced: true },
];

const resources = [
  ['', 'v1', 'Pod', 'pods', true],
  ['', 'v1', 'ConfigMap', 'configmaps', true],
  ['', 'v1', 'Namespace', 'namespaces', false],
  ['', 'v1', 'Node', 'nodes', false],
  ['', 'v1', 'Event', 'events', true],
  ['apps', 'v1', 'Deployment', 'deployments', true],
  ['apps', 'v1', 'ReplicaSet', 'replicasets', true],
  ['batch', 'v1', 'CronJob', 'cronjobs', true],
  ['coordination.k8s.io', 'v1', 'Lease', 'leases', true],
  ['rbac.authorization.k8s.io', 'v1', 'ClusterRole', 'clusterroles', false],
  ['apiextensions.k8s.io', 'v1', 'CustomResourceDefinition', 'customresourcedefinitions', false],
  ['shop.example', 'v1', 'Widget', 'widgets', true],
  ['shop.example', 'v1beta1', 'Widget', 'widgets', true],
  ['other.example', 'v1', 'Gadget', 'gadgets', true],
] as const;
const namespaces = ['shop', 'kube-system', 'kube-node-lease', 'abatis-system', 'default'];
const operations: readonly Operation[] = ['CREATE', 'UPDATE', 'DELETE', 'CONNECT'];

const patterns = [
  ...[
    '*',
    '*',
    '*',
    '*/*',
    '*/scale',
    'Pod',
    'Pod/exec',
    'Pod/*',
    'Pod/ephemeralcontainers',
    'Deployment',
    'apps/*',
  ],
  ...['apps/v1/Deployment/scale', 'Namespace', 'Node', 'Lease', 'Event', 'Widget', 'Gadget', 'Gadget/status'],
  ...['shop.example/v1/Widget', '*.example/*', 'v1/Config*', 'ClusterRole', 'CustomResourceDefinition'],
];

const some = <T>(values: readonly T[], max = 2) => fc.subarray([...values], { minLength: 1, maxLength: max });
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const names = some(['shop', 'kube-system', 'default', 'kube-*', '*']);

const policy = fc.record({
  target: fc.constantFrom('object', 'object', 'object', 'pod'),
  match: fc.record({
    kinds: optional(some(patterns)),
    operations: optional(some(['*', '*', ...operations])),
    namespaces: optional(names),
    names: optional(fc.constantFrom(['x'], ['x*'])),
    scope: optional(fc.constantFrom('Cluster', 'Namespaced')),
    conditions: optional(
      fc.constantFrom(
        [{ name: 'a', expression: "request.name != 'y'" }],
        [{ name: 'a', expression: "has(request.namespace) && request.namespace != 'default'" }],
      ),
    ),
  }),
  exclude: optional(
    fc.oneof(
      fc.record({ namespaces: names }),
      fc.record({ kinds: some(patterns) }),
      fc.record({ namespaces: names, names: fc.constant(['y']) }),
    ),
  ),
  enforcement: fc.constantFrom<unknown>('Deny', 'Deny', 'Warn', [
    { action: 'Warn' },
    { action: 'Deny', namespaces: ['shop'] },
  ]),
  failurePolicy: fc.constantFrom('Fail', 'Fail', 'Ignore'),
  does: fc.constantFrom('rules', 'rules', 'mutations', 'both'),
});

const policies = fc.array(policy, { minLength: 1, maxLength: 4 }).map((list) =>
  list.map(({ does, match, ...spec }, index) =>
    JSON.stringify({
      apiVersion: 'abatis.dev/v1alpha1',
      kind: 'Policy',
      metadata: { name: `p${index}` },
      spec: {
        ...spec,
        match,
        ...(does !== 'mutations' && { rules: [{ name: 'never', expression: 'false' }] }),
        ...(does !== 'rules' && {
          mutations: [{ name: 'mark', set: { path: `metadata.labels.p${index}`, value: 'x' } }],
        }),
      },
    }),
  ),
);

/** Some random policies contradict themselves, as one that is about pods of a CONNECT; nobody could load them. */
function isSound(document: string): boolean {
  try {
    planned([document], { kinds });
    return true;
  } catch {
    return false;
  }
}

const request = fc.record({
  resource: fc.constantFrom(...resources),
  subresource: fc.constantFrom('', '', '', 'scale', 'status', 'exec', 'ephemeralcontainers'),
  operation: fc.constantFrom(...operations),
  namespace: fc.constantFrom(...namespaces),
  name: fc.constantFrom('x', 'y', 'kube-system', 'policies.abatis.dev', ''),
});

const requests = fc.array(request, { minLength: 60, maxLength: 60 });

function about({ operation, resource, subresource, namespace, name }: AdmissionInput): string {
  return [operation, ...Object.values(resource), subresource, namespace, name].join(' ');
}

function isSystem({ namespace, name, resource }: AdmissionInput): boolean {
  const systems = ['kube-system', 'kube-node-lease', 'abatis-system'];
  return systems.includes(namespace) || (resource.resource === 'namespaces' && systems.includes(name));
}

function isOwnDefinition({ name, resource }: AdmissionInput): boolean {
  return resource.resource === 'customresourcedefinitions' && name.endsWith('.abatis.dev');
}

it('asks for whatever a policy would find something in, and for each change once', () => {
  let found = 0;
  let closed = 0;
  fc.assert(
    fc.property(policies, requests, (texts, list) => {
      const documents = texts.filter(isSound);
      const inputs = list.map(({ resource, ...more }) => change(resource, more));
      const { program, plan, set } = planned(documents, { kinds });
      const failsClosed = new Set(
        set.policies.filter(({ spec }) => spec.failurePolicy === 'Fail').map(({ name }) => name),
      );
      // Where a policy only changes something, /mutate has its errors.
      const judging = new Set(
        set.policies.filter(({ spec }) => spec.rules.length > 0).map(({ name }) => name),
      );
      for (const input of inputs) {
        const calls = asked(plan.validating, input);
        expect(calls.length).toBeLessThanOrEqual(1);
        const { findings, errors, allowed } = evaluate(program, input, now);
        if (calls[0] === 'refused') {
          expect(allowed, about(input)).toBe(false);
          continue;
        }
        // An error of a policy that fails open may be one that the API server came upon, too.
        if (findings.length === 0 && !errors.some(({ policy: name, denies }) => denies && judging.has(name)))
          continue;
        found++;
        const mustFail = findings.some(
          ({ policy: name, action }) => action === 'Deny' && failsClosed.has(name),
        );
        if (mustFail) closed++;
        if (isOwnDefinition(input) && input.operation === 'DELETE' && input.subresource === '')
          expect(calls, about(input)).toEqual([]);
        else if (isSystem(input) || isOwnDefinition(input))
          expect(calls, about(input)).toEqual(['validate.ignore.abatis.dev']);
        else if (mustFail) expect(calls, about(input)).toEqual(['validate.fail.abatis.dev']);
        else expect(calls, about(input)).toHaveLength(1);
      }
    }),
    { numRuns: 400 },
  );
  expect(found).toBeGreaterThan(40);
  expect(closed).toBeGreaterThan(8);
});

it('asks for whatever a policy would change, and for each change once', () => {
  let changed = 0;
  fc.assert(
    fc.property(policies, requests, (texts, list) => {
      const documents = texts.filter(isSound);
      const inputs = list.map(({ resource, ...more }) => change(resource, more));
      const { program, plan } = planned(documents, { kinds });
      for (const input of inputs) {
        const calls = asked(plan.mutating, input);
        expect(calls.length).toBeLessThanOrEqual(1);
        const { applied, reported } = mutate(program, input, now);
        if (applied.length + reported.length === 0) continue;
        changed++;
        expect(calls, about(input)).toHaveLength(1);
      }
    }),
    { numRuns: 400 },
  );
  expect(changed).toBeGreaterThan(15);
});
