import { describe, expect, test } from 'vitest';
import { Double } from '../../src/json/index.ts';
import { readDocuments } from '../../src/yaml/index.ts';

/** What `k: <scalar>` is read as. */
function read(scalar: string): unknown {
  const { documents, diagnostics } = readDocuments('x.yaml', `k: ${scalar}\n`);
  if (diagnostics.length > 0) return diagnostics.map(({ code }) => code).join();
  return (documents.at(0) as { value: { k: unknown } }).value.k;
}

// What sigs.k8s.io/yaml v1.6.0 makes of them (YAMLToJSON), and Kubernetes of its integers beyond int64.
describe('scalars without quotes, as kubectl reads them', () => {
  test.each<[unknown, string]>([
    [null, '~ null Null NULL'],
    [true, 'true True TRUE y Y yes Yes YES on On ON'],
    [false, 'false False FALSE n N no No NO off Off OFF'],
    [0, '0 -0 +0 00 0_ 0__ 0e0 .0 0.0 -0.0 1e-400'],
    [1, '1 +1 1_ 1. 1.0 +0b1'],
    [-1, '-1'],
    [7, '007 0_7 +0o7'],
    [8, '08'],
    [420, '0644 0o644'],
    [-420, '-0644'],
    [15, '0O17'],
    [-15, '-0o17'],
    [31, '0x1F 0X1f 0x_1F 0x1_F'],
    [16, '+0x10'],
    [-16, '-0x10'],
    [5, '0b101'],
    [3, '0B11'],
    [-3, '-0b11'],
    [42, '4_2'],
    [888, '0888'],
    [1000, '1_000 1__000 1e3 1E3 1e+3 010e2'],
    [1500, '1.5e3'],
    [0.5, '.5 +.5 .5_0 00.5'],
    [-0.5, '-.5'],
    [-500, '-.5e3'],
    [1.5, '1.50 01.5 +1.5'],
    [9.5, '09.5'],
    [10.5, '1_0.5'],
    [100, '.1e3'],
    [1.1, '1.10'],
    [0.1, '0.1 0.10'],
    [0.001, '1e-3'],
    [1e-8, '0.1e-7'],
    [123.45, '1_2_3.4_5'],
    [123456789, '123456.789e3'],
    [10_000_000_000, '1e1_0'],
    [9007199254740991, '9007199254740991'],
    [9007199254740993n, '9007199254740993'],
    [9223372036854775807n, '9223372036854775807 0x7fffffffffffffff'],
    [-9223372036854775808n, '-9223372036854775808'],
    [100000000000000000n, '1e17'],
    [new Double(2 ** 63), '9223372036854775808'],
    [new Double(2 ** 64), '18446744073709551615 18446744073709551616'],
    [new Double(-(2 ** 63)), '-9223372036854775809'],
    [new Double(1e20), '1e20'],
    [new Double(1e21), '1e21'],
  ])('%s: %s', (value, scalars) => {
    for (const scalar of scalars.split(' ')) expect([scalar, read(scalar)]).toEqual([scalar, value]);
  });

  test.each([
    'nULL tRUE yEs Nulls ~1 nan inf Infinity infinity _1 e3 1e .e3 ._5 .5x . + .. .1.2 .5. --1 +-1 1- 1+',
    '0x1p4 0o8 0b2 0xG 0x 0b 0o 0x1F.5 1e0x1 1,000 1e400 -1e400 1.2.3 100m 1Gi 1k = <<',
    '2001-01-01 2001-1-1 2001-01-01T00:00:00Z 2001-12-14t21:59:43.10-05:00 12:30 1:20:30 190:20:30.15 ०',
  ])('text: %s', (scalars) => {
    for (const scalar of scalars.split(' ')) expect(read(scalar)).toBe(scalar);
  });

  test.each(['.inf', '.Inf', '.INF', '+.inf', '-.inf', '.nan', '.NaN', '.NAN'])(
    '%s has no JSON form',
    (scalar) => {
      expect(read(scalar)).toBe('AB1004');
    },
  );

  test.each<[string, unknown]>([
    ['', null],
    ['yes ', true],
    ['x # comment', 'x'],
    ['x#y', 'x#y'],
    ['"1"', '1'],
    ["'yes'", 'yes'],
    ["'it''s'", "it's"],
    ['"\\u0041\\x41\\t"', 'AA\t'],
    ['"\\0"', '\0'],
    ['|\n  x\n   y\n\n', 'x\n y\n'],
    ['>-\n  x\n  y\n', 'x y'],
    ['😀', '😀'],
    ['!!str 1', '1'],
    ['!!str', ''],
    ['!!int "1"', 1],
    ['!!float 1', 1],
    ['!!bool "yes"', true],
    ['!!null ""', null],
    ['!!binary aGVsbG8=', 'hello'],
    ['!!timestamp 2001-01-01', '2001-01-01'],
    ['!<tag:yaml.org,2002:str> 1', '1'],
    ['! 1', '1'],
    ['!foo 1', '1'],
    ['!!seq [1]', [1]],
    ['!foo {b: 1}', { b: 1 }],
    ['!!set {x, z}', { x: null, z: null }],
    ['!!int x', 'AB1004'],
    ['!!int 1.5', 'AB1004'],
    ['!!bool 1', 'AB1004'],
    ['!!null x', 'AB1004'],
    ['!!binary zz$', 'AB1004'],
  ])('%j', (scalar, value) => {
    expect(read(scalar)).toEqual(value);
  });
});

describe('keys become text', () => {
  test.each([
    ['1', '1'],
    ['0x10', '16'],
    ['010', '8'],
    ['1_000', '1000'],
    ['1.5', '1.5'],
    ['1.0', '1'],
    ['.5', '0.5'],
    ['1e3', '1000'],
    ['1e6', '1e+06'],
    ['0.00001', '1e-05'],
    ['16777217.0', '1.6777216e+07'],
    ['123456789.5', '1.2345679e+08'],
    ['1e400', '1e400'],
    ['true', 'true'],
    ['yes', 'true'],
    ['y', 'true'],
    ['.inf', '.inf'],
    ['2001-01-01', '2001-01-01'],
    ['"y"', 'y'],
    ['"1.0"', '1.0'],
    ['!!str 1', '1'],
    ['__proto__', '__proto__'],
    ['constructor', 'constructor'],
  ])('%s: %s', (key, name) => {
    const { documents, diagnostics } = readDocuments('x.yaml', `${key}: a\n`);
    expect(diagnostics).toEqual([]);
    expect(Object.entries(documents[0]?.value as object)).toEqual([[name, 'a']]);
  });

  test.each(['null', '~', '? [a]\n', '? {a: b}\n'])('%j cannot be one', (key) => {
    expect(readDocuments('x.yaml', `${key}: a\n`).diagnostics).toMatchObject([{ code: 'AB1004' }]);
  });
});
