import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { vocabulary } from '../../src/compile/index.ts';
import { lint } from '../../src/lint/index.ts';
import { load } from '../../src/load/index.ts';
import { catalogue, type Diagnostic } from '../../src/model/index.ts';
import { inputs } from '../cel/fuzzing.ts';

vi.setConfig({ testTimeout: 60_000 });

/** Everything that can be asked at once. */
const everything = { strict: true, portable: true, now: Date.UTC(2027, 0, 1) };

function linted(document: unknown): readonly Diagnostic[] {
  const text = JSON.stringify(document, null, 2);
  const loaded = load([{ file: 'p.json', text }], vocabulary);
  const found = lint(loaded, everything);
  for (const { code, message, span } of found) {
    expect(Object.hasOwn(catalogue, code)).toBe(true);
    expect(message).not.toBe('');
    if (span === undefined) throw new Error(`${code} has no place`);
    expect(span.start.offset).toBeLessThanOrEqual(span.end.offset);
    expect(span.end.offset).toBeLessThanOrEqual(text.length);
  }
  return found;
}

const policy = (spec: object) => ({
  apiVersion: 'abatis.dev/v1alpha1',
  kind: 'Policy',
  metadata: { name: 'p' },
  spec: { rules: [], ...spec },
});

test('any text is taken for an expression, wherever one may stand', () => {
  for (const source of inputs(500, 20_270_101)) {
    linted(
      policy({
        match: { kinds: ['Deployment'], conditions: [{ name: 'c', expression: source }] },
        variables: [{ name: 'v', expression: source }],
        facts: [{ name: 'f', lookup: { kind: 'v1/ConfigMap', nameExpression: source } }],
        rules: [
          { name: 'r', when: source, expression: `(${source}) == variables.v`, message: `{{ ${source} }}` },
          { name: 's', each: ['$.spec.template.spec.containers[*]'], expression: source },
        ],
        mutations: [{ name: 'm', when: source, set: { path: 'metadata.labels.a', valueExpression: source } }],
      }),
    );
  }
});

const path = fc.constantFrom(
  'object.spec.tls',
  'object.spec.rules',
  'object.metadata.labels',
  'object.metadata.labels.a',
  'oldObject.spec.tls',
  'object.spec.defaultBackend.service',
  'variables.a',
  'variables.b',
  'params.p',
  'object',
);

/** Expressions that compile more often than not. */
const { expression } = fc.letrec<{ expression: string; test: string }>((tie) => ({
  expression: fc.oneof(
    { depthSize: 'small' },
    path,
    fc.constantFrom('1', '"a"', '[]', '{}', 'null', 'now', 'request.operation'),
    tie('test'),
    tie('expression').map((of) => `dyn(${of}).size()`),
    fc.tuple(tie('expression'), tie('expression')).map(([of, key]) => `dyn(${of})[${key}]`),
    fc
      .tuple(tie('expression'), fc.constantFrom('a', 'tls', 'spec'))
      .map(([of, name]) => `dyn(${of}).${name}`),
    fc
      .tuple(tie('expression'), fc.constantFrom('a', 'tls'))
      .map(([of, name]) => `dyn(${of}).?${name}.orValue([])`),
    fc
      .tuple(tie('test'), tie('expression'), tie('expression'))
      .map(([a, b, c]) => `(${a} ? dyn(${b}) : dyn(${c}))`),
  ),
  test: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom('true', 'has(object.spec.tls)', 'oldObject == null', 'request.operation == "UPDATE"'),
    fc.tuple(tie('expression'), tie('expression')).map(([a, b]) => `dyn(${a}) == dyn(${b})`),
    fc.tuple(tie('test'), fc.constantFrom('&&', '||'), tie('test')).map(([a, op, b]) => `(${a} ${op} ${b})`),
    tie('test').map((of) => `!${of}`),
    fc
      .tuple(tie('expression'), fc.constantFrom('all', 'exists', 'exists_one'), tie('test'))
      .map(([of, fold, inner]) => `dyn(${of}).${fold}(x, ${inner} && dyn(x) != null)`),
    fc.tuple(tie('expression'), path).map(([of, at]) => `${at} in dyn(${of})`),
  ),
}));

test('any expressions that read one another are looked through', () => {
  let whole = 0;
  fc.assert(
    fc.property(fc.array(expression, { minLength: 5, maxLength: 5 }), ([a, b, when, check, set]) => {
      const found = linted(
        policy({
          match: { kinds: ['Ingress', 'Service'], operations: ['*'] },
          parameters: { schema: { type: 'object', properties: { p: { type: 'integer', default: 1 } } } },
          variables: [
            { name: 'a', expression: a?.replaceAll(/variables\.[ab]/g, 'object.spec.rules') },
            { name: 'b', expression: b?.replaceAll('variables.b', 'variables.a') },
          ],
          rules: [{ name: 'r', when: `dyn(${when}) == true`, expression: `dyn(${check}) == true` }],
          mutations: [{ name: 'm', set: { path: 'metadata.labels.a', valueExpression: set } }],
        }),
      );
      if (found.every(({ severity }) => severity !== 'error')) whole++;
    }),
    { numRuns: 200 },
  );
  expect(whole).toBeGreaterThan(50);
});

describe('what would take long if it were followed to its end', () => {
  const chain = (length: number, of: (before: string) => string) =>
    Array.from({ length }, (_, index) => ({
      name: `v${index}`,
      expression: index === 0 ? 'object.spec.tls' : of(`variables.v${index - 1}`),
    }));

  test.each([
    ['variables that double', chain(60, (before) => `dyn(${before}) == dyn(${before})`)],
    [
      'variables that ask of each other',
      chain(60, (before) => `dyn(${before}) == true && dyn(${before}) == true`),
    ],
    ['a long chain', chain(200, (before) => before)],
  ])('%s', (_, variables) => {
    const last = variables.at(-1)?.name;
    const began = performance.now();
    linted(
      policy({
        match: { kinds: ['Ingress'] },
        variables,
        rules: [{ name: 'r', expression: `dyn(variables.${last}) == true` }],
      }),
    );
    // A hundred times what a quiet machine takes.
    expect(performance.now() - began).toBeLessThan(20_000);
  });

  test.each([
    ['sides', Array(500).fill('has(object.spec.tls)').join(' && ')],
    ['negations', `${'!'.repeat(2000)}true`],
    ['brackets', `${'('.repeat(100)}object.spec.tls.size() > 0${')'.repeat(100)}`],
    ['folds', `${'[1].all(a, '.repeat(30)}object.spec.tls.size() > 0${')'.repeat(30)}`],
    ['ternaries', `${'object.spec.tls.size() > 0 ? '.repeat(60)}true${' : false'.repeat(60)}`],
  ])('many %s', (_, source) => {
    const began = performance.now();
    linted(policy({ match: { kinds: ['Ingress'] }, rules: [{ name: 'r', expression: source }] }));
    expect(performance.now() - began).toBeLessThan(20_000);
  });
});

test.each(['constructor', 'toString', 'hasOwnProperty', 'valueOf'])(
  '%s means nothing, whatever it means to JavaScript',
  (name) => {
    const codes = linted(
      policy({
        match: { kinds: ['Service'], objectSelector: { matchLabels: { [name]: 'a' } } },
        exclude: { names: [name] },
        parameters: {
          schema: {
            type: 'object',
            properties: { [name]: { type: 'string', default: 'a', description: 'd' } },
          },
        },
        rules: [
          { name: 'r', message: 'm', help: 'h', each: ['containers'], forbid: [name] },
          { name: 's', message: 'm', help: 'h', require: [`spec.${name}`, `metadata.labels.${name}`] },
          { name: 't', message: 'm', help: 'h', expression: `object.spec.${name} == "a"` },
        ],
      }),
    ).map(({ code }) => code);
    expect(codes).toEqual(expect.arrayContaining(['AB1613', 'AB1609', 'AB1306']));
  },
);
