import { compact, int64, scaleDown, scaleUp } from './decimal.ts';
import { Quantity } from './quantity.ts';

// Exponents can be written that no sum has room for: `quantity('1e2000000000').add('1')`.
const maxPlaces = 100_000;

/** The sum in int64 arithmetic (apimachinery's int64Amount.Add), or undefined where that overflows. */
function addNarrow(
  a: Quantity,
  unscaled: number | bigint,
  scale: number,
  format: Quantity['format'],
): Quantity | undefined {
  if (unscaled === 0) return new Quantity(a.unscaled, a.scale, format, false);
  if (a.unscaled === 0) return new Quantity(unscaled, scale, format, false);
  if (a.scale === scale && typeof a.unscaled === 'number' && typeof unscaled === 'number') {
    return new Quantity(compactNumber(a.unscaled + unscaled, a.unscaled, unscaled), scale, format, false);
  }
  const finer = Math.min(a.scale, scale);
  if (Math.max(a.scale, scale) - finer > 18) return undefined;
  const left = int64(scaleUp(BigInt(a.unscaled), a.scale - finer));
  const right = int64(scaleUp(BigInt(unscaled), scale - finer));
  if (left === undefined || right === undefined) return undefined;
  const sum = int64(BigInt(left) + BigInt(right));
  return sum === undefined ? undefined : new Quantity(sum, finer, format, false);
}

function compactNumber(sum: number, a: number, b: number): number | bigint {
  return Number.isSafeInteger(sum) ? sum : BigInt(a) + BigInt(b);
}

function addWide(
  a: Quantity,
  unscaled: bigint,
  scale: number,
  format: Quantity['format'],
): Quantity | undefined {
  const finer = Math.min(a.scale, scale);
  if (Math.max(a.scale, scale) - finer > maxPlaces) return undefined;
  const sum = scaleUp(BigInt(a.unscaled), a.scale - finer) + scaleUp(unscaled, scale - finer);
  return new Quantity(compact(sum), finer, format, true);
}

/**
 * `a + b`. The result prints in the format of `a`, of `b` where `a` is zero.
 * @returns undefined where the exponents lie so far apart that the sum would not fit memory
 */
export function add(a: Quantity, b: Quantity): Quantity | undefined {
  const format = a.unscaled === 0 ? b.format : a.format;
  const narrow = a.wide || b.wide ? undefined : addNarrow(a, b.unscaled, b.scale, format);
  return narrow ?? addWide(a, BigInt(b.unscaled), b.scale, format);
}

/** `a - b`, otherwise as {@link add}. */
export function subtract(a: Quantity, b: Quantity): Quantity | undefined {
  const format = a.unscaled === 0 ? b.format : a.format;
  if (!a.wide && !b.wide) {
    // int64 has no opposite of its smallest value: there Go's negation changes nothing.
    const opposite =
      typeof b.unscaled === 'number' ? 0 - b.unscaled : compact(BigInt.asIntN(64, -b.unscaled));
    const narrow = addNarrow(a, opposite, b.scale, format);
    if (narrow !== undefined) return narrow;
  }
  return addWide(a, -BigInt(b.unscaled), b.scale, format);
}

/**
 * The quantity rounded to a power of ten, away from zero (Quantity.RoundUp): the API server's defaulting rounds
 * resources to `-3`, the milli.
 */
export function roundUp(q: Quantity, scale: number): Quantity {
  if (q.scale >= scale) return q;
  const unscaled = compact(scaleDown(BigInt(q.unscaled), scale - q.scale));
  return new Quantity(unscaled, scale, q.format, q.wide);
}
