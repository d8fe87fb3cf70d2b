import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  add,
  asApproximateFloat,
  asInteger,
  canonical,
  compare,
  fromInteger,
  parseQuantity,
  type Quantity,
  roundUp,
  sign,
  subtract,
} from '../../src/quantity/index.ts';
import { accepted, pairs, refused } from './facts.ts';

function quantity(text: string): Quantity {
  const parsed = parseQuantity(text);
  if (typeof parsed === 'string') throw new Error(`${text} is refused for its ${parsed}`);
  return parsed;
}

function integerText(q: Quantity | undefined): string | null | undefined {
  if (q === undefined) return undefined;
  const integer = asInteger(q);
  return integer === undefined ? null : String(integer);
}

describe('parseQuantity', () => {
  test.each(accepted)('%j is %s', (text, printed, integer, float, milli) => {
    const q = quantity(text);
    expect(canonical(q)).toBe(printed);
    expect(integerText(q)).toBe(integer);
    expect(asApproximateFloat(q)).toBe(float === 0 ? 0 : float);
    expect(sign(q)).toBe(Math.sign(float) + 0);
    expect(canonical(roundUp(q, -3))).toBe(milli);
  });

  test.each(refused)('%j is refused for its %s', (text, problem) => {
    expect(parseQuantity(text)).toBe(problem);
  });

  test.each(['', '1Gi\n', '__proto__', 'constructor', '\u0661'])('%j is refused', (text) => {
    expect(parseQuantity(text)).toBe('format');
  });

  test('an exponent may be huge without cost', () => {
    expect(canonical(quantity('1e-2147483648'))).toBe('1e-9');
    expect(compare(quantity('1e2147483647'), quantity('9e2147483646'))).toBe(1);
    expect(compare(quantity('1e2147483647'), quantity('12345678901234567890'))).toBe(1);
    expect(compare(quantity('-1e2147483647'), quantity('0'))).toBe(-1);
    expect(add(quantity('1e2147483647'), quantity('1'))).toBeUndefined();
    expect(Number.isNaN(asApproximateFloat(quantity('0e9999')))).toBe(true);
  });
});

describe('arithmetic and comparison', () => {
  test.each(pairs)('%s and %s', (a, b, compared, sum, sumInteger, difference, differenceInteger) => {
    const [left, right] = [quantity(a), quantity(b)];
    expect(compare(left, right)).toBe(compared);
    const plus = add(left, right);
    const minus = subtract(left, right);
    expect([plus && canonical(plus), integerText(plus)]).toEqual([sum, sumInteger]);
    expect([minus && canonical(minus), integerText(minus)]).toEqual([difference, differenceInteger]);
  });

  test.each([
    ['8Ei', '16Ei', 0],
    ['1Gi', '1073741824', 0],
    ['1', '1000m', 0],
    ['1.5Gi', '1536Mi', 0],
    ['0.1', '100m', 0],
    ['1e3', '1k', 0],
    ['0', '0Gi', 0],
    ['9007199254740993', '9007199254740992', 1],
    ['9007199254740993000m', '9007199254740992', 1],
    ['1000000000000000000001', '1000000000000000000000', 1],
    ['-1', '1', -1],
    ['999m', '1', -1],
    ['1n', '0', 1],
  ])('%s compared with %s', (a, b, expected) => {
    expect(compare(quantity(a), quantity(b))).toBe(expected);
    expect(compare(quantity(b), quantity(a))).toBe(expected === 0 ? 0 : -expected);
  });

  test('a whole number prints as its format says', () => {
    expect(canonical(fromInteger(5000, 'DecimalExponent'))).toBe('5e3');
    expect(canonical(fromInteger(5000, 'DecimalSI'))).toBe('5k');
    expect(canonical(fromInteger(5120, 'BinarySI'))).toBe('5Ki');
    expect(canonical(fromInteger(-9223372036854775808n, 'DecimalSI'))).toBe('-9223372036854775808');
  });

  test('int64 has no opposite of its smallest value, and apimachinery does not mind', () => {
    const smallest = fromInteger(-9223372036854775808n, 'DecimalSI');
    const difference = subtract(quantity('0'), smallest);
    expect(difference && canonical(difference)).toBe('-9223372036854775808');
  });

  const suffix = fc.constantFrom('', 'm', 'k', 'M', 'G', 'Ki', 'Mi', 'Gi', 'n', 'e3', 'E');
  const text = fc
    .tuple(fc.integer({ min: -1_000_000, max: 1_000_000 }), suffix)
    .map(([number, s]) => `${number}${s}`);

  test('the canonical form is the same quantity', () => {
    fc.assert(
      fc.property(text, (t) => {
        expect(compare(quantity(canonical(quantity(t))), quantity(t))).toBe(0);
      }),
    );
  });

  test('what is added and taken away again changes nothing', () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        const sum = add(quantity(a), quantity(b));
        const back = sum && subtract(sum, quantity(b));
        expect(back && compare(back, quantity(a))).toBe(0);
      }),
    );
  });
});
