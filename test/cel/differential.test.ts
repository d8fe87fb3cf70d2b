import {
  type CelInput,
  celEnv,
  isCelError,
  isCelList,
  isCelMap,
  isCelUint,
  parse,
  plan,
} from '@bufbuild/cel';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  Budget,
  BYTES,
  CelError,
  compile,
  Double,
  describe as describeValue,
  double,
  environment,
  INT,
  int,
  listType,
  MapValue,
  mapType,
  STRING,
  Uint,
  type Value,
} from '../../src/cel/index.ts';

// What both speak: the core of the language, on the same variables.
const ours = environment({
  plain: true,
  variables: { i: INT, s: STRING, l: listType(INT), m: mapType(STRING, INT), y: BYTES },
});
const theirs = celEnv();
const activation: Record<string, Value> = {
  i: 7,
  s: 'héllo',
  l: [3, 1, 2],
  m: { a: 1, b: 2 },
  y: new Uint8Array([1, 255]),
};
const bindings: Record<string, CelInput> = {
  i: 7n,
  s: 'héllo',
  l: [3n, 1n, 2n],
  m: new Map([
    ['a', 1n],
    ['b', 2n],
  ]),
  y: new Uint8Array([1, 255]),
};

type Kind = 'int' | 'uint' | 'double' | 'bool' | 'string' | 'list' | 'map';

/**
 * Random well-typed expressions, by type. The other implementation fails on the greatest uint divided by one, and
 * has the least int modulo -1 be zero, which cel-go calls an overflow; empty lists have no type to be random in.
 */
const expressions = fc.letrec<Record<Kind, string>>((tie) => {
  const binary = (kind: Kind, operators: readonly string[], other: Kind = kind): fc.Arbitrary<string> =>
    fc
      .tuple(tie(kind), fc.constantFrom(...operators), tie(other))
      .map(([a, operator, b]) => `(${a} ${operator} ${b})`);
  const ternary = (kind: Kind): fc.Arbitrary<string> =>
    fc.tuple(tie('bool'), tie(kind), tie(kind)).map(([c, a, b]) => `(${c} ? ${a} : ${b})`);
  const one = (kind: Kind, make: (inner: string) => string): fc.Arbitrary<string> => tie(kind).map(make);
  const depth = { maxDepth: 5, withCrossShrink: true };
  const order = ['<', '<=', '>', '>=', '==', '!='];
  return {
    int: fc.oneof(
      depth,
      fc.constantFrom(
        '0',
        '1',
        '-1',
        '2',
        '7',
        'i',
        '9223372036854775807',
        '-9223372036854775807',
        '9007199254740993',
      ),
      binary('int', ['+', '-', '*', '/', '%']),
      ternary('int'),
      one('string', (s) => `size(${s})`),
      one('list', (l) => `${l}.size()`),
      one('double', (d) => `int(${d})`),
      one('uint', (u) => `int(${u})`),
      fc.tuple(tie('list'), tie('int')).map(([l, i]) => `${l}[${i}]`),
      fc.constantFrom('m.a', 'm["b"]', 'm.nope'),
    ),
    uint: fc.oneof(
      depth,
      fc.constantFrom('0u', '1u', '7u', '9007199254740993u'),
      binary('uint', ['+', '-', '*', '/', '%']),
      one('int', (i) => `uint(${i})`),
    ),
    double: fc.oneof(
      depth,
      fc.constantFrom('0.0', '1.5', '-2.0', '1e300', '0.1'),
      binary('double', ['+', '-', '*', '/']),
      one('int', (i) => `double(${i})`),
    ),
    bool: fc.oneof(
      depth,
      fc.constantFrom('true', 'false'),
      binary('bool', ['&&', '||', '==', '!=']),
      one('bool', (b) => `!${b}`),
      binary('int', order),
      binary('uint', order),
      binary('string', order),
      binary('list', ['==', '!=']),
      binary('int', ['in'], 'list'),
      binary('string', ['in'], 'map'),
      fc
        .tuple(tie('string'), fc.constantFrom('startsWith', 'endsWith', 'contains'), tie('string'))
        .map(([a, f, b]) => `${a}.${f}(${b})`),
      fc
        .tuple(
          tie('list'),
          fc.constantFrom('all', 'exists', 'exists_one'),
          tie('int'),
          fc.constantFrom(...order),
        )
        .map(([l, macro, i, operator]) => `${l}.${macro}(x, x ${operator} ${i})`),
      one('map', (m) => `has(${m}.a)`),
    ),
    string: fc.oneof(
      depth,
      fc.constantFrom('""', '"a"', '"é😀"', 's', '"\\u00ff"'),
      binary('string', ['+']),
      one('int', (i) => `string(${i})`),
      one('bool', (b) => `string(${b})`),
      ternary('string'),
    ),
    list: fc.oneof(
      depth,
      fc.constantFrom('l', '[1, 2, 3]', '[1].filter(x, x > 1)'),
      fc.array(tie('int'), { minLength: 1, maxLength: 3 }).map((items) => `[${items.join(', ')}]`),
      binary('list', ['+']),
      fc
        .tuple(tie('list'), tie('int'), fc.constantFrom('+', '-', '*', '/'))
        .map(([l, i, operator]) => `${l}.map(x, x ${operator} ${i})`),
      fc.tuple(tie('list'), tie('int')).map(([l, i]) => `${l}.filter(x, x < ${i})`),
    ),
    map: fc.oneof(
      depth,
      fc.constantFrom('m', '{"a": 1}'),
      fc.tuple(tie('string'), tie('int')).map(([k, v]) => `{${k}: ${v}}`),
    ),
  };
});

/** A value of theirs as one of ours. */
function convert(value: unknown): Value {
  if (typeof value === 'bigint') return int(value);
  if (typeof value === 'number') return double(value);
  if (isCelUint(value as never)) return new Uint((value as { value: bigint }).value);
  if (isCelList(value)) return [...(value as Iterable<unknown>)].map(convert);
  if (isCelMap(value)) {
    const map = new MapValue();
    for (const [key, entry] of value as Iterable<readonly [unknown, unknown]>)
      map.set(convert(key), convert(entry));
    return map;
  }
  return value as Value;
}

const outcome = (value: Value): string => {
  if (value instanceof Double) return `${value.value}`;
  return typeof value === 'number' && Number.isNaN(value) ? 'NaN' : describeValue(value);
};

test('random well-typed expressions mean the same to @bufbuild/cel', () => {
  const any = fc.oneof(
    expressions.int,
    expressions.uint,
    expressions.bool,
    expressions.string,
    expressions.list,
    expressions.double,
  );
  fc.assert(
    fc.property(any, (source) => {
      const compiled = compile(source, ours);
      expect(compiled, source).toMatchObject({ ok: true });
      if (!compiled.ok) return;
      const mine = compiled.program.evaluate(activation, new Budget(1e9, 1e9));
      const other = plan(theirs, parse(source))(bindings as never) as unknown;
      const expected = isCelError(other) ? 'error' : outcome(convert(other));
      expect(mine instanceof CelError ? 'error' : outcome(mine), source).toBe(expected);
    }),
    { numRuns: 2000, seed: 20_240_229 },
  );
}, 60_000);
