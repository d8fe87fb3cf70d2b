import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evaluate, mutate } from '../../src/engine/index.ts';
import type { JsonObject } from '../../src/model/index.ts';
import { mutationPolicy, now, patchOf, pod, run, whoOf } from './mutating.ts';
import { inputOf, programOf } from './world.ts';

const label = (name: string, value: string, mutation = name) =>
  `{name: ${mutation}, set: {path: metadata.labels.${name}, value: "${value}"}}`;

describe('a policy', () => {
  test('makes its mutations in their order', () => {
    const result = run(
      mutationPolicy(
        `[${label('a', '1')}, {name: b, when: "has(object.metadata.labels) && object.metadata.labels.a == '1'", set: {path: metadata.labels.b, value: "2"}}]`,
      ),
      { object: pod() },
    );
    expect(patchOf(result)).toEqual(['add /metadata/labels {"a":"1","b":"2"}']);
    expect(whoOf(result.applied)).toEqual(['p/a metadata.labels', 'p/b metadata.labels.b']);
    expect(result).toMatchObject({ allowed: true, evaluated: ['p'], errors: [], reported: [] });
  });

  test.each([
    ['DELETE', { operation: 'DELETE' as const, oldObject: pod() }],
    [
      'CONNECT',
      {
        operation: 'CONNECT' as const,
        object: { apiVersion: 'v1', kind: 'PodExecOptions' },
        resourceKind: { group: '', kind: 'Pod' },
        subresource: 'exec',
      },
    ],
    ['an object of another kind', { object: { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' } } }],
    [
      'an object that is being deleted',
      {
        operation: 'UPDATE' as const,
        object: pod(),
        oldObject: pod({}, { deletionTimestamp: '2026-01-01T00:00:00Z' }),
      },
    ],
  ])('changes nothing on %s', (_what, request) => {
    const program = programOf(
      mutationPolicy(`[${label('a', '1')}]`, 'p', '  match: {kinds: [Pod, Pod/exec], operations: ["*"]}\n'),
    );
    const result = mutate(program, inputOf(request), now);
    expect(result).toMatchObject({ patch: [], applied: [], errors: [], allowed: true });
    expect(result.object).toBe(inputOf(request).object);
  });

  test('whose conditions fail is an error where it would mutate, and not where rules judge', () => {
    const program = programOf(
      mutationPolicy(
        `[${label('a', '1')}]`,
        'p',
        '  enforcement: Deny\n  match: {kinds: [Pod], conditions: [{name: c, expression: object.metadata.labels.a == object.kind}]}\n',
      ),
    );
    const input = inputOf({ object: pod() });
    expect(mutate(program, input, now)).toMatchObject({ allowed: false, errors: [{ policy: 'p' }] });
    expect(evaluate(program, input, now)).toMatchObject({ allowed: true, errors: [] });
  });

  test('with the target pod changes Pods when they are created, and neither later nor in templates', () => {
    const program = programOf(mutationPolicy(`[${label('a', '1')}]`, 'p', '  target: pod\n'));
    const deployment = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'd', namespace: 'shop' },
      spec: { template: { spec: { containers: [] } } },
    };
    expect(run(program, { object: pod() }).patch).toHaveLength(1);
    expect(run(program, { object: pod(), oldObject: pod(), operation: 'UPDATE' }).patch).toEqual([]);
    expect(run(program, { object: deployment }).patch).toEqual([]);
  });

  test('that only audits says what it would change', () => {
    const result = run(mutationPolicy(`[${label('a', '1')}]`, 'p', '  enforcement: Audit\n'), {
      object: pod(),
    });
    expect(patchOf(result)).toEqual([]);
    expect(whoOf(result.reported)).toEqual(['p/a metadata.labels']);
  });

  const overridden = pod({}, { annotations: { 'override.abatis.dev/p': 'it knows better' } });
  test('that is overridden changes nothing, and says why', () => {
    const result = run(mutationPolicy(`[${label('a', '1')}]`, 'p', '  override: {}\n'), {
      object: overridden,
    });
    expect(patchOf(result)).toEqual([]);
    expect(result.reported).toMatchObject([
      { policy: 'p', mutation: 'a', overridden: { reason: 'it knows better' } },
    ]);
  });

  test('that knows no override is not overridden', () => {
    expect(run(mutationPolicy(`[${label('a', '1')}]`), { object: overridden }).patch).toHaveLength(1);
  });

  const exception = (policies: string, more = '') =>
    `apiVersion: abatis.dev/v1alpha1\nkind: PolicyException\nmetadata: {name: e, namespace: shop}\nspec: {policies: [${policies}], reason: until May${more}}\n`;
  test.each([
    ['of the policy', 'p', [], ['p/a metadata.labels', 'p/b metadata.labels']],
    ['of one mutation', 'p/a', ['add /metadata/labels {"b":"2"}'], ['p/a metadata.labels.a']],
  ])('is switched off by an exception %s', (_what, policies, patch, reported) => {
    const program = programOf(
      mutationPolicy(`[${label('a', '1')}, ${label('b', '2')}]`) + exception(policies),
    );
    const result = run(program, { object: pod() });
    expect(patchOf(result)).toEqual(patch);
    expect(whoOf(result.reported).map((line) => line.replace(/labels\.b$/, 'labels'))).toEqual(reported);
    expect(result.reported[0]?.exception).toMatchObject({ name: 'shop/e', reason: 'until May' });
  });

  test('is not switched off by an exception that has ended', () => {
    const program = programOf(
      mutationPolicy(`[${label('a', '1')}]`) + exception('p', ', expires: "2026-01-01T00:00:00Z"'),
    );
    expect(run(program, { object: pod() }).patch).toHaveLength(1);
  });

  test('is asked with the parameters of its binding', () => {
    const spec = '  parameters: {schema: {properties: {team: {type: string, default: none}}}}\n';
    const binding =
      'apiVersion: abatis.dev/v1alpha1\nkind: PolicyBinding\nmetadata: {name: b}\nspec: {policy: p, match: {namespaces: [shop]}, parameters: {team: blue}}\n';
    const mutation = '[{name: a, set: {path: metadata.labels.team, valueExpression: params.team}}]';
    const result = run(programOf(mutationPolicy(mutation, 'p', spec) + binding), { object: pod() });
    expect(patchOf(result)).toEqual(['add /metadata/labels {"team":"blue"}']);
    expect(result.applied[0]?.binding).toBe('b');
  });
});

describe('policies', () => {
  const chain =
    mutationPolicy(
      "[{name: m, when: \"object.?metadata.?labels.?b.orValue('') == 'x'\", set: {path: metadata.labels.a, value: x}}]",
      'a',
    ) + mutationPolicy(`[${label('b', 'x')}]`, 'b');

  test('build on each other whatever their names', () => {
    const result = run(chain, { object: pod() });
    expect(patchOf(result)).toEqual(['add /metadata/labels {"b":"x","a":"x"}']);
  });

  test('match what others made of the object', () => {
    const result = run(
      mutationPolicy(`[${label('late', 'yes')}]`, 'a', '  match: {objectSelector: {matchLabels: {b: x}}}\n') +
        mutationPolicy(`[${label('b', 'x')}]`, 'b'),
      { object: pod() },
    );
    expect(patchOf(result)).toEqual(['add /metadata/labels {"b":"x","late":"yes"}']);
  });

  test('that fight are an error that names both, and change nothing; others do', () => {
    const fighting =
      mutationPolicy(`[${label('tier', 'gold', 'gold')}]`, 'one', '  enforcement: Deny\n') +
      mutationPolicy(`[${label('tier', 'silver', 'silver')}]`, 'two') +
      mutationPolicy(`[${label('other', 'x')}]`, 'three');
    const result = run(fighting, { object: pod() });
    const message =
      '`one/gold` and `two/silver` fight: each changes `metadata.labels.tier` back, and the object never comes to rest';
    expect(result.errors).toEqual([
      { policy: 'one', mutation: 'gold', message, action: 'Deny', denies: true, unknown: false },
      { policy: 'two', mutation: 'silver', message, action: 'Warn', denies: false, unknown: false },
    ]);
    expect(result.allowed).toBe(false);
    expect(patchOf(result)).toEqual(['add /metadata/labels {"other":"x"}']);
  });

  test('one that does not come to rest by itself is an error of its own', () => {
    const result = run(
      mutationPolicy('[{name: m, jsonPatch: [{op: add, path: /spec/containers/-, value: {name: log}}]}]'),
      { object: pod() },
    );
    expect(result.errors.map(({ message }) => message)).toEqual([
      '`p/m` does not come to rest: made again, it changes `spec.containers[11]` again'.replace('11', '10'),
    ]);
    expect(result.patch).toEqual([]);
  });

  test('make all of their mutations or none', () => {
    const result = run(
      mutationPolicy(
        `[${label('a', '1')}, {name: bad, set: {path: metadata.labels.b, valueExpression: object.spec.nowhere}}]`,
      ) + mutationPolicy(`[${label('other', 'x')}]`, 'q'),
      { object: pod() },
    );
    expect(result.errors).toMatchObject([
      { policy: 'p', mutation: 'bad', message: expect.stringContaining('nowhere') },
    ]);
    expect(patchOf(result)).toEqual(['add /metadata/labels {"other":"x"}']);
  });

  test.each([
    ['Deny', 'Fail', true],
    ['Deny', 'Ignore', false],
    ['Warn', 'Fail', false],
  ])('that fail under %s and %s deny: %s', (enforcement, failurePolicy, denies) => {
    const result = run(
      mutationPolicy(
        '[{name: m, set: {path: metadata.labels.b, valueExpression: object.nowhere}}]',
        'p',
        `  enforcement: ${enforcement}\n  failurePolicy: ${failurePolicy}\n`,
      ),
      { object: pod() },
    );
    expect(result).toMatchObject({ allowed: !denies, patch: [], errors: [{ denies }] });
  });

  test('leave open what the context does not know', () => {
    const result = run(
      mutationPolicy(
        '[{name: m, set: {path: metadata.labels.b, valueExpression: request.userInfo.username}}]',
      ),
      { object: pod() },
    );
    expect(result).toMatchObject({ allowed: true, patch: [], errors: [{ unknown: true }] });
  });
});

describe('what an object is', () => {
  test.each([
    ['its name', 'each: $, set: {path: metadata.name, value: x}', 'metadata.name'],
    ['its kind', 'each: $, merge: {kind: Secret}', 'kind'],
    [
      'its metadata as a whole',
      'jsonPatch: [{op: replace, path: /metadata, value: {labels: {}}}]',
      'metadata.name',
    ],
    ['its status', 'each: $, set: {path: status.phase, value: Running}', 'status'],
  ])('%s is not changed', (_what, mutation, field) => {
    const result = run(mutationPolicy(`[{name: m, ${mutation}}]`), { object: pod() });
    expect(result).toMatchObject({
      patch: [],
      errors: [{ message: `\`${field}\` cannot be changed by a policy` }],
    });
  });

  test.each([
    ['set', pod(), `each: $, set: {path: 'metadata.annotations["override.abatis.dev/q"]', value: x}`],
    [
      'taken away',
      pod({}, { annotations: { 'override.abatis.dev/q': 'x' } }),
      'remove: metadata.annotations',
    ],
  ])('an override is not %s', (_what, object, mutation) => {
    const result = run(mutationPolicy(`[{name: m, ${mutation}}]`), { object });
    expect(result).toMatchObject({
      patch: [],
      errors: [{ message: expect.stringContaining('an override is set') }],
    });
  });
});

describe('hostile', () => {
  test.each([
    [
      'a patch that doubles the object forty times',
      `[{name: m, jsonPatch: [${Array.from({ length: 40 }, (_x, index) => `{op: copy, from: /spec, path: /spec/a${index}}`).join(', ')}]}]`,
      'MiB',
    ],
    [
      'an object put into each of its parts',
      '[{name: m, each: "$.spec.containers[*]", set: {path: x, valueExpression: object}}]',
      'MiB',
    ],
  ])('%s is an error', (_what, mutations, message) => {
    const containers = Array.from({ length: 2000 }, (_x, index) => ({
      name: `c${index}`,
      image: 'x'.repeat(50),
    }));
    const result = run(mutationPolicy(mutations), { object: pod({ containers }) });
    expect(result).toMatchObject({ patch: [], errors: [{ message: expect.stringContaining(message) }] });
  });

  test('nesting that grows is an error', () => {
    const deep = `${'{"a": '.repeat(60)}1${'}'.repeat(60)}`;
    const nested = (levels: number): JsonObject => (levels === 0 ? {} : { a: nested(levels - 1) });
    const path = `spec${'.a'.repeat(50)}.b`;
    const result = run(mutationPolicy(`[{name: m, set: {path: ${path}, value: ${deep}}}]`), {
      object: pod(nested(50)),
    });
    expect(result.errors).toMatchObject([{ message: expect.stringContaining('levels deep') }]);
  });

  test('ten thousand items are mutated in one go', () => {
    const containers = Array.from({ length: 10_000 }, (_x, index) => ({ name: `c${index}` }));
    const result = run(
      mutationPolicy('[{name: m, each: "$.spec.containers[*]", set: {path: tty, value: true}}]'),
      { object: pod({ containers }) },
    );
    expect(result.patch).toHaveLength(10_000);
  });
});

const names = ['a', 'b', 'c'];
const mutationText = fc.oneof(
  fc
    .tuple(fc.constantFrom(...names), fc.constantFrom('x', 'y'))
    .map(([key, value]) => `{name: NAME, set: {path: data.${key}, value: ${value}}}`),
  fc
    .tuple(fc.constantFrom(...names), fc.constantFrom('x', 'y'))
    .map(([key, value]) => `{name: NAME, set: {path: data.${key}, value: ${value}, ifMissing: true}}`),
  fc.constantFrom(...names).map((key) => `{name: NAME, remove: data.${key}}`),
  fc
    .tuple(fc.constantFrom(...names), fc.constantFrom(...names))
    .map(
      ([from, to]) =>
        `{name: NAME, when: "has(object.data.${from})", merge: {data: {${to}: z}, metadata: {finalizers: [e.com/${from}]}}}`,
    ),
  fc
    .tuple(fc.constantFrom(...names), fc.constantFrom(...names))
    .map(([from, to]) => `{name: NAME, jsonPatch: [{op: move, from: /data/${from}, path: /data/${to}}]}`),
);
const policyTexts = fc
  .array(fc.array(mutationText, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 4 })
  .map((list) =>
    list.map((mutations, index) =>
      mutationPolicy(
        `[${mutations.map((text, at) => text.replace('NAME', `m${at}`)).join(', ')}]`,
        `p${index}`,
      ),
    ),
  );
const configMaps = fc
  .dictionary(fc.constantFrom(...names), fc.constantFrom('x', 'y'))
  .map((data) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', namespace: 'shop' }, data }));

describe('whatever the policies', () => {
  test('the patch gives the object, a second time changes nothing, and their order in files is no matter', () => {
    fc.assert(
      fc.property(policyTexts, configMaps, (texts, object) => {
        const result = run(texts.join(''), { object });
        const turned = run(texts.toReversed().join(''), { object });
        const others = mutationPolicy(`[${label('x', 'y')}]`, 'p00', '  match: {kinds: [Secret]}\n');
        const among = run(others + texts.join(''), { object });

        expect(turned).toEqual(result);
        expect(among).toEqual(result);
      }),
      { numRuns: 150 },
    );
  });
});
