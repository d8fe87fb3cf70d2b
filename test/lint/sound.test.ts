import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import type { JsonObject } from '../../src/model/index.ts';
import { judge, policyText, programOf } from '../engine/world.ts';
import { about, diagnosticsOf } from './linting.ts';

vi.setConfig({ testTimeout: 60_000 });

// What lint calls certain must be: it is tried on objects.

const values = ['', 'x', 'y', 'z'];
const value = fc.constantFrom(...values);
const field = fc.constantFrom('object.data.a', 'object.data["a"]', 'object.data.b', 'variables.v');

const atom = fc.oneof(
  fc.tuple(field, fc.constantFrom('==', '!='), value).map(([left, op, right]) => `${left} ${op} '${right}'`),
  fc
    .tuple(field, fc.constantFrom('<', '<=', '>', '>=', '==', '!='), fc.integer({ min: -1, max: 2 }))
    .map(([left, op, right]) => `size(${left}) ${op} ${right}`),
  fc.constantFrom('true', 'false', '1 < 2', '"a" == "b"', 'size("ab") > 3', '"x" in object.data'),
);

const { expression } = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    atom,
    fc
      .tuple(tie('expression'), fc.constantFrom('&&', '||'), tie('expression'))
      .map(([left, op, right]) => `(${left}) ${op} (${right})`),
    fc
      .tuple(atom, fc.constantFrom('&&', '||'), atom, fc.constantFrom('&&', '||'), atom)
      .map(([a, op, b, other, c]) => `${a} ${op} ${b} ${other} ${c}`),
    tie('expression').map((inner) => `!(${inner})`),
    fc
      .tuple(tie('expression'), tie('expression'), tie('expression'))
      .map(([condition, yes, no]) => `(${condition}) ? (${yes}) : (${no})`),
    fc
      .tuple(fc.constantFrom('all', 'exists'), tie('expression'))
      .map(([fold, inner]) => `object.data.${fold}(k, ${inner.replaceAll('variables.v', 'object.data[k]')})`),
  ),
}));

const objects = values.flatMap((a) =>
  values.map(
    (b): JsonObject => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'n' }, data: { a, b } }),
  ),
);

/** Whether a policy with the check finds an object. */
function finds(policy: string): (object: JsonObject) => boolean {
  const program = programOf(policy);
  return (object) => {
    const { errors, findings } = judge(program, { object });
    expect(errors).toEqual([]);
    return findings.length > 0;
  };
}

test('an expression that lint calls always or never true is', () => {
  let told = 0;
  fc.assert(
    fc.property(expression, (source) => {
      const variables = '  variables: [{name: v, expression: object.data.a}]\n';
      const policy = policyText(`${variables}${about('ConfigMap', `expression: ${JSON.stringify(source)}`)}`);
      const codes = diagnosticsOf(policy).map(({ code }) => code);
      const isNeverFound = codes.includes('AB1601');
      const isAlwaysFound = codes.includes('AB1602');
      if (!isNeverFound && !isAlwaysFound) return;
      told++;
      expect(objects.map(finds(policy))).toEqual(objects.map(() => isAlwaysFound));
    }),
    { numRuns: 800 },
  );
  expect(told).toBeGreaterThan(50);
});

const bound = fc.integer({ min: 0, max: 3 });
const scalar = fc.constantFrom<unknown>('', 'x', 'long', 0, 2, true, null);

const { schema } = fc.letrec<{ schema: unknown }>((tie) => ({
  schema: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.boolean(),
    fc.record(
      {
        type: fc.constantFrom('string', 'object', 'array', 'integer'),
        minLength: bound,
        maxLength: bound,
        minProperties: bound,
        maxProperties: bound,
        minItems: bound,
        maxItems: bound,
        minimum: bound,
        maximum: bound,
      },
      { requiredKeys: [] },
    ),
    fc.record({ type: fc.constantFrom('string', 'integer', 'boolean'), const: scalar }),
    fc.record({ enum: fc.array(scalar, { minLength: 1 }), type: fc.constantFrom('string', 'boolean') }),
    fc.record({ allOf: fc.array(tie('schema'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ anyOf: fc.array(tie('schema'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ not: tie('schema') }),
    fc.record({ properties: fc.record({ s: tie('schema') }), description: fc.constant('d') }),
    fc.record({
      required: fc.constant(['s']),
      properties: fc.record({ s: tie('schema') }),
      type: fc.constant('object'),
    }),
    fc.record({ items: tie('schema') }),
    fc.record({ additionalProperties: tie('schema'), title: fc.constant('t') }),
  ),
}));

const things = [
  undefined,
  '',
  'x',
  'long',
  0,
  2,
  3,
  true,
  false,
  [],
  ['x'],
  [1, 2, 3],
  {},
  { s: 1 },
  { s: 'x', t: {} },
];

test('a schema that lint calls met by every value, or by none, is', () => {
  let told = 0;
  fc.assert(
    fc.property(schema, (value) => {
      const check = `each: $.spec\nschema: ${JSON.stringify(value)}`;
      const policy = policyText(about('example.com/Thing', check));
      const diagnostics = diagnosticsOf(policy);
      if (diagnostics.some(({ severity }) => severity === 'error')) return;
      const codes = diagnostics.map(({ code }) => code);
      const isAlwaysFound = codes.includes('AB1602');
      if (!codes.includes('AB1601') && !isAlwaysFound) return;
      told++;
      const judged = finds(policy);
      for (const spec of things) {
        if (spec === undefined) continue;
        const object = { apiVersion: 'example.com/v1', kind: 'Thing', metadata: { name: 'n' }, spec };
        expect(judged(object as JsonObject), `${JSON.stringify(value)} of ${JSON.stringify(spec)}`).toBe(
          isAlwaysFound,
        );
      }
    }),
    { numRuns: 600 },
  );
  expect(told).toBeGreaterThan(20);
});
