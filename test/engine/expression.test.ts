import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/model/index.ts';
import { judge, policyText, programOf, type Request, summary } from './world.ts';

const pod: JsonObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'shop', labels: { app: 'web' } },
  spec: {
    containers: [
      { name: 'app', image: 'app:1', resources: { limits: { memory: '1Gi' } } },
      { name: 'sidecar', image: 'sidecar:latest', resources: { limits: { memory: '8Gi' } } },
      { name: 'bare', image: 'bare:2' },
    ],
  },
};
const alice = { username: 'alice', groups: ['devs'] };

function run(spec: string, request: Request = {}): readonly string[] {
  const decision = judge(programOf(policyText(spec)), { object: pod, ...request });
  return [
    ...summary(decision),
    ...decision.errors.map(
      ({ rule, message, unknown }) => `${unknown ? 'unknown' : 'error'} ${rule ?? ''}: ${message}`,
    ),
  ];
}

describe('the check `expression`', () => {
  test.each<[string, readonly string[]]>([
    ["expression: object.metadata.name == 'web'", []],
    ["expression: object.metadata.name == 'api'", ['Warn p/r ']],
    ['each: containers, expression: "!item.image.endsWith(\':latest\')"', ['Warn p/r spec.containers[1]']],
    ['each: containers, expression: "path != \'spec.containers[0]\'"', ['Warn p/r spec.containers[0]']],
    ['expression: pod.spec.containers.size() == 3', []],
    ["expression: request.operation == 'CREATE' && oldObject == null", []],
    ["expression: now > timestamp('2026-11-20T00:00:00Z') && now < timestamp('2026-11-22T00:00:00Z')", []],
  ])('{name: r, %s}', (rule, expected) => {
    expect(run(`  target: pod\n  rules: [{name: r, ${rule}}]`)).toEqual(expected);
  });

  test("the design's example: a ceiling from a parameter", () => {
    const spec = `
  target: pod
  parameters:
    schema: {type: object, properties: {memoryMax: {type: string, default: 4Gi}}}
  rules:
    - name: memory-ceiling
      each: [containers, initContainers]
      expression: >-
        item.?resources.?limits.?memory.optMap(m, quantity(m).compareTo(quantity(params.memoryMax)) <= 0).orValue(true)
      message: container \`{{ item.name }}\` asks for {{ item.resources.limits.memory }}, more than {{ params.memoryMax }}
`;
    const { findings } = judge(programOf(policyText(spec)), { object: pod });
    expect(findings.map(({ message }) => message)).toEqual([
      'container `sidecar` asks for 8Gi, more than 4Gi',
    ]);
  });

  test('an error names what failed, where in the expression, and what was there', () => {
    expect(run('  rules: [{name: r, expression: object.spec.nothing.deep == 1}]')).toEqual([
      expect.stringMatching(/^error r: no such key.*`object\.spec\.nothing/),
    ]);
    expect(run('  rules: [{name: r, expression: object.metadata.name.startsWith(object.spec)}]')[0]).toMatch(
      /^error r: .* in `object\.metadata\.name\.startsWith\(object\.spec\)`/,
    );
  });

  test('an expression that costs too much is an error of its policy, and the others still speak', () => {
    const program = programOf(
      `${policyText("  enforcement: Deny\n  rules: [{name: r, expression: 'object.list.all(a, object.list.all(b, object.list.all(c, a + b + c >= 0)))'}]", 'costly')}---\n` +
        policyText('  rules: [{name: r, require: data.colour}]', 'other'),
    );
    const list = Array.from({ length: 1000 }, (_, index) => index);
    const decision = judge(program, { object: { ...pod, list } });
    expect(decision.allowed).toBe(false);
    expect(decision.errors).toMatchObject([
      { policy: 'costly', denies: true, message: expect.stringMatching(/cost/) },
    ]);
    expect(decision.findings.map(({ policy }) => policy)).toEqual(['other']);
  });

  test('a rounded integer is told of, and counts exactly where it was read with care', () => {
    const program = programOf(
      policyText('  rules: [{name: r, expression: object.spec.big == 9007199254740993}]'),
    );
    const rounded = judge(program, { object: { ...pod, spec: { big: JSON.parse('9007199254740993') } } });
    expect(rounded.imprecise).toBe(true);
    const exact = judge(program, { object: { ...pod, spec: { big: 9007199254740993n } } });
    expect(exact).toMatchObject({ imprecise: false, findings: [] });
  });
});

describe('variables', () => {
  test('are worked out in order, each from those before', () => {
    expect(
      run(`
  target: pod
  variables:
    - {name: names, expression: 'pod.spec.containers.map(c, c.name)'}
    - {name: count, expression: variables.names.size()}
  rules:
    - {name: few, expression: variables.count <= 2, message: '{{ variables.count }} containers'}
`),
    ).toEqual(['Warn p/few ']);
  });

  test('that fail are errors of what reads them only', () => {
    const [error, ...rest] = run(`
  variables: [{name: bad, expression: object.nothing.deep}]
  rules:
    - {name: reads, expression: variables.bad == 1}
    - {name: reads-not, expression: 'true || variables.bad == 1'}
`);
    expect(error).toMatch(/^error reads: variable `bad`: no such key/);
    expect(rest).toEqual([]);
  });

  test('see no later ones, and none comes back to itself', () => {
    for (const list of [
      '[{name: a, expression: variables.b}, {name: b, expression: "1"}]',
      '[{name: a, expression: variables.a}]',
    ]) {
      expect(() =>
        programOf(policyText(`  variables: ${list}\n  rules: [{name: r, expression: 'true'}]`)),
      ).toThrow(/AB1305/);
    }
  });
});

describe('match.conditions', () => {
  const rules = '  rules: [{name: r, forbid: $}]';
  test.each<[string, Request, readonly string[]]>([
    ["object.metadata.labels.app == 'web'", {}, ['Warn p/r ']],
    ["object.metadata.labels.app == 'api'", {}, []],
    ["request.userInfo.username == 'alice'", { user: alice }, ['Warn p/r ']],
    ["request.userInfo.username != 'alice'", { user: alice }, []],
    ["request.userInfo.username != 'alice'", {}, ['Warn p/r  ?']],
    ["namespaceObject.metadata.labels.tier == 'x'", { namespaceLabels: { tier: 'y' } }, []],
    ["namespaceObject.metadata.labels.tier == 'x'", {}, ['Warn p/r  ?']],
  ])('%s', (condition, request, expected) => {
    expect(run(`  match: {conditions: [{name: c, expression: "${condition}"}]}\n${rules}`, request)).toEqual(
      expected,
    );
  });

  test('one that fails is an error of the policy, unless another is false', () => {
    const bad = '{name: bad, expression: object.nothing.deep == 1}';
    expect(run(`  match: {conditions: [${bad}]}\n${rules}`)).toEqual([
      expect.stringMatching(/^error : condition `bad`: no such key/),
    ]);
    expect(run(`  match: {conditions: [${bad}, {name: never, expression: 'false'}]}\n${rules}`)).toEqual([]);
  });
});

describe('when', () => {
  test('leaves items alone for which it is not true', () => {
    expect(
      run(
        '  target: pod\n  rules: [{name: r, each: containers, when: has(item.resources), require: resources.requests}]',
      ),
    ).toEqual([
      'Warn p/r spec.containers[0].resources.requests',
      'Warn p/r spec.containers[1].resources.requests',
    ]);
  });

  test('is an error where it fails', () => {
    expect(run('  rules: [{name: r, when: object.nothing.deep == 1, forbid: $}]')).toEqual([
      expect.stringMatching(/^error r: no such key/),
    ]);
  });
});

describe('what the context does not know', () => {
  test.each([
    ["request.userInfo.username == 'alice'", 'who asks is not known here'],
    ["request.?userInfo.?username.orValue('') == 'alice'", 'who asks is not known here'],
    ["namespaceObject.metadata.name == 'shop'", 'the namespace is not known here'],
  ])('%s is neither met nor not: %s', (expression, why) => {
    const program = programOf(
      policyText(`  enforcement: Deny\n  rules: [{name: r, expression: "${expression}"}]`),
    );
    const decision = judge(program, { object: pod });
    expect(decision).toMatchObject({
      allowed: false,
      findings: [],
      errors: [{ policy: 'p', rule: 'r', message: why, denies: true, unknown: true }],
    });
  });

  test.each(["variables.who == 'x'", "variables.?who.orValue('') == 'x'"])(
    'is known through variables too: %s',
    (expression) => {
      expect(
        run(
          `  variables: [{name: who, expression: request.userInfo.username}]\n  rules: [{name: r, expression: "${expression}"}]`,
        ),
      ).toEqual(['unknown r: who asks is not known here']);
    },
  );

  test('leaves alone what else is asked about the request', () => {
    expect(run("  rules: [{name: r, expression: \"request.?subResource.orValue('') == ''\"}]")).toEqual([]);
  });
});

describe('messages', () => {
  test.each([
    ['messageExpression: "\'no \' + object.metadata.name"', 'no web'],
    ['messageExpression: "\'no \' + object.metadata.none", message: plain', 'plain'],
    ['messageExpression: "\'\'", message: plain', 'plain'],
    ['messageExpression: "\'two\\\\nlines\'", message: plain', 'plain'],
    ['message: "{{ object.spec.containers.map(c, c.name).join(\', \') }}"', 'app, sidecar, bare'],
    ["message: \"{{ {'a': {'b': 1}}.a.b }} and {{ object.metadata.none }}\"", '1 and <unknown>'],
  ])('{%s}', (message, expected) => {
    const { findings } = judge(programOf(policyText(`  rules: [{name: r, forbid: $, ${message}}]`)), {
      object: pod,
    });
    expect(findings.map((finding) => finding.message)).toEqual([expected]);
  });
});

describe('what an old object had already', () => {
  const deny = (expression: string) =>
    programOf(
      policyText(
        `  target: pod\n  enforcement: Deny\n  rules: [{name: r, each: containers, expression: "${expression}"}]`,
      ),
    );
  const update = { operation: 'UPDATE', object: pod, oldObject: pod } as const;

  test('excuses an expression about the same item', () => {
    expect(judge(deny("!item.image.endsWith(':latest')"), update).allowed).toBe(true);
  });

  test('does not excuse one that reads the request or the old object', () => {
    expect(judge(deny("!item.image.endsWith(':latest') || request.operation == 'x'"), update).allowed).toBe(
      false,
    );
    expect(judge(deny("!item.image.endsWith(':latest') || oldObject == 1"), update).allowed).toBe(false);
  });
});

describe('the request', () => {
  test.each([
    ['has(request.subResource) || has(request.requestSubResource)', {}],
    [
      'has(request.userInfo.uid) || has(request.userInfo.groups)',
      { user: { username: 'alice', groups: [] } },
    ],
    ['has(request.namespace)', { object: { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n' } } }],
  ])('leaves out what is empty, as the API server does: %s is false', (expression, request) => {
    expect(
      run(`  match: {kinds: [Node, Pod]}\n  rules: [{name: r, expression: "!(${expression})"}]`, request),
    ).toEqual([]);
  });
});
