import {
  addDuration,
  addDurations,
  Duration,
  negateDuration,
  subtractDuration,
  subtractDurations,
  Timestamp,
  timeBetween,
} from '../../time/index.ts';
import {
  type CelError,
  checkedInt,
  double,
  failure,
  isDouble,
  isInt,
  isList,
  numberOf,
  Uint,
  type Value,
} from '../value.ts';

type Result = Value | CelError;

const INT_OVERFLOW = 'integer overflow';
const UINT_OVERFLOW = 'unsigned integer overflow';
const UINT_LIMIT = 2n ** 64n;

export const noOverload = (operator: string): CelError => failure(`no such overload: ${operator}`);

const asInt = (value: bigint): Result => checkedInt(value) ?? failure(INT_OVERFLOW);
const asUint = (value: bigint): Result =>
  value < 0n || value >= UINT_LIMIT ? failure(UINT_OVERFLOW) : new Uint(value);
const orRange = (value: Timestamp | Duration | undefined, what: string): Result =>
  value ?? failure(`${what} out of range`);

/** `a + b` (the Adder trait of cel-go common/types): the left operand decides. */
export function add(a: Value, b: Value): Result {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b;
    if (Number.isSafeInteger(a) && Number.isSafeInteger(b)) {
      return Number.isSafeInteger(sum) ? sum : asInt(BigInt(a) + BigInt(b));
    }
  }
  if (typeof a === 'string') return typeof b === 'string' ? a + b : noOverload('+');
  if (isInt(a)) return isInt(b) ? asInt(BigInt(a) + BigInt(b)) : noOverload('+');
  if (isDouble(a)) return isDouble(b) ? double(numberOf(a) + numberOf(b)) : noOverload('+');
  if (isList(a)) return isList(b) ? [...a, ...b] : noOverload('+');
  if (a instanceof Uint) return b instanceof Uint ? asUint(a.value + b.value) : noOverload('+');
  if (a instanceof Timestamp && b instanceof Duration) return orRange(addDuration(a, b), 'timestamp');
  if (a instanceof Duration) {
    if (b instanceof Duration) return orRange(addDurations(a, b), 'duration');
    if (b instanceof Timestamp) return orRange(addDuration(b, a), 'timestamp');
  }
  if (a instanceof Uint8Array && b instanceof Uint8Array) {
    const bytes = new Uint8Array(a.length + b.length);
    bytes.set(a);
    bytes.set(b, a.length);
    return bytes;
  }
  return noOverload('+');
}

/** `a - b`. */
export function subtract(a: Value, b: Value): Result {
  if (isInt(a)) return isInt(b) ? asInt(BigInt(a) - BigInt(b)) : noOverload('-');
  if (isDouble(a)) return isDouble(b) ? double(numberOf(a) - numberOf(b)) : noOverload('-');
  if (a instanceof Uint) return b instanceof Uint ? asUint(a.value - b.value) : noOverload('-');
  if (a instanceof Timestamp) {
    if (b instanceof Timestamp) return orRange(timeBetween(a, b), 'duration');
    if (b instanceof Duration) return orRange(subtractDuration(a, b), 'timestamp');
  }
  if (a instanceof Duration && b instanceof Duration) return orRange(subtractDurations(a, b), 'duration');
  return noOverload('-');
}

/** `a * b`. */
export function multiply(a: Value, b: Value): Result {
  if (isInt(a)) return isInt(b) ? asInt(BigInt(a) * BigInt(b)) : noOverload('*');
  if (isDouble(a)) return isDouble(b) ? double(numberOf(a) * numberOf(b)) : noOverload('*');
  if (a instanceof Uint && b instanceof Uint) return asUint(a.value * b.value);
  return noOverload('*');
}

/** `a / b`: integers truncate towards zero, doubles follow IEEE 754. */
export function divide(a: Value, b: Value): Result {
  if (isInt(a)) {
    if (!isInt(b)) return noOverload('/');
    return BigInt(b) === 0n ? failure('divide by zero') : asInt(BigInt(a) / BigInt(b));
  }
  if (isDouble(a)) return isDouble(b) ? double(numberOf(a) / numberOf(b)) : noOverload('/');
  if (a instanceof Uint && b instanceof Uint) {
    return b.value === 0n ? failure('divide by zero') : new Uint(a.value / b.value);
  }
  return noOverload('/');
}

/** `a % b`, of integers only; the sign is the left operand's. */
export function modulo(a: Value, b: Value): Result {
  if (isInt(a)) {
    if (!isInt(b)) return noOverload('%');
    if (BigInt(b) === 0n) return failure('modulus by zero');
    // The least int by -1: Go's hardware traps there, and cel-go calls it an overflow.
    return BigInt(b) === -1n && BigInt(a) === -(2n ** 63n)
      ? failure(INT_OVERFLOW)
      : asInt(BigInt(a) % BigInt(b));
  }
  if (a instanceof Uint && b instanceof Uint) {
    return b.value === 0n ? failure('modulus by zero') : new Uint(a.value % b.value);
  }
  return noOverload('%');
}

/** `-a`. */
export function negate(a: Value): Result {
  if (isInt(a)) return asInt(-BigInt(a));
  if (isDouble(a)) return double(-numberOf(a));
  if (a instanceof Duration) return orRange(negateDuration(a), 'duration');
  return noOverload('-');
}
