import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { CelError } from '../../src/cel/index.ts';
import { admit, explain, givenFacts } from '../../src/engine/index.ts';
import type { ExplainedPolicy, Explanation } from '../../src/model/index.ts';
import { document, documents, input } from './random.ts';
import { inputOf, policyText, programOf, type Request } from './world.ts';

const now = Date.parse('2026-11-21T12:00:00Z');

/** Beside those that only judge: some that change what is judged, one that fights with itself. */
const mutating = [
  document('Policy', 'name: m1', '  mutations: [{name: c, set: {path: data.c, value: x, ifMissing: true}}]'),
  document(
    'Policy',
    'name: m2',
    '  match: {kinds: [ConfigMap]}\n  override: {}\n  mutations: [{name: b, when: "\'a\' in object.data", remove: data.b}]',
  ),
  document(
    'Policy',
    'name: m3',
    `  match: {names: ["y"]}\n  mutations: [{name: grow, set: {path: data.a, valueExpression: "object.?data.a.orValue('') + 'x'"}}]`,
  ),
];

describe('explaining', () => {
  const programs = [documents, [...documents, ...mutating]].map((list) => programOf(list.join('\n---\n')));

  test.each(programs)('decides as it does without anybody listening', (program) => {
    fc.assert(
      fc.property(input, (request) => {
        const { mutation, decision } = explain(program, request, now);
        expect({ mutation, decision }).toEqual(admit(program, request, now));
      }),
      { numRuns: 300 },
    );
  });

  test.each(programs)('gives every policy a reason or a question', (program) => {
    fc.assert(
      fc.property(input, (request) => {
        const { policies, decision } = explain(program, request, now);
        expect(policies.map(({ name }) => name)).toEqual(program.policies.map(({ name }) => name));
        for (const policy of policies) {
          if (policy.stopped === undefined) {
            expect(decision.evaluated).toContain(policy.name);
            expect(policy.asked.some(({ conditionsHold }) => conditionsHold !== 'no')).toBe(true);
          } else {
            expect(policy.verdicts).toEqual([]);
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  test.each(programs)('leads with every verdict to what is in the answer, step by step', (program) => {
    fc.assert(
      fc.property(input, (request) => {
        const { policies, decision, mutation } = explain(program, request, now);
        const verdicts = policies.flatMap((policy) => policy.verdicts);
        const kept = verdicts.filter(({ dropped }) => !dropped).map(({ of }) => of);
        const known = new Set([...decision.findings, ...decision.errors].map((each) => JSON.stringify(each)));
        for (const { of, steps } of verdicts) {
          expect(steps.at(-1)?.action).toBe(of.action);
        }
        for (const of of kept) expect(known).toContain(JSON.stringify(of));
        const ofMutations = mutation.errors.length;
        expect(kept.length).toBeGreaterThanOrEqual(known.size - ofMutations);
      }),
      { numRuns: 300 },
    );
  });
});

function explained(policies: string, request: Request): Explanation {
  return explain(programOf(policies), inputOf(request), now);
}

function one(spec: string, request: Request): ExplainedPolicy {
  const [policy] = explained(policyText(spec), request).policies;
  if (policy === undefined) throw new Error('there is no policy');
  return policy;
}

const configMap = (data: Record<string, string> = {}, metadata: Record<string, unknown> = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'web', namespace: 'shop', ...metadata },
  data,
});

const rules = '  rules: [{name: r, forbid: data.a}]';

describe('why a policy is not asked', () => {
  it.each([
    ['kinds', '  match: {kinds: [Secret]}', {}],
    ['operations', '  match: {operations: [DELETE]}', {}],
    ['match', '  match: {namespaces: ["prod-*"]}', {}],
    ['exclude', '  exclude: {namespaces: [shop]}', {}],
    ['exclude', '  exclude: {kinds: [ConfigMap]}', {}],
    ['bindingRequired', '  bindingRequired: true', {}],
    ['carriesNoPod', '  target: pod', {}],
    ['conditions', '  match: {conditions: [{name: never, expression: "object.data.size() > 1"}]}', {}],
    [
      'terminating',
      '  match: {kinds: [ConfigMap]}',
      {
        operation: 'UPDATE',
        oldObject: configMap({}, { deletionTimestamp: '2026-11-21T00:00:00Z' }),
      } as const,
    ],
  ])('%s', (by, spec, request) => {
    const policy = one(`${spec}\n${rules}`, { object: configMap(), ...request });
    expect(policy.stopped).toEqual({ by });
  });

  it('says what each criterion wants and what it saw', () => {
    const policy = one(
      `  match: {kinds: [ConfigMap], namespaces: ["prod-*"], names: [web], namespaceSelector: {matchLabels: {a: b}}}\n${rules}`,
      { object: configMap() },
    );
    expect(policy.match).toEqual([
      { name: 'kinds', wanted: ['ConfigMap'], seen: 'v1/ConfigMap', holds: 'yes' },
      { name: 'operations', wanted: ['CREATE', 'UPDATE'], seen: 'CREATE', holds: 'yes' },
      { name: 'namespaces', wanted: ['prod-*'], seen: 'shop', holds: 'no' },
      { name: 'namespaceSelector', wanted: { matchLabels: { a: 'b' } }, seen: undefined, holds: 'unknown' },
      { name: 'names', wanted: ['web'], seen: 'web', holds: 'yes' },
    ]);
  });
});

describe('what a rule did', () => {
  it('has each item, what was worked out for it and what it cost', () => {
    const policy = one(
      `  variables: [{name: bad, expression: "'x'"}, {name: unread, expression: "1"}]
  rules: [{name: r, each: "$.data[*]", when: "item != 'z'", expression: "item != variables.bad", message: "{{ path }} is bad"}]`,
      { object: configMap({ a: 'x', b: 'y', c: 'z' }) },
    );
    const [asked] = policy.asked;
    expect(asked?.variables.map(({ name, value }) => [name, value])).toEqual([['bad', 'x']]);
    const items = asked?.rules[0]?.items ?? [];
    expect(
      items.map(({ path, leftAlone, violations, expressions }) => [
        path.join('.'),
        leftAlone,
        violations.map(({ message }) => message),
        expressions.map(({ role, value }) => `${role} ${String(value)}`),
      ]),
    ).toEqual([
      ['data.a', false, ['data.a is bad'], ['when true', 'check false', 'message data.a']],
      ['data.b', false, [], ['when true', 'check true']],
      ['data.c', true, [], ['when false']],
    ]);
    expect(asked?.cost).toBe(
      [...items.flatMap(({ expressions }) => expressions), ...(asked?.variables ?? [])].reduce(
        (sum, { cost }) => sum + cost,
        0,
      ),
    );
    const [, check] = items[0]?.expressions ?? [];
    expect(check?.steps.map(({ start, end, value }) => [check.source.slice(start, end), value])).toEqual(
      expect.arrayContaining([
        ['item', 'x'],
        ['variables.bad', 'x'],
        ['item != variables.bad', false],
      ]),
    );
  });

  it('has errors where they happened', () => {
    const policy = one(`  rules: [{name: r, expression: "object.data.none == 'x'"}]`, {
      object: configMap(),
    });
    const [rule] = policy.asked[0]?.rules ?? [];
    expect(rule?.error).toEqual({ message: expect.stringContaining('no such key'), unknown: false });
    expect(rule?.items[0]?.expressions[0]?.value).toBeInstanceOf(CelError);
  });

  it('has what is left to the cluster', () => {
    const policy = one(
      `  match: {conditions: [{name: not-robots, expression: "request.userInfo.username != 'robot'"}]}
  rules: [{name: r, expression: "request.userInfo.username != 'jo'"}]`,
      { object: configMap() },
    );
    const [asked] = policy.asked;
    expect(asked?.conditions).toMatchObject([{ name: 'not-robots', unknown: 'who asks is not known here' }]);
    expect(asked?.conditionsHold).toBe('unknown');
    expect(asked?.rules[0]?.error).toEqual({ message: 'who asks is not known here', unknown: true });
  });

  it('has where the pod is, and what its Pods will have gone through', () => {
    const text = [
      policyText('  target: pod\n  rules: [{name: r, each: containers, require: [tty]}]', 'judges'),
      policyText(
        '  target: pod\n  mutations: [{name: labels, set: {path: metadata.labels.a, value: b}}]',
        'labels',
      ),
    ].join('---\n');
    const { policies, mutations } = explained(text, {
      object: {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'web', namespace: 'shop' },
        spec: { template: { spec: { containers: [{ name: 'a' }] } } },
      },
    });
    const judges = policies.find(({ name }) => name === 'judges');
    expect(judges?.pod).toEqual({ path: ['spec', 'template'], mutatedBy: ['labels/labels'] });
    expect(mutations[0]).toMatchObject({
      template: ['spec', 'template'],
      outcome: 'made',
      changes: [{ path: ['spec', 'template', 'metadata', 'labels'], value: { a: 'b' } }],
      items: [{ path: ['spec', 'template'] }],
    });
  });

  it('has what is asked of the items, and what is there instead', () => {
    const policy = one(
      `  rules:
    - {name: r, each: "$.data", require: [b], message: no b}
    - {name: f, forbid: data.a}
    - {name: e, expression: "'b' in object.data"}`,
      { object: configMap({ a: 'x' }) },
    );
    expect(policy.asked[0]?.rules.map(({ check, items }) => [check, items[0]?.violations])).toEqual([
      [
        { name: 'require', value: ['b'] },
        [{ message: 'no b', path: ['data', 'b'], found: { value: undefined } }],
      ],
      [
        { name: 'forbid', value: 'data.a' },
        [{ message: expect.any(String), path: ['data', 'a'], found: { value: 'x' } }],
      ],
      [{ name: 'expression', value: "'b' in object.data" }, [{ message: expect.any(String), path: [] }]],
    ]);
  });

  it('has the facts that were asked for, and the items that were not judged for want of one', () => {
    const spec = `  target: pod
  facts: [{name: image, image: {}}]
  rules: [{name: r, each: images, expression: image.shells.size() == 0}]`;
    const containers = ['a:1', 'b:1'].map((image) => ({ name: image[0], image }));
    const facts = givenFacts({ image: { 'a:1': { shells: [] } } }, []);
    const request = inputOf({
      object: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web' }, spec: { containers } },
    });
    const [policy] = explain(programOf(policyText(spec)), request, now, facts).policies;
    const [asked] = policy?.asked ?? [];
    expect(asked?.facts.map(({ source, key, answer }) => [source, key, answer.status])).toEqual([
      ['image', 'a:1', 'known'],
      ['image', 'b:1', 'unknown'],
    ]);
    const [rule] = asked?.rules ?? [];
    expect(rule?.error).toEqual({ message: 'image `b:1` is not known here', unknown: true });
    expect(rule?.items.map(({ unknown }) => unknown)).toEqual([undefined, 'image `b:1` is not known here']);
  });
});

describe('how an action came about', () => {
  const a = { a: 'x' };

  it('has each entry of an enforcement and why it does not apply', () => {
    const policy = one(
      `  enforcement: [{action: Warn}, {action: Deny, from: 2027-03-01T00:00:00Z}, {action: Deny, namespaces: [prod]}]\n${rules}`,
      { object: configMap(a) },
    );
    expect(policy.verdicts[0]?.steps).toEqual([
      {
        by: 'enforcement',
        action: 'Warn',
        deniesFrom: '2027-03-01T00:00:00Z',
        entries: [
          { action: 'Warn', started: true, where: [], holds: 'yes', applies: true },
          {
            action: 'Deny',
            from: '2027-03-01T00:00:00Z',
            started: false,
            where: [],
            holds: 'yes',
            applies: false,
          },
          {
            action: 'Deny',
            started: true,
            where: [{ name: 'namespaces', wanted: ['prod'], seen: 'shop', holds: 'no' }],
            holds: 'no',
            applies: false,
          },
        ],
      },
    ]);
  });

  it('has exceptions that hold, that have ended, that are of another rule, and that reach other things', () => {
    const exceptions = [
      ['holds', 'policies: [p], reason: why'],
      ['ended', 'policies: [p], reason: why, expires: 2026-01-01T00:00:00Z'],
      ['other-rule', 'policies: [p/s], reason: why'],
      ['other-kind', 'policies: [p], reason: why, match: {kinds: [Secret]}'],
      ['other-name', 'policies: [p], reason: why, match: {names: [z]}'],
    ].map(([name, spec]) => document('PolicyException', `name: ${name}, namespace: shop`, `  {${spec}}`));
    const policy = policyText(
      '  enforcement: Deny\n  rules: [{name: r, forbid: data.a}, {name: s, forbid: data.z}]',
    );
    const { policies } = explained([policy, ...exceptions].join('\n---\n'), { object: configMap(a) });
    const step = policies[0]?.verdicts[0]?.steps.find(({ by }) => by === 'exception');
    if (step?.by !== 'exception') throw new Error('no exception was considered');
    expect(step.action).toBe('Audit');
    expect(
      step.exceptions.map(({ name, applies, expired, ofRule, reaches, holds }) => [
        name,
        { applies, expired, ofRule, reaches, holds },
      ]),
    ).toEqual([
      ['shop/ended', { applies: false, expired: true, ofRule: true, reaches: true, holds: 'yes' }],
      ['shop/holds', { applies: true, expired: false, ofRule: true, reaches: true, holds: 'yes' }],
      ['shop/other-kind', { applies: false, expired: false, ofRule: true, reaches: false, holds: 'yes' }],
      ['shop/other-name', { applies: false, expired: false, ofRule: true, reaches: true, holds: 'no' }],
      ['shop/other-rule', { applies: false, expired: false, ofRule: false, reaches: true, holds: 'yes' }],
    ]);
  });

  it('has an override, and the step that it takes', () => {
    const annotations = { 'override.abatis.dev/p': 'migration' };
    const policy = one(`  enforcement: Deny\n  override: {}\n${rules}`, {
      object: configMap(a, { annotations }),
      user: { username: 'jo', groups: [] },
    });
    expect(policy.override).toMatchObject({ state: 'valid', reason: 'migration', by: 'jo' });
    expect(policy.verdicts[0]?.steps.map(({ by, action }) => `${by} ${action}`)).toEqual([
      'enforcement Deny',
      'override Warn',
    ]);
  });

  it('has a ceiling as a step of its own', () => {
    const program = { ...programOf(policyText(`  enforcement: Deny\n${rules}`)), ceiling: 'Audit' } as const;
    const [policy] = explain(program, inputOf({ object: configMap(a) }), now).policies;
    expect(policy?.verdicts[0]?.steps.map(({ by, action }) => `${by} ${action}`)).toEqual([
      'enforcement Deny',
      'ceiling Audit',
    ]);
  });

  it.each([
    ['existed', '', configMap(a), 'Warn'],
    ['new', '', configMap(), 'Deny'],
    ['policy', '  existingViolations: Deny\n', configMap(a), 'Deny'],
  ])('has whether the old object had it: %s', (why, more, oldObject, action) => {
    const policy = one(`  enforcement: Deny\n${more}${rules}`, {
      operation: 'UPDATE',
      object: configMap(a),
      oldObject,
    });
    expect(policy.verdicts[0]?.steps.at(-1)).toEqual({
      by: 'existing',
      existed: why === 'existed',
      why,
      action,
    });
  });

  it('has bindings that select and those that do not', () => {
    const text = [
      policyText(`  enforcement: Warn\n${rules}`),
      document(
        'PolicyBinding',
        'name: here',
        '  {policy: p, enforcement: Deny, match: {namespaces: [shop]}}',
      ),
      document('PolicyBinding', 'name: else', '  {policy: p, match: {kinds: [Secret]}}'),
    ].join('\n---\n');
    const [policy] = explained(text, { object: configMap(a) }).policies;
    expect(policy?.bindings.map(({ name, selects }) => [name, selects])).toEqual([
      ['else', 'no'],
      ['here', 'yes'],
    ]);
    expect(policy?.asked.map(({ binding }) => binding)).toEqual(['here']);
  });
});

describe('what mutations did', () => {
  it('has each, round by round, with its changes', () => {
    const text = [
      policyText('  mutations: [{name: one, set: {path: data.b, valueExpression: object.data.a}}]', 'a'),
      policyText('  enforcement: Audit\n  mutations: [{name: note, remove: data.a}]', 'note'),
    ].join('---\n');
    const { mutations } = explained(text, { object: configMap({ a: 'x' }) });
    expect(
      mutations.map(({ round, policy, mutation, outcome }) => [round, policy, mutation, outcome]),
    ).toEqual([
      [1, 'a', 'one', 'made'],
      [2, 'a', 'one', 'nothing'],
      [undefined, 'note', 'note', 'noted'],
    ]);
    expect(mutations[0]?.changes).toMatchObject([{ path: ['data', 'b'], value: 'x' }]);
    expect(mutations[0]?.items[0]?.expressions[0]).toMatchObject({ role: 'value', value: 'x' });
  });

  it('has the item at which one failed', () => {
    const text = policyText(
      '  mutations: [{name: one, set: {path: data.b, valueExpression: object.data.none}}]',
    );
    const { mutations } = explained(text, { object: configMap({ a: 'x' }) });
    expect(mutations).toMatchObject([
      { outcome: 'failed', changes: [], items: [{ error: expect.stringContaining('no such key') }] },
    ]);
  });
});
