import { expect, it } from 'vitest';
import { configMap, results } from './folders.ts';

const policy =
  'apiVersion: abatis.dev/v1alpha1\nkind: Policy\nmetadata: {name: team}\nspec:\n  match: {kinds: [ConfigMap]}\n' +
  '  mutations: [{name: label, set: {path: metadata.labels.team, value: shop, ifMissing: true}}]\n' +
  '  rules: [{name: team, require: metadata.labels.team}]\n';

it.each([
  [
    'passes by its patch, and judges what comes of it',
    configMap('a: b'),
    '[{op: add, path: /metadata/labels, value: {team: shop}}]',
    [],
  ],
  ['passes where there is none', configMap('a: b', ', labels: {team: x}'), '[]', []],
  [
    'fails by another one',
    configMap('a: b'),
    '[]',
    ['expected the patch [], got [{"op":"add","path":"/metadata/labels","value":{"team":"shop"}}]'],
  ],
])('a test %s', (_what, object, patch, problems) => {
  const table = `tests:\n  - {name: it, object: ${object}, expect: {action: Allow, patch: ${patch}}}\n`;
  const { tests, diagnostics } = results({ 'tests.yaml': table }, policy);
  expect(diagnostics).toEqual([]);
  expect(tests).toMatchObject([{ outcome: problems.length === 0 ? 'passed' : 'failed', problems }]);
});
