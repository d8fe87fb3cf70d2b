import { type Duration, makeDuration } from './duration.ts';

/** Seconds from the Unix epoch to `0001-01-01T00:00:00Z`, the earliest timestamp. */
export const minUnixSeconds = -62_135_596_800;
/** Seconds from the Unix epoch to the last second of the year 9999. */
export const maxUnixSeconds = 253_402_300_799;

/**
 * An instant in the years 1 to 9999 (UTC), to the nanosecond. `seconds` are counted from the Unix epoch, `nanos`
 * are 0..999,999,999 after them. `offset`, in seconds east of UTC, is how the timestamp was written: it decides
 * how it prints and nothing else.
 */
export class Timestamp {
  readonly seconds: number;
  readonly nanos: number;
  readonly offset: number;

  constructor(seconds: number, nanos: number, offset: number) {
    this.seconds = seconds;
    this.nanos = nanos;
    this.offset = offset;
  }
}

/** @returns undefined outside the years 1 to 9999 */
export function makeTimestamp(seconds: number, nanos: number, offset = 0): Timestamp | undefined {
  return seconds < minUnixSeconds || seconds > maxUnixSeconds
    ? undefined
    : new Timestamp(seconds, nanos, offset);
}

/** @returns a number below, at or above zero; the offset counts for nothing */
export function compareTimestamps(a: Timestamp, b: Timestamp): number {
  return a.seconds - b.seconds || a.nanos - b.nanos;
}

function shift(timestamp: Timestamp, seconds: number, nanos: number): Timestamp | undefined {
  let s = timestamp.seconds + seconds;
  let n = timestamp.nanos + nanos;
  if (n >= 1_000_000_000) {
    s += 1;
    n -= 1_000_000_000;
  } else if (n < 0) {
    s -= 1;
    n += 1_000_000_000;
  }
  return makeTimestamp(s, n, timestamp.offset);
}

/** The later instant, written at the same offset; undefined outside the years 1 to 9999. */
export function addDuration(timestamp: Timestamp, duration: Duration): Timestamp | undefined {
  return shift(timestamp, duration.seconds, duration.nanos);
}

/** The earlier instant, written at the same offset; undefined outside the years 1 to 9999. */
export function subtractDuration(timestamp: Timestamp, duration: Duration): Timestamp | undefined {
  return shift(timestamp, -duration.seconds, -duration.nanos);
}

/** `a - b`; undefined where that is beyond int64 nanoseconds. */
export function timeBetween(a: Timestamp, b: Timestamp): Duration | undefined {
  return makeDuration(a.seconds - b.seconds, a.nanos - b.nanos);
}
