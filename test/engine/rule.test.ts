import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/model/index.ts';
import { judge, policyText, programOf } from './world.ts';

const object: JsonObject = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'web', namespace: 'shop', labels: { app: 'web', 'app.kubernetes.io/name': 'web' } },
  data: { size: 'large', mode: 'fast' },
  list: [{ name: 'a', port: 80 }, { name: 'b' }, null],
  ports: [80, 443, 80],
  empty: null,
};

/** What a rule, written as a flow mapping without its name, says of an object: each `path: message`. */
function run(rule: string, subject: JsonObject = object): readonly string[] {
  const program = programOf(policyText(`  rules:\n    - {name: r, ${rule}}`));
  return judge(program, { object: subject }).findings.map(
    ({ path, message }) => `${path.join('.')}: ${message}`,
  );
}

describe('require', () => {
  test.each<[string, readonly string[]]>([
    ['require: metadata.labels.app', []],
    ['require: [metadata.labels.app, data.size]', []],
    ['require: data.colour', ['data.colour: `data.colour` is missing']],
    ['require: [data.colour, kinds]', ['data.colour: `data.colour` is missing', 'kinds: `kinds` is missing']],
    ['require: empty', ['empty: `empty` is missing']],
    [`require: 'metadata.labels["app.kubernetes.io/name"]'`, []],
    [
      `require: 'metadata.labels["app.kubernetes.io/part-of"]'`,
      [
        'metadata.labels.app.kubernetes.io/part-of: `metadata.labels["app.kubernetes.io/part-of"]` is missing',
      ],
    ],
    ["require: 'list[*].name'", ['list.2.name: `list[2].name` is missing']],
    ["require: 'list[0].port'", []],
    ['require: constructor', ['constructor: `constructor` is missing']],
    ['require: metadata.__proto__', ['metadata.__proto__: `metadata.__proto__` is missing']],
  ])('%s', (rule, expected) => {
    expect(run(rule)).toEqual(expected);
  });
});

describe('forbid', () => {
  test.each<[string, readonly string[]]>([
    ['forbid: data.colour', []],
    ['forbid: data.size', ['data.size: `data.size` is not allowed']],
    ['forbid: empty', []],
    ["forbid: 'list[*].port'", ['list.0.port: `list[0].port` is not allowed']],
    [`forbid: "list[?(@.name == 'b')]"`, ['list.1: `list[1]` is not allowed']],
    ['forbid: toString', []],
  ])('%s', (rule, expected) => {
    expect(run(rule)).toEqual(expected);
  });
});

describe('schema', () => {
  test.each<[string, readonly string[]]>([
    ['schema: true', []],
    ['schema: false', [': must not be there']],
    ['schema: {properties: {data: {required: [size, colour]}}}', ['data.colour: is missing']],
    [
      'schema: {properties: {data: {properties: {size: {enum: [small]}}}}}',
      ['data.size: must be one of `"small"`'],
    ],
    ['schema: {properties: {data: {properties: {size: {const: 1}}}}}', ['data.size: must be `1`']],
    [
      'schema: {properties: {data: {properties: {size: true}, additionalProperties: false}}}',
      ['data.mode: is not allowed'],
    ],
    ['schema: {properties: {data: {maxProperties: 1}}}', ['data: must NOT have more than 1 properties']],
    [
      'schema: {properties: {data: {properties: {size: {pattern: "^(a+)+$"}}}}}',
      ['data.size: must match pattern "^(a+)+$"'],
    ],
    ['schema: {properties: {ports: {uniqueItems: true}}}', ['ports: must not have the same item twice']],
    ['schema: {properties: {list: {uniqueItems: true}}}', []],
    [
      'schema: {properties: {list: {items: {type: [object, "null"], properties: {port: {maximum: 10}}}}}}',
      ['list.0.port: must be <= 10'],
    ],
    [
      'schema: {properties: {data: {anyOf: [{required: [a]}, {required: [b]}]}}}',
      ['data: has none of the allowed forms'],
    ],
    ['schema: {properties: {data: {not: {required: [size]}}}}', ['data: has a form that is not allowed']],
    ['schema: {if: {required: [data]}, then: {required: [more]}}', ['more: is missing']],
    ['schema: {properties: {constructor: false, __proto__: false}}', []],
    ['schema: {$ref: "#/$defs/x", $defs: {x: {required: [more]}}}', ['more: is missing']],
  ])('%s', (rule, expected) => {
    expect(run(rule)).toEqual(expected);
  });

  test('an object of a hundred thousand items is judged without comparing each with each', () => {
    const ports = Array.from({ length: 100_000 }, (_, index) => ({ index }));
    expect(run('schema: {properties: {ports: {uniqueItems: true}}}', { ...object, ports })).toEqual([]);
  });
});

describe('each', () => {
  test.each<[string, readonly string[]]>([
    [
      "each: '$.list[*]', require: port",
      ['list.1.port: `port` is missing', 'list.2.port: `port` is missing'],
    ],
    ["each: ['$.list[0]', '$.list[1]'], require: port", ['list.1.port: `port` is missing']],
    ["each: ['$.list[1]', '$.list[-2]'], require: port", ['list.1.port: `port` is missing']],
    ['each: $.nothing, require: port', []],
    ["each: '$.ports[*]', schema: {maximum: 100}", ['ports.1: must be <= 100']],
  ])('%s', (rule, expected) => {
    expect(run(rule)).toEqual(expected);
  });
});

describe('a message', () => {
  test.each<[string, string]>([
    ['plain', 'plain'],
    ['item {{ item.name }}', 'item b'],
    ['{{item.name}}{{ item.name }}', 'bb'],
    ['{{ object.metadata.name }} of {{ request.operation }}', 'web of CREATE'],
    ['{{ item.port }}', '<unknown>'],
    ['{{ oldObject.metadata.name }}', '<unknown>'],
    ['{{ object.data }}', '{"size":"large","mode":"fast"}'],
    ['{{ object.list[0].port }}', '80'],
    ['}} and }', '}} and }'],
  ])('`%s`', (template, expected) => {
    expect(run(`each: '$.list[1]', require: port, message: "${template}"`)).toEqual([
      `list.1.port: ${expected}`,
    ]);
  });

  test('shows no more than 256 characters of a value', () => {
    const [line = ''] = run("forbid: data.size, message: '{{ object.data.size }}'", {
      ...object,
      data: { size: 'x'.repeat(10_000) },
    });
    expect(line).toHaveLength('data.size: '.length + 256);
  });
});

describe('findings', () => {
  test('come strictest first, then gravest, then in order of policy, rule and place', () => {
    const policy = (name: string, spec: string) =>
      policyText(`${spec}\n  rules: [{name: r, each: '$.list[*]', forbid: name}]`, name);
    const program = programOf(
      [
        policy('a', '  enforcement: Audit'),
        policy('c', '  enforcement: Warn\n  severity: low'),
        policy('b', '  enforcement: Warn\n  severity: low'),
        policy('d', '  enforcement: Warn\n  severity: critical'),
        policy('e', '  enforcement: Deny'),
      ].join('---\n'),
    );
    const { findings, allowed } = judge(program, { object });
    expect(findings.map(({ policy: name, path }) => `${name}${path[1]}`)).toEqual([
      'e0',
      'e1',
      'd0',
      'd1',
      'b0',
      'b1',
      'c0',
      'c1',
      'a0',
      'a1',
    ]);
    expect(allowed).toBe(false);
  });
});

test('integers beyond 2^53 are integers to a schema, as near as a number comes', () => {
  const rule =
    'schema: {properties: {list: {uniqueItems: true, items: {type: integer, maximum: 9007199254740993}}}}';
  const list = [9007199254740993n, 1];
  expect(run(rule, { ...object, list })).toEqual([]);
  expect(run(rule, { ...object, list: [...list, 9007199254740993n] })).toEqual([
    'list: must not have the same item twice',
  ]);
});

test('a rule that is violated in a million places names a thousand, and says that there are more', () => {
  const program = programOf(policyText("  rules: [{name: r, each: '$.ports[*]', forbid: $}]"));
  const { findings } = judge(program, { object: { ...object, ports: new Array(1_000_000).fill(80) } });
  expect(findings).toHaveLength(1001);
  expect(findings[0]).toMatchObject({ path: [], message: expect.stringContaining('more than 1000 places') });
});

describe('a policy that cannot be evaluated', () => {
  const wide: JsonObject = {
    ...object,
    tree: Object.fromEntries(Array.from({ length: 1500 }, (_, i) => [`k${i}`, Array(1500).fill({})])),
  };
  test.each<[string, string, boolean]>([
    ['denies where it would have denied and fails closed', 'enforcement: Deny', false],
    ['does not where it fails open', 'enforcement: Deny\n  failurePolicy: Ignore', true],
    ['does not where it could only warn', 'enforcement: Warn', true],
  ])('%s, and the others still speak', (_, enforcement, allowed) => {
    const program = programOf(
      `${policyText(`  ${enforcement}\n  rules: [{name: r, each: '$..*', forbid: x}]`, 'costly')}---\n` +
        policyText('  rules: [{name: r, require: data.colour}]', 'other'),
    );
    const decision = judge(program, { object: wide });
    expect(decision.allowed).toBe(allowed);
    expect(decision.errors).toMatchObject([
      { policy: 'costly', rule: 'r', message: expect.stringContaining('too large') },
    ]);
    expect(decision.findings.filter(({ policy }) => policy === 'other')).toHaveLength(1);
  });
});
