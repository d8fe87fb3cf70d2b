import { compareDurations, compareTimestamps, Duration, Timestamp } from '../../time/index.ts';
import { compareNumbers } from '../numbers.ts';
import { type CelError, Double, failure, Uint, type Value } from '../value.ts';

/**
 * The order of two values: negative, zero, positive. Only values of one type are ordered, but for numbers, and not
 * NaN (the Comparer trait of cel-go common/types).
 */
export function compare(a: Value, b: Value): number | CelError {
  if (isNumeric(a)) {
    if (!isNumeric(b)) return failure('no such overload');
    return compareNumbers(a, b) ?? failure('NaN values cannot be ordered');
  }
  if (typeof a === 'string')
    return typeof b === 'string' ? compareStrings(a, b) : failure('no such overload');
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b);
  if (a instanceof Timestamp && b instanceof Timestamp) return compareTimestamps(a, b);
  if (a instanceof Duration && b instanceof Duration) return compareDurations(a, b);
  if (a instanceof Uint8Array && b instanceof Uint8Array) return compareBytes(a, b);
  return failure('no such overload');
}

const isNumeric = (value: Value): value is number | bigint | Double | Uint =>
  typeof value === 'number' || typeof value === 'bigint' || value instanceof Double || value instanceof Uint;

/** By code points, as Go's comparison of UTF-8 amounts to; JavaScript's goes by UTF-16 units. */
export function compareStrings(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

/** Surrogates stand for code points above all that fit one unit. */
const rank = (unit: number): number => (unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit);

export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const difference = (a[i] as number) - (b[i] as number);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
