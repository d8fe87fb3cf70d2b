import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Double, parseExact, parseNumber, toDouble } from '../../src/json/index.ts';

describe('parseExact', () => {
  test.each<[string, unknown]>([
    ['1', 1],
    ['0', 0],
    ['-7', -7],
    ['1.5', 1.5],
    ['-0.25', -0.25],
    ['1.0', new Double(1)],
    ['1.000', new Double(1)],
    ['-3.0', new Double(-3)],
    ['1e3', new Double(1000)],
    ['1E3', new Double(1000)],
    ['1e+3', new Double(1000)],
    ['12.5e1', new Double(125)],
    ['1e-3', 0.001],
    ['10e-1', new Double(1)],
    ['9007199254740991', 9007199254740991],
    ['9007199254740992', 9007199254740992n],
    ['9007199254740993', 9007199254740993n],
    ['-9007199254740993', -9007199254740993n],
    ['9223372036854775807', 9223372036854775807n],
    ['-9223372036854775808', -9223372036854775808n],
    ['9223372036854775808', new Double(2 ** 63)],
    ['100000000000000000000000', new Double(1e23)],
    ['9007199254740993.5', new Double(9007199254740994)],
    ['0.99999999999999999999', new Double(1)],
    ['0.0', new Double(0)],
  ])('reads the number %s', (source, value) => {
    expect(parseExact(source)).toStrictEqual(value);
    expect(parseExact(`[${source}]`)).toStrictEqual([value]);
    expect(parseExact(`{"a":${source},"b":"c"}`)).toStrictEqual({ a: value, b: 'c' });
    expect(parseExact(`{"a": [ ${source} , null ]\n}`)).toStrictEqual({ a: [value, null] });
    expect(parseNumber(source)).toStrictEqual(value);
  });

  test('takes minus zero for the int it is', () => {
    expect(Object.is(parseNumber('-0'), 0)).toBe(true);
  });

  test.each([
    '{"a":"1.0","b":"1e3,","c":"9007199254740993]"}',
    '{"last":"{\\"n\\":1.0}","n":1}',
    '{"uid":"8cee4404-9b9e-4752","ip":"10.0.0.1"}',
    '"1e5"',
    'true',
    '{}',
  ])('leaves strings that look like numbers alone: %s', (text) => {
    expect(parseExact(text)).toStrictEqual(JSON.parse(text));
  });

  test('keeps odd keys as own properties', () => {
    const parsed = parseExact('{"__proto__":{"x":1.0},"constructor":2}') as object;
    expect(Object.keys(parsed)).toEqual(['__proto__', 'constructor']);
    expect(Object.getPrototypeOf(parsed)).toBe(Object.prototype);
  });

  test.each(['', '{', '[1.0', '1.', '01', '1.0.0', '--1', '{"a":1e}'])(
    'refuses what is not JSON: %s',
    (text) => {
      expect(() => parseExact(text)).toThrow(SyntaxError);
    },
  );

  test('refuses a document nested deeper than it can walk', () => {
    const depth = 200_000;
    expect(() => parseExact(`${'['.repeat(depth)}1.0${']'.repeat(depth)}`)).toThrow(SyntaxError);
  });

  test('agrees with JSON.parse wherever that loses nothing', () => {
    const value = fc.jsonValue({ maxDepth: 4 });
    fc.assert(
      fc.property(value, fc.constantFrom(undefined, 1, '\t'), (json, indent) => {
        const text = JSON.stringify(json, null, indent);
        const unboxed = (_: string, v: unknown) => (v instanceof Double ? v.value : v);
        const plain = JSON.stringify(parseExact(text), (key, v) =>
          typeof v === 'bigint' ? Number(v) : unboxed(key, v),
        );
        expect(plain).toBe(JSON.stringify(JSON.parse(text)));
      }),
    );
  });
});

describe('toDouble', () => {
  test.each<[number, number | Double]>([
    [1, new Double(1)],
    [0.5, 0.5],
    [Number.NaN, Number.NaN],
    [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
    [1e300, new Double(1e300)],
  ])('represents the double %d', (value, expected) => {
    expect(toDouble(value)).toStrictEqual(expected);
  });
});
