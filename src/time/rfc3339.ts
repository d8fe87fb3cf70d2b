import { civilFromSeconds, daysInMonth, daysSinceEpoch } from './civil.ts';
import { makeTimestamp, type Timestamp } from './timestamp.ts';

// Go's reader (time.Parse with time.RFC3339) is laxer than the RFC: an hour of one digit, a comma before the
// fraction. It is stricter in that `T` and `Z` are upper case and a second is never 60.
const form = /^(\d{4})-(\d\d)-(\d\d)T(\d\d?):(\d\d):(\d\d)(?:[.,](\d+))?(?:Z|([+-])(\d\d):(\d\d))$/;

/** Why a text is no timestamp. */
export type TimestampProblem = 'malformed' | 'out of range';

/**
 * Reads an RFC 3339 timestamp as Go does, for that is what the API server accepts. Digits beyond the nanosecond
 * are dropped.
 */
export function parseTimestamp(text: string): Timestamp | TimestampProblem {
  const match = form.exec(text);
  if (match === null) return 'malformed';
  const year = Number(match[1]);
  const month = Number(match[2]);
  const day = Number(match[3]);
  const hours = Number(match[4]);
  const minutes = Number(match[5]);
  const seconds = Number(match[6]);
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return 'malformed';
  if (hours > 23 || minutes > 59 || seconds > 59) return 'malformed';
  let offset = 0;
  if (match[8] !== undefined) {
    const offsetHours = Number(match[9]);
    const offsetMinutes = Number(match[10]);
    if (offsetHours > 24 || offsetMinutes > 60) return 'malformed';
    offset = (offsetHours * 3600 + offsetMinutes * 60) * (match[8] === '-' ? -1 : 1) + 0;
  }
  const nanos = match[7] === undefined ? 0 : Number(match[7].slice(0, 9).padEnd(9, '0'));
  const local = daysSinceEpoch(year, month, day) * 86_400 + hours * 3600 + minutes * 60 + seconds;
  return makeTimestamp(local - offset, nanos, offset) ?? 'out of range';
}

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}

/** RFC 3339 at the offset the timestamp was written with, the fraction without trailing zeros. */
export function formatTimestamp(timestamp: Timestamp): string {
  const { offset, nanos } = timestamp;
  const at = civilFromSeconds(timestamp.seconds + offset);
  const fraction = nanos === 0 ? '' : `.${String(nanos).padStart(9, '0').replace(/0+$/, '')}`;
  const minutesEast = Math.trunc(Math.abs(offset) / 60);
  const zone =
    offset === 0
      ? 'Z'
      : `${offset < 0 ? '-' : '+'}${two(Math.floor(minutesEast / 60))}:${two(minutesEast % 60)}`;
  const date = `${String(at.year).padStart(4, '0')}-${two(at.month)}-${two(at.day)}`;
  return `${date}T${two(at.hours)}:${two(at.minutes)}:${two(at.seconds)}${fraction}${zone}`;
}
