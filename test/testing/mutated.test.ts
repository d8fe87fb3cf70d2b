import { describe, expect, it } from 'vitest';
import { configMap, results } from './folders.ts';

const policyOf = (mutations: string, rest = '') => `apiVersion: abatis.dev/v1alpha1
kind: Policy
metadata: {name: team}
spec:
  match: {kinds: [ConfigMap]}
${rest}  mutations: ${mutations}
`;
const policy = policyOf('[{name: label, set: {path: metadata.labels.team, value: shop, ifMissing: true}}]');
const labelled = (team: string) => configMap('a: b', `, labels: {team: ${team}}`);
const bare = configMap('a: b');

const outcomes = (files: Readonly<Record<string, string>>, text = policy) =>
  results(files, text).tests.map(({ name, outcome, problems }) => [name, outcome, ...problems]);

describe('a fixture of a mutation', () => {
  it.each<[string, Readonly<Record<string, string>>, readonly string[]]>([
    [
      'passes by what is expected beside it',
      { 'mutate.it.yaml': bare, 'mutate.it.expected.yaml': labelled('shop') },
      [],
    ],
    [
      'fails by another value',
      { 'mutate.it.yaml': bare, 'mutate.it.expected.yaml': labelled('ship') },
      ['ConfigMap `default/a`: `metadata.labels.team`: expected "ship", got "shop"'],
    ],
    [
      'fails by what is not expected',
      { 'mutate.it.yaml': bare, 'mutate.it.expected.yaml': bare },
      ['ConfigMap `default/a`: `metadata.labels`: expected nothing, got {"team":"shop"}'],
    ],
    [
      'fails where nothing is changed',
      { 'mutate.it.yaml': labelled('x'), 'mutate.it.expected.yaml': labelled('x') },
      ['expected that something is changed, and nothing is'],
    ],
    [
      'knows what is said of its namespace, and need not say it twice',
      {
        'mutate.it.yaml': `{apiVersion: v1, kind: Namespace, metadata: {name: default}}\n---\n${bare}`,
        'mutate.it.expected.json': JSON.stringify({
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: { name: 'a', labels: { team: 'shop' } },
          data: { a: 'b' },
        }),
      },
      [],
    ],
    [
      'fails by objects that only one side has',
      {
        'mutate.it.yaml': bare,
        'mutate.it.expected.yaml': labelled('shop').replace('name: a', 'name: other'),
      },
      [
        'what becomes of ConfigMap `default/a` is not said',
        'expected ConfigMap `default/other`, which the fixture does not have',
      ],
    ],
  ])('%s', (_what, files, problems) => {
    expect(outcomes(files)).toEqual([
      ['mutate.it', problems.length === 0 ? 'passed' : 'failed', ...problems],
    ]);
  });

  it('is broken without what is expected', () => {
    const { tests } = results({ 'mutate.it.yaml': bare }, policy);
    expect(tests).toMatchObject([
      {
        outcome: 'broken',
        diagnostics: [{ code: 'AB2001', message: expect.stringContaining('`mutate.it.expected.yaml`') }],
      },
    ]);
  });

  it('is missed where only the result is there', () => {
    expect(results({ 'mutate.it.expected.yaml': bare }, policy).diagnostics).toMatchObject([
      { code: 'AB2201', help: expect.stringContaining('`mutate.it.yaml`') },
    ]);
  });

  it('that finds something afterwards is no pass', () => {
    const strict = policyOf(
      '[{name: label, set: {path: metadata.labels.team, value: shop}}]',
      '  rules: [{name: owner, require: [metadata.labels.owner]}]\n',
    );
    expect(outcomes({ 'mutate.it.yaml': bare, 'mutate.it.expected.yaml': labelled('shop') }, strict)).toEqual(
      [['mutate.it', 'failed', 'expected Allow, got Warn']],
    );
  });
});

it('what is allowed is let through as it is', () => {
  expect(outcomes({ 'allow.labelled.yaml': labelled('x'), 'allow.bare.yaml': bare })).toEqual([
    ['allow.labelled', 'passed'],
    [
      'allow.bare',
      'failed',
      'expected that nothing is changed; `label` changed ConfigMap `default/a`: [{"op":"add","path":"/metadata/labels","value":{"team":"shop"}}]',
      'a fixture named `mutate.…` says that this is meant',
    ],
  ]);
});

it('what would be changed a second time fails, for the API server asks twice', () => {
  // It counts what the API server fills in, and adds a container in which that is yet to be filled in.
  const counting = policyOf(
    `
    - name: sidecar
      merge: {spec: {containers: [{name: side, image: side:1}]}}
    - name: count
      set:
        path: metadata.labels.policies
        valueExpression: string(size(object.spec.containers.filter(c, has(c.imagePullPolicy))))`,
  ).replace('kinds: [ConfigMap]', 'kinds: [Pod]');
  const pod = (labels: string, more: string) =>
    `{apiVersion: v1, kind: Pod, metadata: {name: p${labels}}, spec: {containers: [{name: a, image: a:1}${more}]}}`;
  const files = {
    'mutate.it.yaml': pod('', ''),
    'mutate.it.expected.yaml': pod(', labels: {policies: "1"}', ', {name: side, image: side:1}'),
  };
  expect(outcomes(files, counting)).toEqual([
    [
      'mutate.it',
      'failed',
      'a second time Pod `default/p` is changed again: [{"op":"replace","path":"/metadata/labels/policies","value":"2"}]',
    ],
  ]);
});

it('counts where mutations were made, and where they had nothing to do', () => {
  const both = policyOf(
    '[{name: label, set: {path: metadata.labels.team, value: shop, ifMissing: true}}, {name: never, when: "false", remove: [data.x]}]',
  );
  const { mutations } = results(
    {
      'mutate.it.yaml': bare,
      'mutate.it.expected.yaml': labelled('shop'),
      'allow.it.yaml': labelled('x'),
      'unmatched.it.yaml': '{apiVersion: v1, kind: Secret, metadata: {name: s}}',
    },
    both,
  );
  expect(mutations).toEqual([
    { policy: 'team', mutation: 'label', madeBy: 1, leftBy: 1 },
    { policy: 'team', mutation: 'never', madeBy: 0, leftBy: 2 },
  ]);
});
