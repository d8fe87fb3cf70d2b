const nanosPerSecond = 1_000_000_000;
const maxInt64 = 9223372036854775807n;
const minInt64 = -9223372036854775808n;
const maxSeconds = 9_223_372_036;
const maxNanos = 854_775_807;

/**
 * A span of time, to the nanosecond, within int64 nanoseconds (about 292 years) as in Go's time.Duration.
 * `seconds` and `nanos` are integers of the same sign, `nanos` in -999,999,999..999,999,999.
 */
export class Duration {
  readonly seconds: number;
  readonly nanos: number;

  constructor(seconds: number, nanos: number) {
    this.seconds = seconds;
    this.nanos = nanos;
  }
}

/**
 * A duration from two integers that need not be carried nor of one sign.
 * @returns undefined where the result is beyond int64 nanoseconds
 */
export function makeDuration(seconds: number, nanos: number): Duration | undefined {
  const carry = Math.trunc(nanos / nanosPerSecond);
  let s = seconds + carry;
  let n = nanos - carry * nanosPerSecond;
  if (s > 0 && n < 0) {
    s -= 1;
    n += nanosPerSecond;
  } else if (s < 0 && n > 0) {
    s += 1;
    n -= nanosPerSecond;
  }
  const size = Math.abs(s);
  if (size > maxSeconds) return undefined;
  // int64 reaches one nanosecond further below zero than above.
  if (size === maxSeconds && (s > 0 ? n > maxNanos : n < -maxNanos - 1)) return undefined;
  return new Duration(s === 0 ? 0 : s, n === 0 ? 0 : n);
}

/** The duration as int64 nanoseconds. */
export function toNanoseconds(duration: Duration): bigint {
  return BigInt(duration.seconds) * 1_000_000_000n + BigInt(duration.nanos);
}

/** @returns undefined where `nanoseconds` is beyond int64 */
export function fromNanoseconds(nanoseconds: bigint): Duration | undefined {
  if (nanoseconds > maxInt64 || nanoseconds < minInt64) return undefined;
  return new Duration(Number(nanoseconds / 1_000_000_000n), Number(nanoseconds % 1_000_000_000n));
}

/** @returns undefined on int64 overflow */
export function addDurations(a: Duration, b: Duration): Duration | undefined {
  return makeDuration(a.seconds + b.seconds, a.nanos + b.nanos);
}

/** @returns undefined on int64 overflow */
export function subtractDurations(a: Duration, b: Duration): Duration | undefined {
  return makeDuration(a.seconds - b.seconds, a.nanos - b.nanos);
}

/** @returns undefined for the smallest duration, whose opposite int64 cannot hold */
export function negateDuration(a: Duration): Duration | undefined {
  return makeDuration(-a.seconds, -a.nanos);
}

/** @returns a number below, at or above zero */
export function compareDurations(a: Duration, b: Duration): number {
  return a.seconds - b.seconds || a.nanos - b.nanos;
}

/** Whole hours, towards zero, by way of a double as Go's Duration.Hours (time.go). */
export function durationHours(d: Duration): number {
  const hours = Math.trunc(d.seconds / 3600);
  return Math.trunc(hours + ((d.seconds - hours * 3600) * nanosPerSecond + d.nanos) / 3.6e12) + 0;
}

/** Whole minutes, towards zero, by way of a double as Go's Duration.Minutes. */
export function durationMinutes(d: Duration): number {
  const minutes = Math.trunc(d.seconds / 60);
  return Math.trunc(minutes + ((d.seconds - minutes * 60) * nanosPerSecond + d.nanos) / 6e10) + 0;
}

/** Whole seconds, towards zero, by way of a double as Go's Duration.Seconds. */
export function durationSeconds(d: Duration): number {
  return Math.trunc(d.seconds + d.nanos / 1e9) + 0;
}

/** Whole milliseconds, towards zero. */
export function durationMilliseconds(d: Duration): number {
  return d.seconds * 1000 + Math.trunc(d.nanos / 1_000_000);
}

/**
 * The duration as CEL prints it: seconds as the shortest decimal that is the same double, and `s`
 * (cel-go common/types/duration.go).
 */
export function formatDuration(d: Duration): string {
  const seconds = d.seconds + d.nanos / 1e9;
  // JavaScript turns to exponents below a millionth, which here is less than a thousand nanoseconds.
  if (d.seconds === 0 && d.nanos !== 0 && Math.abs(d.nanos) < 1000) {
    const digits = String(Math.abs(d.nanos)).padStart(9, '0').replace(/0+$/, '');
    return `${d.nanos < 0 ? '-' : ''}0.${digits}s`;
  }
  return `${seconds}s`;
}
