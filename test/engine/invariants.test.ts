import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compile, vocabulary } from '../../src/compile/index.ts';
import { answer, evaluate } from '../../src/engine/index.ts';
import { load } from '../../src/load/index.ts';
import type { AdmissionInput } from '../../src/model/index.ts';
import { document, documents, input } from './random.ts';

const now = Date.parse('2026-11-21T12:00:00Z');
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
