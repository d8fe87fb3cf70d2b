import { describe, expect, it } from 'vitest';
import { configMap, results, tableTest } from './folders.ts';

const good = configMap('a: b');
const bad = configMap('bad: x');
const deployment = '{apiVersion: apps/v1, kind: Deployment, metadata: {name: d}, spec: {replicas: 1}}';
const scale = '{apiVersion: autoscaling/v1, kind: Scale, metadata: {name: d}, spec: {replicas: 9}}';

describe('a test passes', () => {
  it.each([
    ['that allows', `object: ${good}\nexpect: {action: Allow}\nuser: alice`],
    ['that warns', `object: ${bad}\nuser: alice\nexpect: {action: Warn, rules: [bad]}`],
    ['by its message', `object: ${bad}\nuser: alice\nexpect: {message: 'CREATE of .a. by ali?ce'}`],
    [
      'that denies later',
      `object: ${bad}\nuser: alice\ntime: 2027-01-01T00:00:00Z\nexpect: {action: Deny, rules: [bad]}`,
    ],
    [
      'that denies where the labels of the namespace say so',
      `object: ${bad}\nuser: alice\nnamespaceLabels: {tier: production}\nexpect: {action: Deny}`,
    ],
    [
      'of an update',
      `object: ${bad}\noldObject: ${good}\nuser: alice\nexpect: {message: ^UPDATE, action: Warn}`,
    ],
    ['of a deletion', `oldObject: ${bad}\nuser: alice\nexpect: {message: ^DELETE, rules: [bad]}`],
    [
      'of a user in a group',
      `object: ${configMap('who: x')}\nuser: alice\ngroups: [admins]\nexpect: {action: Allow}`,
    ],
    ['of a user in none', `object: ${configMap('who: x')}\nuser: alice\nexpect: {rules: [who]}`],
    [
      'with other parameters',
      `object: ${configMap('a: b, c: d')}\nuser: alice\nparameters: {max: 2}\nexpect: {action: Allow}`,
    ],
    [
      'with the rest of the parameters as they are',
      `object: ${configMap('a: b, c: d')}\nuser: alice\nparameters: {word: other}\nexpect: {message: more than 1}`,
    ],
    [
      'by its error',
      `object: ${configMap('broken: x')}\nuser: alice\nexpect: {error: 'no such key', rules: []}`,
    ],
    [
      'of a connection',
      'operation: CONNECT\nkind: Pod/exec\nresourceName: web-1\nnamespace: shop\nuser: alice\n' +
        'object: {apiVersion: v1, kind: PodExecOptions, command: [sh]}\nexpect: {action: Allow}',
    ],
    [
      'of a scale',
      `kind: apps/Deployment/scale\nobject: ${scale}\noldObject: ${scale}\nuser: a\nexpect: {action: Allow}`,
    ],
    ['of a subresource', `subresource: status\nobject: ${deployment}\nuser: a\nexpect: {action: Unmatched}`],
    [
      'of what is excluded',
      `object: ${configMap('bad: x', ', namespace: kube-system')}\nuser: a\nexpect: {action: Unmatched}`,
    ],
    [
      'of a request in a namespace',
      `object: ${bad}\nnamespace: kube-system\nuser: a\nexpect: {action: Unmatched}`,
    ],
  ])('%s', (_, fields) => {
    expect(tableTest(fields)).toEqual({
      outcome: 'passed',
      problems: [],
      codes: [],
    });
  });
});

describe('a test fails', () => {
  it.each([
    { fields: `object: ${bad}\nuser: a\nexpect: {action: Deny}`, problem: 'expected Deny, got Warn' },
    { fields: `object: ${good}\nuser: a\nexpect: {action: Warn}`, problem: 'expected Warn, got Allow' },
    {
      fields: `object: ${bad}\nuser: a\nexpect: {rules: [count]}`,
      problem: 'expected findings of `count`, got those of `bad`',
    },
    {
      fields: `object: ${bad}\nuser: a\nexpect: {rules: []}`,
      problem: 'expected findings of no rule, got those of `bad`',
    },
    {
      fields: `object: ${bad}\nuser: a\nexpect: {message: DELETE}`,
      problem: 'expected a finding with `DELETE` in its message, got 1 finding without',
    },
    {
      fields: `object: ${good}\nuser: a\nexpect: {error: x}`,
      problem: 'expected an error with `x`, got no error',
    },
    {
      fields: `object: ${configMap('broken: x')}\nuser: a\nexpect: {action: Allow}`,
      problem: expect.stringContaining('the policy could not be evaluated: rule `broken`: '),
    },
    {
      fields: `object: ${configMap('who: x')}\nexpect: {action: Allow}`,
      problem: expect.stringContaining('it was left open: rule `who`: '),
    },
    {
      fields: `object: ${bad}\nuser: a\nexpect: {action: Unmatched}`,
      problem: 'expected that the policy is not asked; it was, about ConfigMap `default/a`',
    },
  ])('$problem', ({ fields, problem }) => {
    expect(tableTest(fields)).toEqual({ outcome: 'failed', problems: [problem], codes: [] });
  });

  it.each(['Allow', 'Warn', 'Deny', 'Audit'])(
    'as %s where the policy was not asked, whatever it would say',
    (action) => {
      const pod = '{apiVersion: v1, kind: Pod, metadata: {name: p}}';
      expect(tableTest(`object: ${pod}\nuser: a\nexpect: {action: ${action}}`).problems).toEqual([
        'the policy was not asked about Pod `default/p`: its kinds and operations leave out this CREATE',
        '`action: Unmatched` says that this is meant',
      ]);
      const excluded = configMap('bad: x', ', namespace: kube-system');
      expect(tableTest(`object: ${excluded}\nuser: a\nexpect: {action: ${action}}`).problems).toEqual([
        'the policy was not asked about ConfigMap `kube-system/a`: its `match`, `exclude` or a condition leaves it out',
        '`action: Unmatched` says that this is meant',
      ]);
    },
  );
});

describe('a table', () => {
  it.each([
    { what: 'nothing expected', fields: `object: ${good}\nexpect: {}`, codes: ['AB2204'] },
    { what: 'no object', fields: 'expect: {action: Deny}', codes: ['AB2207'] },
    {
      what: 'an old object in a CREATE',
      fields: `operation: CREATE\nobject: ${good}\noldObject: ${good}\nexpect: {action: Allow}`,
      codes: ['AB2207'],
    },
    {
      what: 'no old object in an UPDATE',
      fields: `operation: UPDATE\nobject: ${good}\nexpect: {action: Allow}`,
      codes: ['AB2207'],
    },
    {
      what: 'a connection to nothing',
      fields: 'operation: CONNECT\nexpect: {action: Allow}',
      codes: ['AB2207'],
    },
    {
      what: 'a kind that stands for several',
      fields: `kind: '*/scale'\nobject: ${scale}\nexpect: {action: Allow}`,
      codes: ['AB2207'],
    },
    {
      what: 'two subresources',
      fields: `kind: Deployment/scale\nsubresource: scale\nobject: ${scale}\nexpect: {action: Allow}`,
      codes: ['AB2207'],
    },
    {
      what: 'groups of nobody',
      fields: `groups: [a]\nobject: ${good}\nexpect: {action: Allow}`,
      codes: ['AB2207'],
    },
    {
      what: 'labels of no namespace',
      fields:
        'namespaceLabels: {a: b}\nobject: {apiVersion: v1, kind: Namespace, metadata: {name: a}}\nexpect: {action: Allow}',
      codes: ['AB2207'],
    },
    {
      what: 'two namespaces',
      fields: `namespace: shop\nobject: ${configMap('a: b', ', namespace: other')}\nexpect: {action: Allow}`,
      codes: ['AB2207'],
    },
    { what: 'a bad pattern', fields: `object: ${good}\nexpect: {error: '('}`, codes: ['AB2206'] },
    {
      what: 'no time',
      fields: `object: ${good}\ntime: tomorrow\nexpect: {action: Allow}`,
      codes: ['AB2204'],
    },
    {
      what: 'an unknown parameter',
      fields: `object: ${good}\nparameters: {maxx: 2}\nexpect: {action: Allow}`,
      codes: ['AB2210'],
    },
    {
      what: 'a parameter of the wrong type',
      fields: `object: ${good}\nparameters: {max: two}\nexpect: {action: Allow}`,
      codes: ['AB2210'],
    },
    {
      what: 'an object without a kind',
      fields: 'object: {apiVersion: v1, metadata: {name: a}}\nexpect: {action: Allow}',
      codes: ['AB2104'],
    },
    {
      what: 'a file that is not there',
      fields: 'object: gone.yaml\nexpect: {action: Allow}',
      codes: ['AB2001'],
    },
    {
      what: 'a file elsewhere',
      fields: 'object: ../policy.yaml\nexpect: {action: Allow}',
      codes: ['AB2001'],
    },
  ])('says so of $what', ({ fields, codes }) => {
    const result = tableTest(fields);
    expect(result.codes).toEqual(codes);
    expect(result.outcome).not.toBe('passed');
  });

  it('names the line of what is wrong', () => {
    const text = `tests:\n  - name: one\n    object: ${good}\n    expect:\n      action: deny\n`;
    const { diagnostics } = results({ 'tests.yaml': text });
    expect(diagnostics).toMatchObject([
      {
        code: 'AB2204',
        file: 'p/test/tests.yaml',
        span: { start: { line: 5, column: 15 } },
        help: 'did you mean `Deny`?',
      },
    ]);
  });

  it('goes on with the tests that are right', () => {
    const right = `  - name: right\n    object: ${good}\n    user: a\n    expect: {action: Allow}\n`;
    const { tests, diagnostics } = results({ 'tests.yaml': `tests:\n  - name: wrong\n${right}` });
    expect(diagnostics.map(({ code }) => code)).toEqual(['AB2203']);
    expect(tests).toMatchObject([{ name: 'right', outcome: 'passed', span: { start: { line: 3 } } }]);
  });

  it('takes objects from files beside it, with what is around them there', () => {
    const namespace =
      'apiVersion: v1\nkind: Namespace\nmetadata: {name: default, labels: {tier: production}}\n---\n';
    const table = 'tests:\n  - {name: it, object: objects/bad.yaml, user: a, expect: {action: Deny}}\n';
    const { tests, diagnostics } = results({
      'tests.yaml': table,
      'objects/bad.yaml': `${namespace}${bad}\n`,
    });
    expect(diagnostics).toEqual([]);
    expect(tests).toMatchObject([
      { outcome: 'passed', findings: [{ file: 'p/test/objects/bad.yaml', span: { start: { line: 5 } } }] },
    ]);
  });

  it('leaves doubts about the policy out of what is wrong with a parameter', () => {
    const policy = `apiVersion: abatis.dev/v1alpha1
kind: Policy
metadata: {name: p}
spec:
  match: {kinds: [ConfigMap]}
  parameters: {schema: {properties: {max: {type: integer, default: 1}}}}
  rules: [{name: r, expression: 'object.?spec.?replicas.orValue(0) < params.max'}]
`;
    const table = `tests:\n  - {name: it, object: ${good}, parameters: {max: two}, expect: {action: Allow}}\n`;
    const { tests, diagnostics } = results({ 'tests.yaml': table }, policy);
    expect(diagnostics).toMatchObject([{ code: 'AB1306' }]);
    expect(tests).toMatchObject([
      { diagnostics: [{ code: 'AB2210', message: 'parameter `max` must be integer' }] },
    ]);
  });

  it.each([
    [`operation: UPDATE\n    object: ${good}`, 'UPDATE needs `oldObject`'],
    [`operation: CREATE\n    oldObject: ${good}`, 'CREATE needs `object`'],
    [`operation: DELETE\n    object: ${good}`, 'DELETE takes no `object`'],
  ])('says what the operation of %j has', (fields, message) => {
    const table = `tests:\n  - name: it\n    ${fields}\n    expect: {action: Allow}\n`;
    expect(results({ 'tests.yaml': table }).diagnostics).toMatchObject([{ code: 'AB2207', message }]);
  });

  it('wants one object of a file', () => {
    const table = 'tests:\n  - {name: it, object: two.yaml, expect: {action: Deny}}\n';
    const { diagnostics } = results({ 'tests.yaml': table, 'two.yaml': `${bad}\n---\n${bad}\n` });
    expect(diagnostics).toMatchObject([
      { code: 'AB2207', message: '`two.yaml` has 2 objects, and one is asked about' },
    ]);
  });

  describe('with facts', () => {
    const policy = `apiVersion: abatis.dev/v1alpha1
kind: Policy
metadata: {name: p}
spec:
  target: pod
  facts: [{name: image, image: {onUnavailable: Warn}}]
  enforcement: Deny
  rules: [{name: shells, each: images, expression: image.shells.size() == 0, message: "{{ item }} has a shell"}]
`;
    it.each([
      ['{image: {a: {shells: [sh]}}}', '{action: Deny, message: has a shell}'],
      ['{image: {a: {shells: []}}}', '{action: Allow}'],
      ['{image: {a: {unavailable: try later}}}', '{action: Warn, message: try later}'],
    ])('%s gives %s', (facts, expected) => {
      const table = `tests:
  - name: it
    object: {apiVersion: v1, kind: Pod, metadata: {name: x}, spec: {containers: [{name: c, image: a}]}}
    facts: ${facts}
    expect: ${expected}
`;
      expect(results({ 'tests.yaml': table }, policy).tests).toMatchObject([{ outcome: 'passed' }]);
    });

    const table = `tests:
  - name: it
    object: {apiVersion: v1, kind: Pod, metadata: {name: x}, spec: {containers: [{name: c, image: a}]}}
    facts: facts.yaml
    expect: {action: Deny}
`;

    it('of a file beside it', () => {
      const facts = 'image: {a: {shells: [sh]}}\n';
      const { tests, diagnostics } = results({ 'tests.yaml': table, 'facts.yaml': facts }, policy);
      expect(tests).toMatchObject([{ outcome: 'passed' }]);
      expect(diagnostics).toEqual([]);
    });

    it.each([
      ['that is not there', {}, 'AB2001', 'there is no file `facts.yaml` beside this one'],
      [
        'of another form',
        { 'facts.yaml': 'image: [a]\n' },
        'AB2204',
        '`image` must be a mapping, not a list',
      ],
    ])('of a file %s, says so', (_, files, code, message) => {
      const { diagnostics } = results({ 'tests.yaml': table, ...files }, policy);
      expect(diagnostics).toMatchObject([{ code, message }]);
    });
  });
});

it('tells what is known of a user beside groups: a token bound to a Pod, an account made anew', () => {
  const holder = `apiVersion: abatis.dev/v1alpha1
kind: Policy
metadata: {name: holder}
spec:
  match: {kinds: [ConfigMap]}
  rules:
    - name: pod
      expression: request.userInfo.extra['authentication.kubernetes.io/pod-name'] == [object.metadata.name]
    - name: uid
      expression: request.userInfo.uid == '17'
`;
  const user = `user: "system:serviceaccount:shop:web", groups: [system:serviceaccounts]`;
  const test = (name: string, pod: string, uid: string, rules: string) =>
    `  - {name: ${name}, object: ${good}, ${user}, uid: "${uid}", extra: {authentication.kubernetes.io/pod-name: [${pod}]}, expect: {rules: ${rules}}}\n`;
  const table = `tests:\n${test('right', 'a', '17', '[]')}${test('wrong', 'b', '18', '[pod, uid]')}`;
  expect(results({ 'tests.yaml': table }, holder).tests.map(({ problems }) => problems)).toEqual([[], []]);
});
