import fc from 'fast-check';
import type { AdmissionInput, JsonObject, Operation } from '../../src/model/index.ts';
import { inputOf } from './world.ts';

/** A document of Abatis, its spec two spaces deep. */
export const document = (kind: string, metadata: string, spec: string) =>
  `apiVersion: abatis.dev/v1alpha1\nkind: ${kind}\nmetadata: {${metadata}}\nspec:\n${spec}`;

/** Documents of every kind that have to do with each other. */
export const documents = [
  document(
    'Policy',
    'name: a',
    '  enforcement: Deny\n  rules: [{name: r, forbid: data.a}, {name: s, forbid: data.b}]',
  ),
  document(
    'Policy',
    'name: b',
    '  parameters: {schema: {properties: {most: {type: integer, default: 1}}}}\n  rules: [{name: r, expression: "object.?data.orValue({}).size() <= params.most"}]',
  ),
  document(
    'Policy',
    'name: c',
    `  enforcement: [{action: Warn}, {action: Deny, from: 2027-01-01T00:00:00Z}]\n  override: {}\n  rules: [{name: r, each: "$.data[*]", expression: "item != 'x'", message: "{{ path }} is {{ item }}"}]`,
  ),
  document(
    'Policy',
    'name: d',
    `  enforcement: Deny\n  rules: [{name: r, expression: "object.data.missing == 'x'"}]`,
  ),
  document(
    'Policy',
    'name: e',
    '  target: pod\n  enforcement: Deny\n  rules: [{name: r, each: containers, require: resources}]',
  ),
  document('PolicyBinding', 'name: b1', '  {policy: b, parameters: {most: 0}, enforcement: Deny}'),
  document('PolicyBinding', 'name: b2', '  {policy: b, match: {names: [x]}, parameters: {most: 3}}'),
  document('PolicyException', 'name: e1, namespace: shop', '  {policies: [a/r, d], reason: why}'),
  document(
    'PolicyException',
    'name: e2, namespace: shop',
    '  {policies: [a], reason: why, action: Warn, match: {names: [x]}}',
  ),
  document(
    'PolicyException',
    'name: e3, namespace: abatis-system',
    '  {policies: [b], reason: why, expires: 2026-11-22T00:00:00Z}',
  ),
];

const data = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'missing'), fc.constantFrom('x', 'y'), {
  maxKeys: 4,
});
const name = fc.constantFrom('x', 'y');

const configMap = fc.record({ name, data, override: fc.boolean() }).map(
  ({ name, data, override }): JsonObject => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name,
      namespace: 'shop',
      ...(override && { annotations: { 'override.abatis.dev/c': 'why' } }),
    },
    data,
  }),
);

const deployment = fc.record({ name, containers: fc.uniqueArray(fc.constantFrom('a', 'b', 'c')) }).map(
  ({ name, containers }): JsonObject => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'shop' },
    spec: { template: { spec: { containers: containers.map((name) => ({ name })) } } },
  }),
);

/** Requests about objects that they are about. */
export const input = fc
  .oneof(fc.tuple(configMap, configMap), fc.tuple(deployment, deployment))
  .chain(([object, oldObject]) =>
    fc.constantFrom<Operation>('CREATE', 'UPDATE', 'DELETE').map(
      (operation): AdmissionInput =>
        inputOf({
          operation,
          object: operation === 'DELETE' ? null : object,
          oldObject: operation === 'CREATE' ? null : oldObject,
          user: { username: 'jo', groups: [] },
        }),
    ),
  );
