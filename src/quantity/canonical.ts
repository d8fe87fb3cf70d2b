import { abs, scaleDown, scaleUp } from './decimal.ts';
import { compare, fromInteger, type Quantity } from './quantity.ts';

const limit = fromInteger(1024, 'DecimalSI');
const negativeLimit = fromInteger(-1024, 'DecimalSI');

const decimalSuffixes: ReadonlyMap<number, string> = new Map([
  [-9, 'n'],
  [-6, 'u'],
  [-3, 'm'],
  [0, ''],
  [3, 'k'],
  [6, 'M'],
  [9, 'G'],
  [12, 'T'],
  [15, 'P'],
  [18, 'E'],
]);

const binarySuffixes: readonly string[] = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

function decimalText(q: Quantity): string {
  let digits = String(abs(BigInt(q.unscaled)));
  let exponent = q.scale;
  const significant = digits.replace(/0+$/, '');
  exponent += digits.length - significant.length;
  digits = significant;
  // Exponents go in steps of three, so that each has a suffix.
  const excess = ((exponent % 3) + 3) % 3;
  digits += '0'.repeat(excess);
  exponent -= excess;
  // apimachinery leaves the suffix away where it has none: 1000E prints as 1.
  const suffix =
    q.format === 'DecimalExponent'
      ? exponent === 0
        ? ''
        : `e${exponent}`
      : (decimalSuffixes.get(exponent) ?? '');
  return `${q.unscaled < 0 ? '-' : ''}${digits}${suffix}`;
}

function binaryText(value: bigint): string {
  let amount = abs(value);
  let power = 0;
  while (amount >= 1024n && amount % 1024n === 0n) {
    amount /= 1024n;
    power++;
  }
  return `${value < 0n ? '-' : ''}${amount}${binarySuffixes[power] ?? ''}`;
}

/**
 * The form the API server stores and shows (Quantity.String): `1.5Gi` is `1536Mi`, `0.5` is `500m`; a text that
 * apimachinery takes for canonical comes back as it was written.
 */
export function canonical(q: Quantity): string {
  if (q.text !== undefined) return q.text;
  if (q.unscaled === 0) return '0';
  if (q.format !== 'BinarySI' || (compare(q, negativeLimit) > 0 && compare(q, limit) < 0))
    return decimalText(q);
  // Binary quantities are whole numbers; one that is not prints as a decimal instead of being rounded.
  const unscaled = BigInt(q.unscaled);
  if (q.scale >= 0) return binaryText(scaleUp(unscaled, q.scale));
  const whole = scaleDown(unscaled, -q.scale);
  if (scaleUp(whole, -q.scale) === unscaled) return binaryText(whole);
  return decimalText(q);
}
