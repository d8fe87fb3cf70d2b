import { compact, maxInt64, scaleDown, scaleUp } from './decimal.ts';
import { type Format, Quantity } from './quantity.ts';

/** Why a text is no quantity, in the three kinds that apimachinery's ParseQuantity knows. */
export type QuantityProblem = 'format' | 'number' | 'suffix';

const nano = -9;
const plus = 43;
const minus = 45;
const zero = 48;
const nine = 57;

interface Suffix {
  readonly base: 2 | 10;
  readonly exponent: number;
  readonly format: Format;
}

const suffixes: ReadonlyMap<string, Suffix> = new Map<string, Suffix>([
  ['', { base: 10, exponent: 0, format: 'DecimalSI' }],
  ['n', { base: 10, exponent: -9, format: 'DecimalSI' }],
  ['u', { base: 10, exponent: -6, format: 'DecimalSI' }],
  ['m', { base: 10, exponent: -3, format: 'DecimalSI' }],
  ['k', { base: 10, exponent: 3, format: 'DecimalSI' }],
  ['M', { base: 10, exponent: 6, format: 'DecimalSI' }],
  ['G', { base: 10, exponent: 9, format: 'DecimalSI' }],
  ['T', { base: 10, exponent: 12, format: 'DecimalSI' }],
  ['P', { base: 10, exponent: 15, format: 'DecimalSI' }],
  ['E', { base: 10, exponent: 18, format: 'DecimalSI' }],
  ['Ki', { base: 2, exponent: 10, format: 'BinarySI' }],
  ['Mi', { base: 2, exponent: 20, format: 'BinarySI' }],
  ['Gi', { base: 2, exponent: 30, format: 'BinarySI' }],
  ['Ti', { base: 2, exponent: 40, format: 'BinarySI' }],
  ['Pi', { base: 2, exponent: 50, format: 'BinarySI' }],
  ['Ei', { base: 2, exponent: 60, format: 'BinarySI' }],
]);

const exponentForm = /^[eE]([+-]?[0-9]+)$/;
const suffixForm = /^[eEinumkKMGTP]*[-+]?[0-9]*$/;

function interpret(suffix: string): Suffix | undefined {
  const known = suffixes.get(suffix);
  if (known !== undefined) return known;
  const match = exponentForm.exec(suffix);
  if (match?.[1] === undefined) return undefined;
  const exponent = BigInt(match[1].replace('+', ''));
  if (BigInt.asIntN(64, exponent) !== exponent) return undefined;
  // apimachinery keeps the low 32 bits.
  return { base: 10, exponent: Number(BigInt.asIntN(32, exponent)), format: 'DecimalExponent' };
}

function digitsEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code < zero || code > nine) break;
    at++;
  }
  return at;
}

/**
 * Reads a quantity as apimachinery's resource.ParseQuantity does, its oddities included: `Gi` and `+` are zero,
 * what is finer than a nano is rounded up to one, binary quantities are capped at the largest int64.
 */
export function parseQuantity(text: string): Quantity | QuantityProblem {
  const end = text.length;
  if (end === 0) return 'format';
  const first = text.charCodeAt(0);
  const negative = first === minus;
  let from = negative || first === plus ? 1 : 0;
  while (from < end && text.charCodeAt(from) === zero) from++;
  if (from === end) return new Quantity(0, 0, 'DecimalSI', false, text === '0' ? text : undefined);

  const integerEnd = digitsEnd(text, from);
  const hasPoint = integerEnd < end && text.charCodeAt(integerEnd) === 46;
  const fractionStart = hasPoint ? integerEnd + 1 : integerEnd;
  const numberEnd = hasPoint ? digitsEnd(text, fractionStart) : integerEnd;
  const rest = numberEnd === end ? '' : text.slice(numberEnd);
  const suffix = suffixes.get(rest) ?? (suffixForm.test(rest) ? interpret(rest) : 'format');
  if (suffix === 'format') return 'format';
  if (suffix === undefined) return 'suffix';

  const places = numberEnd - fractionStart;
  // An integral part that is missing counts as the digit 0.
  const digits = Math.max(integerEnd - from, 1) + places;
  const narrow = asNarrow(text, from, integerEnd, fractionStart, numberEnd, digits, suffix, negative);
  return narrow ?? asWide(text, integerEnd, numberEnd, places, suffix, negative);
}

/** The int64 representation, where apimachinery takes it: few enough digits, no binary fraction, no finer than a nano. */
function asNarrow(
  text: string,
  from: number,
  integerEnd: number,
  fractionStart: number,
  numberEnd: number,
  digits: number,
  suffix: Suffix,
  negative: boolean,
): Quantity | undefined {
  const places = numberEnd - fractionStart;
  const binary = suffix.base === 2;
  if (binary) {
    if (places > 0 || digits + suffix.exponent * 0.3 > 14) return undefined;
  } else if (digits > 18 || suffix.exponent - places < nano) return undefined;
  const scale = binary ? 0 : suffix.exponent - places;
  const integral = text.slice(from, integerEnd);
  const shifted = places === 0 ? integral : integral + text.slice(fractionStart, numberEnd);
  const value = digits <= 15 ? Number(shifted) : BigInt(shifted);
  // Both are at most 10^14 and 2^60 by the check above, their product less than 10^18 or so: exact as a bigint.
  const magnitude = binary
    ? times(value, suffix.exponent)
    : typeof value === 'bigint'
      ? compact(value)
      : value;
  const kept = binary
    ? Number(value) % 8 !== 0
    : scale % 3 === 0 && !shifted.endsWith('000') && integral !== '' && shifted !== '';
  return new Quantity(
    negative ? negate(magnitude) : magnitude,
    scale,
    suffix.format,
    false,
    kept ? text : undefined,
  );
}

function times(value: number | bigint, exponent: number): number | bigint {
  const product = Number(value) * 2 ** exponent;
  return Number.isSafeInteger(product) ? product : compact(BigInt(value) << BigInt(exponent));
}

function negate(value: number | bigint): number | bigint {
  return typeof value === 'bigint' ? -value : 0 - value;
}

/** The decimal of any size, rounded up to a nano and, if binary, capped. */
function asWide(
  text: string,
  integerEnd: number,
  numberEnd: number,
  places: number,
  suffix: Suffix,
  negative: boolean,
): Quantity | QuantityProblem {
  const first = text.charCodeAt(0);
  const start = first === minus || first === plus ? 1 : 0;
  const digits = text.slice(start, integerEnd) + (places === 0 ? '' : text.slice(integerEnd + 1, numberEnd));
  if (digits === '') return 'number';
  let unscaled = BigInt(digits);
  let scale = suffix.base === 10 ? (suffix.exponent - places) | 0 : -places;
  let format = suffix.format;
  if (suffix.base === 2) unscaled <<= BigInt(suffix.exponent);
  if (unscaled === 0n) return new Quantity(0, scale, format, true);
  if (scale < nano) {
    unscaled = scaleDown(unscaled, nano - scale);
    scale = nano;
  } else if (digits.length + scale <= 320) {
    // Beyond the range of doubles nobody can see the difference, and exponents may ask for millions of digits.
    unscaled = scaleUp(unscaled, scale - nano);
    scale = nano;
  }
  if (suffix.base === 2) {
    if (unscaled > scaleUp(maxInt64, -scale)) {
      unscaled = maxInt64;
      scale = 0;
    } else if (unscaled < scaleUp(1n, -scale)) format = 'DecimalSI';
  }
  return new Quantity(compact(negative ? -unscaled : unscaled), scale, format, true);
}
