import { describe, expect, test } from 'vitest';
import { DYN, environment, parse } from '../../src/cel/index.ts';
import { problems, show, showPlain } from './evaluating.ts';

describe('literals', () => {
  test.each([
    ['1', '1'],
    ['017', '17'],
    ['0xFF', '255'],
    ['-9223372036854775808', '-9223372036854775808'],
    ['--1', '1'],
    ['---1', '-1'],
    ['1u', '1u'],
    ['0xffU', '255u'],
    ['18446744073709551615u', '18446744073709551615u'],
    ['1.5e3', '1500.0'],
    ['.5', '0.5'],
    ['1E-2', '0.01'],
    ['"a\\n\\t\\"\\x41\\u00e9\\U0001F600\\101"', '"a\\n\\t\\"Aé😀A"'],
    ["'single'", '"single"'],
    ["'''a'b\n'''", '"a\'b\\n"'],
    ['r"\\d"', '"\\\\d"'],
    ["R'\\'", '"\\\\"'],
    ['b"\\xff\\000a"', 'b"\\xff\\x00\\x61"'],
    ['b"é"', 'b"\\xc3\\xa9"'],
    ['br"\\n"', 'b"\\x5c\\x6e"'],
    ['[1, 2,]', '[1, 2]'],
    ['[,]', '[]'],
    ['{,}', '{}'],
    ['{"a": 1,}', '{"a": 1}'],
    ['true // comment', 'true'],
    ['null', 'null'],
  ])('%s is %s', (source, value) => expect(show(source)).toBe(value));

  test('names in backticks are of the plain language', () => {
    expect(showPlain('{"a-b": 1}.`a-b`')).toBe('1');
    expect(problems('object.`a-b`')).toEqual([
      '7-12 Kubernetes does not take names in backticks (write it in brackets: `["a-b"]`)',
    ]);
  });
});

describe('precedence', () => {
  test.each([
    ['1 + 2 * 3', '7'],
    ['2 * 3 + 1', '7'],
    ['10 - 3 - 2', '5'],
    ['7 / 2 * 2', '6'],
    ['-2 * 3', '-6'],
    ['!true || true', 'true'],
    ['true || false && false', 'true'],
    ['1 < 2 == true', 'true'],
    ['1 in [1, 2] in [true]', 'true'],
    ['true ? 1 : false ? 2 : 3', '1'],
    ['-1.5 + 1.5', '0.0'],
    ['[1, 2][0] + 1', '2'],
  ])('%s is %s', (source, value) => expect(show(source)).toBe(value));
});

describe('problems', () => {
  test.each<[string, string[]]>([
    ['', ['0-0 expected a value but found the end']],
    ['1 +', ['3-3 expected a value but found the end']],
    ['(1', ['2-2 expected `)` but found the end']],
    [
      'a = 1',
      [
        '2-3 `=` is not part of the language (comparison is `==`)',
        '4-5 expected an operator or the end but found `1`',
      ],
    ],
    ['1 1', ['2-3 expected an operator or the end but found `1`']],
    ['f(', ['2-2 expected a value but found the end']],
    ['[1, + , 2] + {1 2}', ['4-5 expected a value but found `+`', '16-17 expected `:` but found `2`']],
    ['9223372036854775808', ['0-19 `9223372036854775808` does not fit a 64-bit int']],
    ['18446744073709551616u', ['0-21 `18446744073709551616u` does not fit a 64-bit uint']],
    ['"\\ud800"', ['0-8 `\\ud800` is not a Unicode code point']],
    [
      'for == 1',
      ['0-3 `for` is a reserved word (a field of this name is read from its object: `object.for`)'],
    ],
    [
      'object.in',
      ['7-9 expected a field name but found `in` (a field of this name is read in brackets: `object["in"]`)'],
    ],
    ['"open', ['0-5 a string is not closed, or has an escape that does not exist']],
    [
      'has(1)',
      [
        '4-5 `has` takes a field selection (for example `has(object.spec.replicas)`; a key in brackets is tested with `in`)',
      ],
    ],
    ['[1].all(1, true)', ['8-9 a variable name stands here, nothing else']],
    ['[1].all(__result__, true)', ['8-18 a variable may not be called `__result__`']],
    ['{"a": 1}.all(k, k, true)', ['16-17 both variables are called `k`']],
  ])('%s', (source, expected) => expect(problems(source)).toEqual(expected));

  test('several errors are reported at once, in order', () => {
    expect(problems('[1, @] + {"a" 1} + "\\q"').length).toBeGreaterThan(2);
  });
});

describe('limits', () => {
  const env = environment({ variables: { object: DYN } });
  const ok = (source: string): boolean => parse(source, env).length === 0;
  const nested = (n: number): string => `${'['.repeat(n)}${']'.repeat(n)}`;

  test.each<[string, (n: number) => string, number]>([
    ['lists', nested, 250],
    ['parentheses', (n) => `${'('.repeat(n)}1${')'.repeat(n)}`, 249],
    ['sums', (n) => Array(n).fill('1').join('+'), 249],
    ['fields', (n) => `object${'.a'.repeat(n)}`, 249],
    ['comparisons', (n) => Array(n).fill('1').join('=='), 249],
  ])('%s nest as deep as cel-go allows', (_what, make, deepest) => {
    expect(ok(make(deepest))).toBe(true);
    expect(ok(make(deepest + 1))).toBe(false);
  });

  test('`&&` and `||` do not nest', () => expect(ok(Array(1000).fill('true').join(' && '))).toBe(true));

  test('length is counted in code points', () => {
    const limits = { limits: { size: 6 } };
    expect(parse('"😀😀😀😀"', env, limits)).toEqual([]);
    expect(parse('"😀😀😀😀😀"', env, limits)).toMatchObject([
      { message: 'the expression is longer than 6 characters' },
    ]);
  });
});
