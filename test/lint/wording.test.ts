import { describe, expect, test } from 'vitest';
import { policyText } from '../engine/world.ts';
import { about, diagnosticsOf, rules, saidOf } from './linting.ts';

const check = rules('require: metadata.labels');

describe('what nothing reads', () => {
  test.each([
    ['{name: v, expression: "1"}', 'require: metadata.labels', ['AB1612 v']],
    ['{name: v, expression: "1"}', 'expression: variables.v == size(object.metadata.name)', []],
    [
      '{name: v, expression: "1"}',
      'when: variables.v == size(object.metadata.name)\nrequire: metadata.labels',
      [],
    ],
    // A variable that only an unused one reads is as unused.
    [
      '{name: v, expression: "1"}, {name: w, expression: variables.v + 1}',
      'require: metadata.labels',
      ['AB1612 v', 'AB1612 w'],
    ],
    [
      '{name: v, expression: "1"}, {name: w, expression: variables.v + 1}',
      'expression: variables.w == size(object.metadata.name)',
      [],
    ],
  ])('variables [%s], %s', (variables, rule, expected) => {
    expect(saidOf(`  match: {kinds: [Service]}\n  variables: [${variables}]\n${rules(rule)}`)).toEqual(
      expected,
    );
  });

  test.each([
    ['a message', 'require: metadata.labels\n', '{{ variables.v }} is wrong'],
    ['nothing', 'require: metadata.labels\n', 'is wrong'],
  ])('a variable that is read by %s', (by, rule, message) => {
    const spec = `  match: {kinds: [Service]}
  variables: [{name: v, expression: "1"}]
  rules: [{name: r, help: h, message: "${message}", ${rule.trim()}}]`;
    expect(saidOf(spec)).toEqual(by === 'nothing' ? ['AB1612 v'] : []);
  });

  test.each([
    [
      'a mutation',
      '  mutations: [{name: m, set: {path: metadata.labels.a, valueExpression: params.p}}]',
      true,
    ],
    [
      'a fact',
      `  facts: [{name: f, lookup: {kind: v1/ConfigMap, nameExpression: params.p}}]\n${rules('expression: facts.f != null')}`,
      true,
    ],
    [
      'a variable that is read',
      `  variables: [{name: v, expression: params.p}]\n${rules('expression: variables.v == object.metadata.name')}`,
      true,
    ],
    [
      'a variable that reads a fact, too',
      `  facts: [{name: f, lookup: {kind: v1/ConfigMap, nameExpression: "'x'"}}]\n  variables: [{name: v, expression: facts.f == null || params.p == 'x'}]\n${rules('expression: variables.v')}`,
      true,
    ],
    ['all of them', `${rules('expression: string(dyn(params)) != object.metadata.name')}`, true],
    ['a key in brackets', `${rules('expression: dyn(params)["p"] == object.metadata.name')}`, true],
    ['nothing', check, false],
    ['a variable that is not read', `  variables: [{name: v, expression: params.p}]\n${check}`, false],
  ])('a parameter that is read by %s', (_, spec, isRead) => {
    const parameters =
      '  parameters: {schema: {type: object, properties: {p: {type: string, default: a, description: d}}}}';
    const found = saidOf(`  match: {kinds: [Service]}\n${parameters}\n${spec}`);
    expect(found.includes('AB1613 p')).toBe(!isRead);
    expect(found.filter((each) => !each.startsWith('AB161'))).toEqual([]);
  });

  test('a parameter without a description', () => {
    const spec = (schema: string) =>
      `  match: {kinds: [Service]}\n  parameters: {schema: {type: object, properties: {p: ${schema}}}}\n${rules('expression: size(object.metadata.name) < params.p')}`;
    expect(saidOf(spec('{type: integer, default: 1}'))).toEqual(['AB1615 p']);
    expect(saidOf(spec('{type: integer, default: 1, description: how many}'))).toEqual([]);
  });

  test.each([
    ['lookup: {kind: v1/ConfigMap, nameExpression: "\'x\'"}', 'require: metadata.labels', ['AB1626 f']],
    ['lookup: {kind: v1/ConfigMap, nameExpression: "\'x\'"}', 'expression: facts.f == null', []],
    ['lookup: {kind: v1/ConfigMap, nameExpression: "\'x\'"}', 'expression: dyn(facts).f == null', []],
    ['image: {}', 'each: images\nexpression: image.shells.size() == 0', []],
    ['image: {}', 'each: containers\nexpression: facts.f[item.image].shells.size() == 0', []],
    ['image: {}', 'require: metadata.labels', ['AB1626 f']],
  ])('a fact %s, of which a rule asks %s', (fact, rule, expected) => {
    expect(saidOf(`  target: pod\n  facts: [{name: f, ${fact}}]\n${rules(rule)}`)).toEqual(expected);
  });

  test('a fact that another one is looked up by', () => {
    const spec = `  match: {kinds: [Service]}
  facts:
    - {name: a, lookup: {kind: v1/ConfigMap, nameExpression: "'x'"}}
    - {name: b, lookup: {kind: v1/ConfigMap, nameExpression: "facts.a == null ? 'x' : 'y'"}}
${rules('expression: facts.b == null')}`;
    expect(saidOf(spec)).toEqual([]);
  });
});

test('nothing is called unused where an expression cannot be read', () => {
  const spec = `  match: {kinds: [Service]}
  parameters: {schema: {type: object, properties: {p: {type: string, default: a, description: d}}}}
  variables: [{name: v, expression: "1"}]
${rules('expression: variables.v == params.p +')}`;
  expect(saidOf(spec)).toEqual([expect.stringMatching(/^AB1305 /)]);
});

test.each([
  ['object.spec.?ports.orValue([]).all(object, object.port > 1)', 1],
  ['object.spec.?ports.orValue([]).all(params, params.port > 1)', 0],
  ['object.spec.?ports.orValue([]).all(p, object.spec.?ports.orValue([]).all(p, p.port > 1))', 1],
  [
    'object.spec.?ports.orValue([]).all(p, p.port > 1) && object.spec.?ports.orValue([]).all(p, p.port < 9)',
    0,
  ],
  [
    'object.spec.?ports.orValue([]).all(p, p.port > 1 && object.spec.?ports.orValue([]).exists(q, q.port < 9))',
    0,
  ],
])('a name that stands for something else around it: %s', (expression, count) => {
  const found = saidOf(about('Service', `expression: ${JSON.stringify(expression)}`));
  expect(found.filter((each) => each.startsWith('AB1614'))).toHaveLength(count);
  expect(found).toHaveLength(count);
});

test.each([
  ['name: r, require: metadata.labels, message: m, help: h', []],
  ['name: r, require: metadata.labels, message: m', ['AB1616 r']],
  ['name: r, require: metadata.labels, help: h', ['AB1617 r']],
  ['name: r, require: metadata.labels, help: h, messageExpression: "\'m\'"', []],
])('words of a rule: %s', (rule, expected) => {
  expect(saidOf(`  match: {kinds: [Service]}\n  rules: [{${rule}}]`)).toEqual(expected);
});

test('what a library tells of each policy is asked for under `strict` alone', () => {
  const spec = (more: string) => `${more}  match: {kinds: [Service]}\n${check}`;
  const missing = (more: string, strict: boolean) =>
    diagnosticsOf(policyText(spec(more)), { strict }).map(({ code, message }) => `${code} ${message}`);
  expect(missing('', false)).toEqual([]);
  expect(missing('', true)).toEqual(
    ['title', 'description', 'category', 'severity'].map((field) => `AB1618 \`p\` has no \`spec.${field}\``),
  );
  expect(missing('  title: t\n  description: d\n  category: c\n  severity: low\n', true)).toEqual([]);
});

describe('a message that shows what is secret', () => {
  const spec = (kinds: string, message: string, more = '') =>
    `  match: {kinds: [${kinds}]}\n${more}  rules:\n    - {name: r, require: metadata.labels, help: h, message: ${JSON.stringify(message)}}`;

  test.each([
    ['Secret', '{{ object.data.token }}'],
    ['"*"', '{{ object.data["token"] }}'],
    ['Secret, ConfigMap', '{{ object.data }}'],
    ['Secret', '{{ object }}'],
    ['Secret', '{{ string(object.data.token) + "!" }}'],
    ['Secret', '{{ object.metadata.name + ": " + object.data.token }}'],
    ['Secret', '{{ object.?data.?token.orValue("") }}'],
    ['Secret', '{{ oldObject.data.token }}'],
  ])('of %s: %s', (kinds, message) => {
    expect(saidOf(spec(kinds, message))).toEqual([expect.stringMatching(/^AB1619 /)]);
  });

  test('by way of a variable or an item', () => {
    const variables = '  variables: [{name: v, expression: object.data}]\n';
    expect(saidOf(spec('Secret', '{{ variables.v }}', variables))).toEqual([
      expect.stringMatching(/^AB1619 /),
    ]);
    const items = `  match: {kinds: [Secret]}\n  rules: [{name: r, each: '$.data[*]', forbid: x, help: h, message: '{{ item }}'}]`;
    expect(saidOf(items)).toEqual([expect.stringMatching(/^AB1619 /)]);
  });

  test.each([
    ['Secret', '{{ object.metadata.name }}'],
    ['Secret', '{{ size(object.data) }} keys'],
    ['Secret', 'object.data'],
    ['Secret', '{{ "token" in object.data ? "has one" : "has none" }}'],
    ['ConfigMap', '{{ object.data.token }}'],
    ['example.com/Secret', '{{ object.data.token }}'],
  ])('is none of %s: %s', (kinds, message) => {
    expect(saidOf(spec(kinds, message)).filter((each) => !each.startsWith('AB1202'))).toEqual([]);
  });
});
