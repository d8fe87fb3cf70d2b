import { type Duration, fromNanoseconds } from './duration.ts';

const units: ReadonlyMap<string, bigint> = new Map([
  ['ns', 1n],
  ['us', 1_000n],
  ['\u00b5s', 1_000n],
  ['\u03bcs', 1_000n],
  ['ms', 1_000_000n],
  ['s', 1_000_000_000n],
  ['m', 60_000_000_000n],
  ['h', 3_600_000_000_000n],
]);

const limit = 1n << 63n;
const fractionLimit = (limit - 1n) / 10n;
const item = /([0-9]*)(\.[0-9]*)?([^0-9.]+)/y;

/**
 * The nanoseconds a decimal fraction of a unit stands for, with the digits that fit int64 and in double
 * arithmetic, as Go's time.ParseDuration has it: `0.1ns` is none.
 */
function fractionOf(digits: string, unit: bigint): bigint {
  let value = 0n;
  let scale = 1;
  for (const digit of digits) {
    if (value > fractionLimit) break;
    const next = value * 10n + BigInt(digit);
    if (next > limit) break;
    value = next;
    scale *= 10;
  }
  return BigInt(Math.trunc(Number(value) * (Number(unit) / scale)));
}

/**
 * Reads Go's duration syntax (time.ParseDuration): an optional sign, then numbers with a unit of `ns`, `us`,
 * `µs`, `ms`, `s`, `m` or `h`, such as `1h30m` or `-1.5s`; `0` alone needs no unit.
 * @returns undefined for anything else, and beyond int64 nanoseconds
 */
export function parseDuration(text: string): Duration | undefined {
  const negative = text.startsWith('-');
  const start = negative || text.startsWith('+') ? 1 : 0;
  if (text.length === start) return undefined;
  if (text.length === start + 1 && text[start] === '0') return fromNanoseconds(0n);
  let total = 0n;
  for (let at = start; at < text.length; ) {
    item.lastIndex = at;
    const match = item.exec(text);
    if (match === null) return undefined;
    const [whole, digits = '', fraction = '', name = ''] = match;
    const unit = units.get(name);
    if (unit === undefined || (digits === '' && fraction.length < 2)) return undefined;
    if (digits.length > 19 && /[1-9]/.test(digits.slice(0, -19))) return undefined;
    const value = digits === '' ? 0n : BigInt(digits.slice(-19));
    if (value > limit / unit) return undefined;
    total += value * unit;
    if (fraction.length > 1) total += fractionOf(fraction.slice(1), unit);
    if (total > limit) return undefined;
    at += whole.length;
  }
  return fromNanoseconds(negative ? -total : total);
}
