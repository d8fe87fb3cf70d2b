import { abs, int64, pow10, scaleUp } from './decimal.ts';

/** How a quantity was written, and prints: `12e6`, `12Mi`, `12M` (apimachinery's resource.Format). */
export type Format = 'DecimalExponent' | 'BinarySI' | 'DecimalSI';

/**
 * Kubernetes' resource.Quantity: `unscaled * 10^scale`, exact and immutable.
 *
 * `wide` tells apimachinery's two representations apart (int64Amount and infDecAmount): which one a value has
 * decides whether it is an integer to `asInteger`, whatever its size.
 */
export class Quantity {
  /** A number where that is a safe integer, else a bigint. */
  readonly unscaled: number | bigint;
  /** At least -9: nothing is finer than a nano. */
  readonly scale: number;
  readonly format: Format;
  readonly wide: boolean;
  /** The value as a double, within a few units in the last place; infinite beyond the range of doubles. */
  readonly approximate: number;
  /** The text it was read from, where apimachinery prints it again as it was. */
  readonly text: string | undefined;

  constructor(unscaled: number | bigint, scale: number, format: Format, wide: boolean, text?: string) {
    this.unscaled = unscaled;
    this.scale = scale;
    this.format = format;
    this.wide = wide;
    this.text = text;
    this.approximate = scale === 0 ? Number(unscaled) : approximate(unscaled, scale);
  }
}

function approximate(unscaled: number | bigint, scale: number): number {
  // Zero times an infinite power would not be a number.
  return unscaled === 0 ? 0 : Number(unscaled) * pow10(scale);
}

/** @returns -1, 0 or 1 */
export function sign(q: Quantity): number {
  return q.unscaled > 0 ? 1 : q.unscaled < 0 ? -1 : 0;
}

/**
 * Compares the exact values.
 * @returns -1, 0 or 1
 */
export function compare(a: Quantity, b: Quantity): number {
  if (a.scale === b.scale) return a.unscaled < b.unscaled ? -1 : a.unscaled > b.unscaled ? 1 : 0;
  // The approximations are good to 15 digits; only what they cannot tell apart needs exact arithmetic.
  const difference = a.approximate - b.approximate;
  if (Math.abs(difference) > 1e-14 * (Math.abs(a.approximate) + Math.abs(b.approximate))) {
    return difference < 0 ? -1 : 1;
  }
  return compareExactly(a, b);
}

function compareExactly(a: Quantity, b: Quantity): number {
  const signs = sign(a) - sign(b);
  if (signs !== 0) return Math.sign(signs);
  if (a.unscaled === 0) return 0;
  // Numbers of a different magnitude need no common scale, which for exponents like 1e999999 would be enormous.
  const magnitudes = magnitude(a) - magnitude(b);
  if (magnitudes !== 0) return Math.sign(magnitudes) * sign(a);
  const scale = Math.min(a.scale, b.scale);
  const left = scaleUp(BigInt(a.unscaled), a.scale - scale);
  const right = scaleUp(BigInt(b.unscaled), b.scale - scale);
  return left < right ? -1 : left > right ? 1 : 0;
}

function magnitude(q: Quantity): number {
  return String(abs(BigInt(q.unscaled))).length + q.scale;
}

/**
 * The value as an int64, where apimachinery gives one without loss (Quantity.AsInt64): not for a fraction, even
 * `1000m`, nor for what it holds in its wide representation, such as `1Pi`.
 * @returns undefined where it gives none
 */
export function asInteger(q: Quantity): number | bigint | undefined {
  if (q.wide || q.scale < 0) return undefined;
  if (q.scale === 0 || q.unscaled === 0) return q.unscaled;
  return q.scale > 18 ? undefined : int64(scaleUp(BigInt(q.unscaled), q.scale));
}

/**
 * The value as a double in the way of Quantity.AsApproximateFloat64: infinite beyond the range of doubles, and
 * not a number for a zero that was written with such an exponent.
 */
export function asApproximateFloat(q: Quantity): number {
  return q.unscaled === 0 && q.scale > 308 ? Number.NaN : q.approximate;
}

/** A quantity of a whole number, as resource.NewQuantity makes it. */
export function fromInteger(value: number | bigint, format: Format): Quantity {
  return new Quantity(value, 0, format, false);
}
