import { describe, expect, test } from 'vitest';
import { type CompileOptions, compile, vocabulary } from '../../src/compile/index.ts';
import { answer, evaluate } from '../../src/engine/index.ts';
import { load } from '../../src/load/index.ts';
import type { JsonObject } from '../../src/model/index.ts';
import { inputOf, programOf, type Request } from './world.ts';

const day = (text: string): number => Date.parse(`${text}T12:00:00Z`);

/** A policy that denies two things, and exceptions, each as `namespace/name` and the rest of its spec. */
function documents(exceptions: Readonly<Record<string, string>>, spec = ''): string {
  const policy = `apiVersion: abatis.dev/v1alpha1
kind: Policy
metadata: {name: p}
spec:
  enforcement: Deny
${spec}
  rules:
    - {name: a, forbid: data.a, message: has a}
    - {name: b, forbid: data.b, message: has b}`;
  const others = Object.entries(exceptions).map(([key, exception]) => {
    const [namespace, name] = key.split('/');
    return `apiVersion: abatis.dev/v1alpha1
kind: PolicyException
metadata: {name: ${name}, namespace: ${namespace}}
spec: {reason: why, ${exception}}`;
  });
  return [policy, ...others].join('\n---\n');
}

const config = (namespace = 'shop', data: JsonObject = { a: '1', b: '2' }): JsonObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'c', namespace, labels: { app: 'legacy' } },
  data,
});

const role: JsonObject = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRole',
  metadata: { name: 'x' },
  data: { a: '1' },
};

const namespace: JsonObject = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: 'shop' },
  data: { a: '1' },
};

function decide(
  exceptions: Readonly<Record<string, string>>,
  request: Request,
  { at = '2026-11-21', spec = '', options = {} as CompileOptions } = {},
) {
  return evaluate(programOf(documents(exceptions, spec), options), inputOf(request), day(at));
}

function run(...parameters: Parameters<typeof decide>): readonly string[] {
  return decide(...parameters).findings.map(
    ({ action, rule, exception, assumed }) =>
      `${action} ${rule}${exception === undefined ? '' : ` ${exception.state} ${exception.name}`}${assumed ? ' ?' : ''}`,
  );
}

const both = ['Audit a Active shop/e', 'Audit b Active shop/e'];

describe('an exception', () => {
  test.each<[string, Readonly<Record<string, string>>, Request, readonly string[]]>([
    ['lets a policy be broken', { 'shop/e': 'policies: [p]' }, { object: config() }, both],
    [
      'lets a rule be broken',
      { 'shop/e': 'policies: [p/b]' },
      { object: config() },
      ['Deny a', 'Audit b Active shop/e'],
    ],
    ['of both its rules', { 'shop/e': 'policies: [p/a, p/b]' }, { object: config() }, both],
    ['of a rule and of all', { 'shop/e': 'policies: [p/a, p]' }, { object: config() }, both],
    [
      'may leave a warning',
      { 'shop/e': 'policies: [p], action: Warn' },
      { object: config() },
      ['Warn a Active shop/e', 'Warn b Active shop/e'],
    ],
    ['is for its own namespace', { 'other/e': 'policies: [p]' }, { object: config() }, ['Deny a', 'Deny b']],
    [
      'in the namespace of Abatis is for all',
      { 'abatis-system/e': 'policies: [p]' },
      { object: config() },
      ['Audit a Active abatis-system/e', 'Audit b Active abatis-system/e'],
    ],
    [
      'in the namespace of Abatis is for cluster-scoped objects',
      { 'abatis-system/e': 'policies: [p]' },
      { object: role },
      ['Audit a Active abatis-system/e'],
    ],
    [
      'in a namespace is not for the Namespace',
      { 'shop/e': 'policies: [p]' },
      { object: namespace },
      ['Deny a'],
    ],
    [
      'in the namespace of Abatis is for a Namespace',
      { 'abatis-system/e': 'policies: [p], match: {names: [shop]}' },
      { object: namespace },
      ['Audit a Active abatis-system/e'],
    ],
    [
      'is for what it matches',
      { 'shop/e': 'policies: [p], match: {kinds: [Secret]}' },
      { object: config() },
      ['Deny a', 'Deny b'],
    ],
    [
      'matches by labels',
      { 'shop/e': 'policies: [p], match: {objectSelector: {matchLabels: {app: legacy}}}' },
      { object: config() },
      both,
    ],
    [
      'matches who asks',
      { 'shop/e': 'policies: [p], match: {subjects: [{kind: User, name: ada}]}' },
      { object: config(), user: { username: 'bob', groups: [] } },
      ['Deny a', 'Deny b'],
    ],
    [
      'is taken to match where that is not known',
      { 'shop/e': 'policies: [p], match: {subjects: [{kind: User, name: ada}]}' },
      { object: config() },
      ['Audit a Active shop/e ?', 'Audit b Active shop/e ?'],
    ],
    [
      'that ends says so in its last week',
      { 'shop/e': 'policies: [p], expires: 2026-11-28T11:00:00Z' },
      { object: config() },
      ['Audit a Expiring shop/e', 'Audit b Expiring shop/e'],
    ],
    [
      'that has ended lets nothing through',
      { 'shop/e': 'policies: [p], expires: 2026-11-21T12:00:00Z' },
      { object: config() },
      ['Deny a Expired shop/e', 'Deny b Expired shop/e'],
    ],
    [
      'that has ended is not in the way of one that holds',
      { 'shop/e': 'policies: [p], expires: 2026-01-01T00:00:00Z', 'shop/f': 'policies: [p/b]' },
      { object: config() },
      ['Deny a Expired shop/e', 'Audit b Active shop/f'],
    ],
    [
      'that leaves least counts',
      { 'shop/e': 'policies: [p], action: Warn', 'shop/f': 'policies: [p/b]' },
      { object: config() },
      ['Warn a Active shop/e', 'Audit b Active shop/f'],
    ],
    [
      'that lasts longest counts, of those that leave as much',
      { 'shop/e': 'policies: [p], expires: 2026-11-22T00:00:00Z', 'shop/f': 'policies: [p]' },
      { object: config() },
      ['Audit a Active shop/f', 'Audit b Active shop/f'],
    ],
  ])('%s', (_, exceptions, request, expected) => {
    expect(run(exceptions, request)).toEqual(expected);
  });

  test('lets the deletion through that it is about', () => {
    const exceptions = { 'shop/e': 'policies: [p], match: {operations: [DELETE]}' };
    const spec = '  match: {kinds: [ConfigMap], operations: ["*"]}';
    expect(run(exceptions, { operation: 'DELETE', oldObject: config() }, { spec })).toEqual(both);
    expect(run(exceptions, { object: config() }, { spec })).toEqual(['Deny a', 'Deny b']);
  });

  test('reaches everything from whatever namespace Abatis is in', () => {
    const options = { namespace: 'security' };
    const exceptions = { 'security/e': 'policies: [p]', 'abatis-system/f': 'policies: [p]' };
    expect(run(exceptions, { object: config() }, { options })[0]).toBe('Audit a Active security/e');
  });
});

describe('the answer', () => {
  const object = config('shop', { a: '1' });

  test('has what was let through in the audit annotations, whatever is left of it', () => {
    const line = 'p/a: has a, excepted by `shop/e` (OPS-12): why (data.a)';
    const audited = answer(decide({ 'shop/e': 'policies: [p], ticket: OPS-12' }, { object }));
    expect(audited).toEqual({ allowed: true, causes: [], warnings: [], auditAnnotations: { 'p.a': line } });
    const warned = answer(decide({ 'shop/e': 'policies: [p], ticket: OPS-12, action: Warn' }, { object }));
    expect(warned).toEqual({
      allowed: true,
      causes: [],
      warnings: [line],
      auditAnnotations: { 'p.a': line },
    });
  });

  test('warns of the end of an exception, once', () => {
    const exceptions = { 'shop/e': 'policies: [p], expires: 2026-11-25T00:00:00Z' };
    expect(answer(decide(exceptions, { object: config() })).warnings).toEqual([
      'exception `shop/e` ends on 2026-11-25; until then it lets through p/a, p/b',
    ]);
    expect(answer(decide(exceptions, { object: config() }, { at: '2026-11-01' })).warnings).toEqual([]);
  });

  test('says that an exception has ended', () => {
    const exceptions = { 'shop/e': 'policies: [p], expires: 2026-11-20T00:00:00Z' };
    expect(answer(decide(exceptions, { object }))).toMatchObject({
      message: 'p/a: has a, exception `shop/e` expired on 2026-11-20 (data.a)',
      auditAnnotations: {},
    });
  });

  test('lets an error pass of a policy that is excepted as a whole, and of none other', () => {
    const spec = '  match: {conditions: [{name: c, expression: object.missing == 1}]}';
    expect(decide({ 'shop/e': 'policies: [p]' }, { object }, { spec }).allowed).toBe(true);
    expect(decide({ 'shop/e': 'policies: [p/a]' }, { object }, { spec }).allowed).toBe(false);
  });
});

describe('an exception that lets nothing through says so, and is in nobody’s way', () => {
  test.each([
    ['policies: [q]', '', 'AB1401 q: there is no policy `q` (it lets nothing through)'],
    ['policies: [p/c, p]', '', 'AB1402 p/c: policy `p` has no rule `c` (it lets nothing through)'],
    [
      'policies: [p]',
      '  exceptions: Forbid',
      'AB1404 p: policy `p` allows no exceptions (its `spec.exceptions` is Forbid)',
    ],
  ])('%s', (exception, spec, expected) => {
    const text = documents({ 'shop/e': exception }, spec);
    const loaded = load([{ file: 'e.yaml', text }], vocabulary);
    const compiled = compile(loaded);
    expect(loaded.diagnostics).toEqual([]);
    expect(compiled.ok).toBe(true);
    expect(
      compiled.diagnostics.map(
        ({ code, severity, message, help, span }) =>
          `${code} ${text.slice(span?.start.offset, span?.end.offset)}: ${message} (${help})${severity === 'warning' ? '' : severity}`,
      ),
    ).toEqual([expected]);
  });

  test('where the policy forbids exceptions', () => {
    const text = documents({ 'shop/e': 'policies: [p]' }, '  exceptions: Forbid');
    const compiled = compile(load([{ file: 'e.yaml', text }], vocabulary));
    if (!compiled.ok) throw new Error('not compiled');
    const { findings } = evaluate(compiled.program, inputOf({ object: config() }), day('2026-11-21'));
    expect(findings.map(({ action }) => action)).toEqual(['Deny', 'Deny']);
  });
});

describe('an exception must say', () => {
  test.each([
    ['{name: e}', '{policies: [p], reason: r}', 'AB1106', '`metadata.namespace` is missing'],
    ['{name: e, namespace: shop}', '{policies: [p]}', 'AB1106', '`spec.reason` is missing'],
    ['{name: e, namespace: shop}', '{policies: [p], reason: ""}', 'AB1111', '`spec.reason` is empty'],
    ['{name: e, namespace: shop}', '{reason: r}', 'AB1106', '`spec.policies` is missing'],
    ['{name: e, namespace: shop}', '{policies: [], reason: r}', 'AB1111', '`spec.policies` is empty'],
    ['{name: e, namespace: shop}', '{policies: [a/b/c], reason: r}', 'AB1112', '`a/b/c` is not a name'],
    [
      '{name: e, namespace: shop}',
      '{policies: [p], reason: r, expires: 2027}',
      'AB1109',
      '`spec.expires` must be text, not a number',
    ],
    [
      '{name: e, namespace: shop}',
      '{policies: [p], reason: r, expires: soon}',
      'AB1309',
      '`soon` is not a time',
    ],
    [
      '{name: e, namespace: shop}',
      '{policies: [p], reason: r, action: Deny}',
      'AB1110',
      '`Deny` is not a value of `spec.action`',
    ],
    [
      '{name: e, namespace: shop}',
      '{policies: [p], reason: r, until: x}',
      'AB1107',
      '`spec` has no field `until`',
    ],
    [
      '{name: e, namespace: shop, nmae: x}',
      '{policies: [p], reason: r}',
      'AB1107',
      '`metadata` has no field `nmae`',
    ],
  ])('%s %s', (metadata, spec, code, message) => {
    const text = `apiVersion: abatis.dev/v1alpha1\nkind: PolicyException\nmetadata: ${metadata}\nspec: ${spec}`;
    const { diagnostics } = load([{ file: 'e.yaml', text }], vocabulary);
    expect(diagnostics).toMatchObject([{ code, message }]);
  });
});
