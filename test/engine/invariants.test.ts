import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compile, vocabulary } from '../../src/compile/index.ts';
import { answer, evaluate } from '../../src/engine/index.ts';
import { load } from '../../src/load/index.ts';
import type { AdmissionInput, JsonObject, Operation } from '../../src/model/index.ts';
import { inputOf } from './world.ts';

const now = Date.parse('2026-11-21T12:00:00Z');
const document = (kind: string, metadata: string, spec: string) =>
  `apiVersion: abatis.dev/v1alpha1\nkind: ${kind}\nmetadata: {${metadata}}\nspec:\n${spec}`;

/** Documents of every kind that have to do with each other. */
const documents = [
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

/** Policies that match none of the objects below, and what is written about them. */
const strangers = [
  document('Policy', 'name: "0"', '  match: {kinds: [Secret]}\n  rules: [{name: r, forbid: $}]'),
  document(
    'Policy',
    'name: aa',
    '  match: {namespaces: [elsewhere]}\n  enforcement: Deny\n  rules: [{name: r, forbid: $}]',
  ),
  document(
    'Policy',
    'name: bb',
    '  match: {operations: [CONNECT]}\n  rules: [{name: r, expression: "false"}]',
  ),
  document(
    'Policy',
    'name: z',
    '  match: {conditions: [{name: never, expression: "false"}]}\n  rules: [{name: r, forbid: $}]',
  ),
  document('PolicyBinding', 'name: ab', '  {policy: aa, enforcement: Deny}'),
  document('PolicyException', 'name: ee, namespace: shop', '  {policies: [z, bb], reason: why}'),
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

const input = fc
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

/** What is decided by documents that stand in these files, each a list of them. */
function decide(files: readonly (readonly string[])[], request: AdmissionInput) {
  const texts = files.map((list, index) => ({ file: `${index}.yaml`, text: list.join('\n---\n') }));
  const { diagnostics, ...set } = load(texts, vocabulary);
  expect(diagnostics).toEqual([]);
  const compiled = compile(set);
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.diagnostics));
  const { evaluated, ...decision } = evaluate(compiled.program, request, now);
  return { decision, answer: answer({ ...decision, evaluated }), evaluated };
}

test('the order of documents, and the files that they stand in, change nothing', () => {
  const orders = fc
    .tuple(fc.shuffledSubarray(documents, { minLength: documents.length }), fc.nat(documents.length))
    .map(([order, cut]) => [order.slice(0, cut), order.slice(cut)]);
  fc.assert(
    fc.property(orders, input, (files, request) => {
      expect(decide(files, request)).toEqual(decide([documents], request));
    }),
    { numRuns: 300 },
  );
});

test('policies that do not match, and what is written about them, change nothing', () => {
  fc.assert(
    fc.property(fc.subarray(strangers.slice(0, 4)), input, (some, request) => {
      const others = some.length === 4 ? strangers : some;
      expect(decide([documents, others], request)).toEqual(decide([documents], request));
    }),
    { numRuns: 300 },
  );
});

test('a decision is the same however often it is asked for', () => {
  fc.assert(
    fc.property(input, (request) => {
      expect(decide([documents], request)).toEqual(decide([documents], structuredClone(request)));
    }),
  );
});
