import { describe, expect, test } from 'vitest';
import { load, loadDocuments, type Vocabulary } from '../../src/load/index.ts';
import type { Diagnostic } from '../../src/model/index.ts';

const texts = {
  anyOf: [
    { type: 'string', minLength: 1 },
    { type: 'array', items: { type: 'string', minLength: 1 }, minItems: 1 },
  ],
};

const vocabulary: Vocabulary = {
  checks: [
    { name: 'require', schema: { description: 'paths that must be there', ...texts } },
    { name: 'forbid', schema: texts },
    { name: 'schema', schema: { type: ['object', 'boolean'] } },
  ],
  mutations: [
    { name: 'merge', schema: { type: 'object' } },
    { name: 'remove', schema: texts },
  ],
  facts: [{ name: 'image', schema: { type: 'object' } }],
};

/** A policy of which one part is as given. */
function policy({
  metadata = 'name: p',
  spec = '',
  rules = '[{name: r, require: a}]',
}: {
  metadata?: string;
  spec?: string;
  rules?: string;
} = {}): string {
  return `apiVersion: abatis.dev/v1alpha1\nkind: Policy\nmetadata: {${metadata}}\nspec:\n  rules: ${rules}\n${spec}`;
}

function loadText(text: string, file = 'p.yaml') {
  return load([{ file, text }], vocabulary);
}

/** `code line:column text: message (help)` of each diagnostic. */
function problems(text: string): string[] {
  return loadText(text).diagnostics.map(({ code, span, message, help }: Diagnostic) => {
    const place = `${span?.start.line}:${span?.start.column} ${text.slice(span?.start.offset, span?.end.offset)}`;
    return `${code} ${place}: ${message}${help === undefined ? '' : ` (${help})`}`;
  });
}

describe('a policy', () => {
  test('says little and gets the rest by default', () => {
    const { policies, diagnostics } = loadText(policy());
    expect(diagnostics).toEqual([]);
    expect(policies).toEqual([
      {
        name: 'p',
        spec: {
          severity: 'medium',
          target: 'object',
          match: {},
          enforcement: [{ action: 'Warn' }],
          existingViolations: 'Warn',
          failurePolicy: 'Fail',
          exceptions: 'Allow',
          bindingRequired: false,
          rules: [{ name: 'r', check: { name: 'require', value: 'a' } }],
        },
        source: { file: 'p.yaml', text: policy(), index: 0 },
      },
    ]);
  });

  test('says everything', () => {
    const text = `
apiVersion: abatis.dev/v1alpha1
kind: Policy
metadata:
  name: everything
  labels: {app: x}
  annotations: {a: b}
  resourceVersion: "1"
spec:
  title: T
  description: D
  category: C
  severity: critical
  runbook: https://wiki.example/x
  target: pod
  match:
    kinds: [Pod, apps/*, 'batch/v1/Job']
    operations: [CREATE, '*']
    names: ['a*', 'system:?']
    namespaces: ['*']
    scope: Namespaced
    namespaceSelector: {matchLabels: {tier: '', example.com/x: w}}
    objectSelector: {matchExpressions: [{key: a, operator: In, values: [b]}, {key: c, operator: Exists}]}
    subjects:
      - {kind: User, name: '*@example.com'}
      - {kind: ServiceAccount, name: '*', namespace: ci}
    terminating: true
  exclude: {namespaces: [kube-system]}
  enforcement: Deny
  existingViolations: Deny
  failurePolicy: Ignore
  rules:
    - {name: a, each: containers, require: [x, z], message: m, help: h}
    - {name: b, each: [containers, '$.spec'], forbid: z}
    - {name: c, schema: {type: object}}
    - {name: d, schema: false}
status: {anything: goes}
`;
    const { policies, diagnostics } = loadText(text);
    expect(diagnostics).toEqual([]);
    expect(policies[0]?.spec).toMatchObject({
      severity: 'critical',
      target: 'pod',
      match: { kinds: ['Pod', 'apps/*', 'batch/v1/Job'], terminating: true, scope: 'Namespaced' },
      exclude: { namespaces: ['kube-system'] },
      enforcement: [{ action: 'Deny' }],
      existingViolations: 'Deny',
      failurePolicy: 'Ignore',
    });
    expect(policies[0]?.spec.rules).toEqual([
      {
        name: 'a',
        each: ['containers'],
        check: { name: 'require', value: ['x', 'z'] },
        message: 'm',
        help: 'h',
      },
      { name: 'b', each: ['containers', '$.spec'], check: { name: 'forbid', value: 'z' } },
      { name: 'c', check: { name: 'schema', value: { type: 'object' } } },
      { name: 'd', check: { name: 'schema', value: false } },
    ]);
  });

  test('may stand in a List, in JSON, or have been read elsewhere', () => {
    const list = {
      apiVersion: 'v1',
      kind: 'List',
      items: [1, 2].map((number) => ({
        apiVersion: 'abatis.dev/v1alpha1',
        kind: 'Policy',
        metadata: { name: `p${number}` },
        spec: { rules: [{ name: 'r', require: 'a' }] },
      })),
    };
    const fromText = loadText(JSON.stringify(list), 'p.json');
    expect(fromText.diagnostics).toEqual([]);
    expect(fromText.policies.map(({ name, source }) => [name, source.base])).toEqual([
      ['p1', ['items', 0]],
      ['p2', ['items', 1]],
    ]);
    const given = loadDocuments(
      [{ value: list.items[0], source: { file: 'cluster', index: 0 } }],
      vocabulary,
    );
    expect(given).toMatchObject({ policies: [{ name: 'p1', source: { file: 'cluster' } }], diagnostics: [] });
    const wrong = loadDocuments([{ value: [], source: { file: 'cluster', index: 0 } }], vocabulary);
    expect(wrong.diagnostics).toEqual([
      {
        code: 'AB1101',
        severity: 'error',
        message: 'a document must be a mapping, not a list',
        file: 'cluster',
        path: [],
      },
    ]);
  });
});

describe('what it is', () => {
  test.each([
    ['- a', 'AB1101 1:1 - a: a document must be a mapping, not a list'],
    ['text', 'AB1101 1:1 text: a document must be a mapping, not text'],
    [
      'kind: Policy',
      'AB1106 1:1 kind: Policy: `apiVersion` is missing (write `apiVersion: abatis.dev/v1alpha1`)',
    ],
    [
      'apiVersion: abatis.dev/v1alpha1',
      'AB1106 1:1 apiVersion: abatis.dev/v1alpha1: `kind` is missing (write `kind: Policy`)',
    ],
    [
      'apiVersion: 1\nkind: Policy',
      'AB1109 1:13 1: `apiVersion` must be text (write `apiVersion: abatis.dev/v1alpha1`)',
    ],
    [
      'apiVersion: abatis.dev/v1\nkind: Policy',
      'AB1102 1:13 abatis.dev/v1: `abatis.dev/v1` is not an apiVersion of Abatis (write `apiVersion: abatis.dev/v1alpha1`)',
    ],
    [
      'apiVersion: abatis.io/v1alpha1\nkind: Policy',
      'AB1102 1:13 abatis.io/v1alpha1: `abatis.io/v1alpha1` is not an apiVersion of Abatis (write `apiVersion: abatis.dev/v1alpha1`)',
    ],
    [
      'apiVersion: abatis.dev/v1alpha1\nkind: Polciy',
      'AB1103 2:7 Polciy: `abatis.dev/v1alpha1` has no kind `Polciy` (did you mean `Policy`?)',
    ],
    [
      'apiVersion: abatis.dev/v1alpha1\nkind: Zebra',
      'AB1103 2:7 Zebra: `abatis.dev/v1alpha1` has no kind `Zebra` (it has Policy, PolicyBinding and PolicyException)',
    ],
    [
      'apiVersion: kyverno.io/v1\nkind: Policy',
      'AB1105 1:13 kyverno.io/v1: `Policy` of `kyverno.io/v1` is not a policy of Abatis, and is passed over (policies have `apiVersion: abatis.dev/v1alpha1`)',
    ],
  ])('%j', (text, expected) => {
    expect(problems(text)).toEqual([expected]);
  });

  test('documents of other groups are passed over with a warning, whatever their names', () => {
    const { policies, diagnostics } = loadText(
      `apiVersion: v1\nkind: Pod\nmetadata: {name: p}\n---\n${policy()}`,
    );
    expect(policies.map(({ name }) => name)).toEqual(['p']);
    expect(diagnostics).toMatchObject([{ code: 'AB1105', severity: 'warning' }]);
  });
});

describe('its shape', () => {
  test.each<[Parameters<typeof policy>[0], string]>([
    [{ spec: '  titel: x\n' }, 'AB1107 6:3 titel: `spec` has no field `titel` (did you mean `title`?)'],
    [{ spec: '  zebra: x\n' }, 'AB1107 6:3 zebra: `spec` has no field `zebra`'],
    [
      { spec: '  Severity: low\n' },
      'AB1107 6:3 Severity: `spec` has no field `Severity` (did you mean `severity`?)',
    ],
    [{ spec: '  __proto__: {}\n' }, 'AB1107 6:3 __proto__: `spec` has no field `__proto__`'],
    [{ spec: '  constructor: 1\n' }, 'AB1107 6:3 constructor: `spec` has no field `constructor`'],
    [
      { spec: '  title: 1.0\n' },
      'AB1109 6:10 1.0: `spec.title` must be text, not a number (put it in quotes)',
    ],
    [
      { spec: '  title: yes\n' },
      'AB1109 6:10 yes: `spec.title` must be text, not a boolean (put it in quotes, for without them it is read as `true`)',
    ],
    [{ spec: '  title: [a]\n' }, 'AB1109 6:10 [a]: `spec.title` must be text, not a list'],
    [
      { spec: '  title:\n' },
      'AB1109 6:3 title: `spec.title` has no value (it must be text: give it a value, or leave it out)',
    ],
    [
      { spec: '  title: 9007199254740993\n' },
      'AB1109 6:10 9007199254740993: `spec.title` must be text, not a number (put it in quotes)',
    ],
    [
      { spec: '  title: 1e30\n' },
      'AB1109 6:10 1e30: `spec.title` must be text, not a number (put it in quotes)',
    ],
    [{ spec: '  title: ""\n' }, 'AB1111 6:10 "": `spec.title` is empty (give it a value, or leave it out)'],
    [{ spec: '  match: [a]\n' }, 'AB1109 6:10 [a]: `spec.match` must be a mapping, not a list'],
    [{ spec: '  match: {kinds: Pod}\n' }, 'AB1109 6:18 Pod: `spec.match.kinds` must be a list, not text'],
    [
      { spec: '  match: {kinds: []}\n' },
      'AB1111 6:18 []: `spec.match.kinds` is empty (give it a value, or leave it out)',
    ],
    [
      { spec: '  match: {terminating: "no"}\n' },
      'AB1109 6:24 "no": `spec.match.terminating` must be true or false, not text',
    ],
    [
      { spec: '  exclude: {terminating: true}\n' },
      'AB1107 6:13 terminating: `spec.exclude` has no field `terminating` (it has kinds, operations, names, namespaces, scope, namespaceSelector, objectSelector and subjects)',
    ],
    [
      { spec: '  enforcement: warn\n' },
      'AB1110 6:16 warn: `warn` is not a value of `spec.enforcement` (did you mean `Warn`?)',
    ],
    [
      { spec: '  enforcement: Enforce\n' },
      'AB1110 6:16 Enforce: `Enforce` is not a value of `spec.enforcement` (it is Audit, Warn or Deny)',
    ],
    [
      { spec: '  enforcement: 1\n' },
      'AB1109 6:16 1: `spec.enforcement` must be text, not a number (put it in quotes)',
    ],
    [
      { spec: '  enforcement: [{action: deny}]\n' },
      'AB1110 6:26 deny: `deny` is not a value of `spec.enforcement[0].action` (did you mean `Deny`?)',
    ],
    [
      { spec: '  enforcement: [{from: 2027-03-01T00:00:00Z}]\n' },
      'AB1106 6:17 {from: 2027-03-01T00:00:00Z}: `spec.enforcement[0].action` is missing (action: what a finding does)',
    ],
    [
      { spec: '  enforcement: [{action: Deny, from: 2027-03-01}]\n' },
      'AB1309 6:38 2027-03-01: `2027-03-01` is not a time (write it as RFC 3339 has it, with its zone: `2027-03-01T00:00:00Z`)',
    ],
    [
      { spec: '  enforcement: [{action: Deny, until: x}]\n' },
      'AB1107 6:32 until: `spec.enforcement[0]` has no field `until` (it has action, from, namespaces and namespaceSelector)',
    ],
    [
      { spec: '  match: {operations: [create]}\n' },
      'AB1110 6:24 create: `create` is not a value of `spec.match.operations[0]` (did you mean `CREATE`?)',
    ],
    [
      { spec: '  enforcement: []\n' },
      'AB1111 6:16 []: `spec.enforcement` is empty (give it a value, or leave it out)',
    ],
    [
      { spec: '  variables: [{name: a}]\n' },
      'AB1106 6:15 {name: a}: `spec.variables[0].expression` is missing (expression: CEL)',
    ],
    [{ rules: '[]' }, 'AB1111 5:10 []: `spec.rules` is empty (give it a value, or leave it out)'],
    [
      { rules: '[{require: a}]' },
      'AB1106 5:11 {require: a}: `spec.rules[0].name` is missing (name: unique in the policy)',
    ],
    [
      { rules: '[{name: r, require: 5}]' },
      'AB1109 5:30 5: `spec.rules[0].require` must be text or a list, not a number (put it in quotes)',
    ],
    [
      { rules: '[{name: r, require: [a, 5]}]' },
      'AB1109 5:34 5: `spec.rules[0].require[1]` must be text, not a number (put it in quotes)',
    ],
    [
      { rules: '[{name: r, require: []}]' },
      'AB1111 5:30 []: `spec.rules[0].require` is empty (give it a value, or leave it out)',
    ],
    [
      { rules: '[{name: r, require: a, each: [""]}]' },
      'AB1111 5:40 "": `spec.rules[0].each[0]` is empty (give it a value, or leave it out)',
    ],
    [
      { rules: '[{name: r, schema: x}]' },
      'AB1109 5:29 x: `spec.rules[0].schema` must be a mapping or true or false, not text',
    ],
    [
      { metadata: 'labels: {a: b}' },
      'AB1106 3:1 metadata: `metadata.name` is missing (name: unique among the documents of its kind)',
    ],
    [{ metadata: 'name: p, nmaespace: x' }, 'AB1107 3:21 nmaespace: `metadata` has no field `nmaespace`'],
    [
      { metadata: 'name: A_b' },
      'AB1112 3:18 A_b: `A_b` is not a name (use lower-case letters, digits and `-`, and begin and end with a letter or a digit)',
    ],
    [
      { metadata: `name: ${'a'.repeat(64)}` },
      `AB1112 3:18 ${'a'.repeat(64)}: \`metadata.name\` is longer than 63 characters`,
    ],
    [{ metadata: 'name: ""' }, 'AB1111 3:18 "": `metadata.name` is empty (give it a value, or leave it out)'],
    [{ metadata: 'name: 1' }, 'AB1109 3:18 1: `metadata.name` must be text, not a number (put it in quotes)'],
  ])('%j', (parts, expected) => {
    expect(problems(policy(parts))).toEqual([expected]);
  });

  test.each<[Parameters<typeof policy>[0], string]>([
    [
      { spec: '  variables: [{name: a-b, expression: x}]\n' },
      'AB1112 6:22 a-b: `a-b` is not a name (use letters, digits and `_`, and begin with no digit)',
    ],
    [
      { spec: '  variables: [{name: a, expression: b}, {name: a, expression: c}]\n' },
      'AB1308 6:48 a: `spec.variables` has `a` twice (`spec.variables[0]` is the other)',
    ],
    [
      { spec: '  match: {conditions: [{name: a, expression: b}, {name: a, expression: c}]}\n' },
      'AB1308 6:57 a: `spec.match.conditions` has `a` twice (`spec.match.conditions[0]` is the other)',
    ],
  ])('%j', (parts, expected) => {
    expect(problems(policy(parts))).toEqual([expected]);
  });
});

describe('what it means', () => {
  test.each<[Parameters<typeof policy>[0], string]>([
    [
      { spec: '  match: {kinds: [Pod, pods]}\n' },
      'AB1201 6:24 pods: `pods` names no kind: a kind starts in upper case, as in `apps/Deployment`',
    ],
    [
      { spec: '  exclude: {kinds: [a/b/c/Pod]}\n' },
      'AB1201 6:21 a/b/c/Pod: `a/b/c/Pod` has too many segments before the kind: group and version are all there is',
    ],
    [
      { spec: '  match: {names: ["a/b"]}\n' },
      'AB1205 6:21 /: no name has `/` in it (a glob knows `*` for any letters and `?` for one; write several globs as a list)',
    ],
    [
      { spec: '  match: {namespaces: [a b]}\n' },
      'AB1205 6:25  : no name has a blank in it (a glob knows `*` for any letters and `?` for one; write several globs as a list)',
    ],
    [
      { spec: '  match: {namespaces: ["{a,b}"]}\n' },
      'AB1205 6:25 {: no name has `{` in it (a glob knows `*` for any letters and `?` for one; write several globs as a list)',
    ],
    [
      { spec: '  match: {namespaces: ["!a"]}\n' },
      'AB1205 6:25 !: a glob cannot be negated (put `a` in `exclude`)',
    ],
    [{ spec: '  exclude: {namespaces: ["!a"]}\n' }, 'AB1205 6:27 !: a glob cannot be negated'],
    [
      { spec: '  match: {objectSelector: {matchLabels: {a b: c}}}\n' },
      'AB1206 6:42 a b: `a b` is not a label (a label is at most 63 letters, digits, `-`, `_` and `.`, after a domain and `/` if need be)',
    ],
    [
      { spec: '  match: {objectSelector: {matchLabels: {A.b/c: d}}}\n' },
      'AB1206 6:42 A.b/c: `A.b/c` is not a label (a label is at most 63 letters, digits, `-`, `_` and `.`, after a domain and `/` if need be)',
    ],
    [
      { spec: '  match: {objectSelector: {matchLabels: {a: b*}}}\n' },
      "AB1206 6:45 b*: `b*` is not a label's value (a value is at most 63 letters, digits, `-`, `_` and `.`; globs are not for labels)",
    ],
    [
      { spec: '  match: {namespaceSelector: {matchExpressions: [{key: a, operator: NotIn}]}}\n' },
      'AB1206 6:50 {key: a, operator: NotIn}: `NotIn` has no values (list the values, or ask with `Exists`)',
    ],
    [
      {
        spec: '  match: {namespaceSelector: {matchExpressions: [{key: a, operator: Exists, values: [b]}]}}\n',
      },
      'AB1206 6:77 values: `Exists` takes no values (leave `values` out, or compare with `In`)',
    ],
    [
      { spec: '  match: {subjects: [{kind: ServiceAccount, name: a}]}\n' },
      'AB1207 6:22 {kind: ServiceAccount, name: a}: the service account has no `namespace` (name the namespace it is in, or `"*"` for any)',
    ],
    [
      { spec: '  match: {subjects: [{kind: Group, name: a, namespace: b}]}\n' },
      'AB1207 6:45 namespace: a Group is in no namespace (leave `namespace` out, or write `kind: ServiceAccount`)',
    ],
    [
      { spec: '  target: pod\n  match: {operations: [CREATE, CONNECT]}\n' },
      'AB1204 7:32 CONNECT: there is no pod in a CONNECT, and a pod is the target of this policy (leave CONNECT out, or write `target: object`)',
    ],
    [
      { rules: '[{name: r}]' },
      'AB1115 5:11 {name: r}: the rule `r` checks nothing (give it `require`, `forbid` or `schema`)',
    ],
    [
      { rules: '[{name: r, require: a, schema: {}}]' },
      'AB1116 5:33 schema: the rule `r` has `require` and `schema`, and a rule has one check (make a rule of each)',
    ],
    [
      { rules: '[{name: r, require: a}, {name: s, forbid: b}, {name: r, forbid: c}]' },
      'AB1114 5:63 r: the policy has two rules named `r` (`spec.rules[0]` is the other)',
    ],
  ])('%j', (parts, expected) => {
    expect(problems(policy(parts))).toEqual([expected]);
  });

  test('CONNECT is an operation like others where the target is the object', () => {
    expect(problems(policy({ spec: '  match: {operations: [CONNECT]}\n' }))).toEqual([]);
  });
});

describe('several problems', () => {
  test('are reported together, in the order of the text', () => {
    const text = policy({
      metadata: 'name: X',
      spec: '  titel: a\n  match: {kinds: [pod]}\n  enforcement: warn\n',
      rules: '[{nam: r, require: 1, forbid: a}]',
    });
    expect(problems(text).map((problem) => problem.slice(0, 6))).toEqual([
      'AB1112',
      'AB1106',
      'AB1107',
      'AB1109',
      'AB1116',
      'AB1107',
      'AB1201',
      'AB1110',
    ]);
    const offsets = loadText(text).diagnostics.map(({ span }) => span?.start.offset ?? -1);
    expect(offsets).toEqual(offsets.toSorted((a, b) => a - b));
  });

  test('of several policies do not hide the sound ones', () => {
    const { policies, diagnostics } = load(
      [
        { file: 'a.yaml', text: `${policy()}---\n${policy({ metadata: 'name: q', spec: '  x: 1\n' })}` },
        { file: 'b.yaml', text: 'a: [' },
        { file: 'c.yaml', text: policy({ metadata: 'name: s' }) },
      ],
      vocabulary,
    );
    expect(policies.map(({ name }) => name)).toEqual(['p', 's']);
    expect(diagnostics.map(({ code, file }) => [code, file])).toEqual([
      ['AB1107', 'a.yaml'],
      ['AB1001', 'b.yaml'],
    ]);
  });

  test('beyond a hundred are counted', () => {
    const { diagnostics } = loadText(
      policy({ spec: Array.from({ length: 150 }, (_, index) => `  x${index}: 1\n`).join('') }),
    );
    expect(diagnostics).toHaveLength(101);
    expect(diagnostics.at(-1)).toEqual({
      code: 'AB1117',
      severity: 'error',
      message: '50 more problems are not shown',
    });
  });

  test('two policies of one name: the second says where the first is', () => {
    const { policies, diagnostics } = load(
      [
        { file: 'a.yaml', text: policy() },
        { file: 'b.yaml', text: policy() },
      ],
      vocabulary,
    );
    expect(policies).toHaveLength(1);
    expect(diagnostics).toMatchObject([
      {
        code: 'AB1113',
        file: 'b.yaml',
        message: 'there are two policies named `p`',
        help: 'the other is in a.yaml, line 3',
        span: { start: { line: 3, column: 18 } },
      },
    ]);
  });
});
