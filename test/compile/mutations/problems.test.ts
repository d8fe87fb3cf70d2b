import { expect, test } from 'vitest';
import { compile, vocabulary } from '../../../src/compile/index.ts';
import { load } from '../../../src/load/index.ts';
import { mutationPolicy } from '../../engine/mutating.ts';

/** `code text: message` of each diagnostic, the text being what it points at. */
function problems(text: string): readonly string[] {
  const loaded = load([{ file: 'p.yaml', text }], vocabulary);
  const diagnostics = loaded.diagnostics.length > 0 ? loaded.diagnostics : compile(loaded).diagnostics;
  return diagnostics.map(
    ({ code, span, message }) => `${code} ${text.slice(span?.start.offset, span?.end.offset)}: ${message}`,
  );
}

test.each([
  [
    'set: {path: a, value: 1, valueExpression: "2"}',
    'AB1507 valueExpression: `value` and `valueExpression` are both there, and one value can be written',
  ],
  ['set: {path: "a[*]", value: 1}', 'AB1301 "a[*]": `a[*]` is not the way to one field'],
  ['set: {path: a, value: {b: [1, null]}}', 'AB1507 null: null cannot be written'],
  ['set: {path: a, valueExpression: "object.("}', /^AB1305 /],
  ['set: {path: a, valueExpression: nothing}', 'AB1305 nothing: there is no variable `nothing`'],
  ['set: {path: kind, value: x}', 'AB1505 kind: `kind` cannot be changed by a policy'],
  ['set: {path: a, vlaue: 1}', /^AB1107 vlaue: /],
  ['remove: [a, metadata.uid]', 'AB1505 metadata.uid: `metadata.uid` cannot be changed by a policy'],
  ['remove: "a["', /^AB1301 /],
  [
    'merge: {metadata: {labels: {a: b}, name: x}}',
    'AB1505 name: `metadata.name` cannot be changed by a policy',
  ],
  ['merge: {status: {phase: x}}', 'AB1505 status: `status` cannot be changed by a policy'],
  ['merge: {a: null}', 'AB1507 null: null cannot be written'],
  ['merge: {}', /^AB1111 /],
  ['jsonPatch: [{op: add, path: a, value: 1}]', 'AB1506 a: a JSON pointer begins with `/`'],
  ['jsonPatch: [{op: add, path: /a~2, value: 1}]', /^AB1506 ~: /],
  [
    'jsonPatch: [{op: replace, path: /metadata/namespace, value: x}]',
    'AB1505 /metadata/namespace: `metadata.namespace` cannot be changed by a policy',
  ],
  ['jsonPatch: [{op: remove, path: /a, value: 1}]', 'AB1507 value: `remove` takes no `value`'],
  ['jsonPatch: [{op: move, path: /a}]', 'AB1507 {op: move, path: /a}: there is no `from`'],
  ['jsonPatch: [{op: add, value: 1}]', 'AB1507 {op: add, value: 1}: there is no `path`'],
  ['jsonPatch: [{op: increment, path: /a}]', /^AB1110 increment: /],
  ['each: nowhere, remove: a', /^AB1303 each: `nowhere` /],
  ['when: "1", remove: a', /^AB1305 "?1"?: /],
])('%s is refused where it is wrong', (mutation, expected) => {
  const found = problems(mutationPolicy(`[{name: m, ${mutation}}]`));
  expect(found).toEqual([typeof expected === 'string' ? expected : expect.stringMatching(expected)]);
});

test('a field that an item may have is not one of the object', () => {
  expect(
    problems(mutationPolicy('[{name: m, each: "$.spec.containers[*]", set: {path: kind, value: x}}]')),
  ).toEqual([]);
});

test('status may be changed where it is what is sent', () => {
  const spec = '  match: {kinds: [Pod/status]}\n';
  expect(problems(mutationPolicy('[{name: m, set: {path: status.a, value: x}}]', 'p', spec))).toEqual([]);
});
