import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addDuration,
  civilFromSeconds,
  compareTimestamps,
  Duration,
  daysInMonth,
  formatDuration,
  formatTimestamp,
  makeTimestamp,
  maxUnixSeconds,
  minUnixSeconds,
  parseDuration,
  parseTimestamp,
  subtractDuration,
  Timestamp,
  timeBetween,
} from '../../src/time/index.ts';

function timestamp(text: string): Timestamp {
  const parsed = parseTimestamp(text);
  if (!(parsed instanceof Timestamp)) throw new Error(`${text} is ${parsed}`);
  return parsed;
}

function duration(text: string): Duration {
  const parsed = parseDuration(text);
  if (parsed === undefined) throw new Error(`${text} was refused`);
  return parsed;
}

describe('arithmetic', () => {
  test.each([
    ['2024-02-28T00:00:00Z', '24h', '2024-02-29T00:00:00Z', '2024-02-27T00:00:00Z'],
    ['2024-01-01T00:00:00+05:00', '1h', '2024-01-01T01:00:00+05:00', '2023-12-31T23:00:00+05:00'],
    ['2024-01-01T00:00:00.7Z', '0.5s', '2024-01-01T00:00:01.2Z', '2024-01-01T00:00:00.2Z'],
    ['2024-01-01T00:00:00.2Z', '-0.5s', '2023-12-31T23:59:59.7Z', '2024-01-01T00:00:00.7Z'],
    ['9999-12-31T23:59:59Z', '1s', undefined, '9999-12-31T23:59:58Z'],
    ['9999-12-31T23:59:59.5Z', '0.5s', undefined, '9999-12-31T23:59:59Z'],
    ['0001-01-01T00:00:00Z', '1ns', '0001-01-01T00:00:00.000000001Z', undefined],
  ])('%s and %s', (text, span, later, earlier) => {
    const plus = addDuration(timestamp(text), duration(span));
    const minus = subtractDuration(timestamp(text), duration(span));
    expect(plus && formatTimestamp(plus)).toBe(later);
    expect(minus && formatTimestamp(minus)).toBe(earlier);
  });

  test.each([
    ['2024-01-02T00:00:00Z', '2024-01-01T00:00:00Z', '86400s'],
    ['2024-01-01T00:00:00Z', '2024-01-01T00:00:00.25Z', '-0.25s'],
    ['2024-01-01T05:00:00+05:00', '2024-01-01T00:00:00Z', '0s'],
    ['9999-12-31T23:59:59Z', '0001-01-01T00:00:00Z', undefined],
  ])('from %s back to %s', (a, b, span) => {
    const between = timeBetween(timestamp(a), timestamp(b));
    expect(between && formatDuration(between)).toBe(span);
  });

  test('the offset makes no difference to the instant', () => {
    const here = timestamp('2024-01-01T05:00:00+05:00');
    expect(compareTimestamps(here, timestamp('2024-01-01T00:00:00Z'))).toBe(0);
    expect(compareTimestamps(here, timestamp('2024-01-01T00:00:00.000000001Z'))).toBeLessThan(0);
  });

  test('the range is that of the years 1 to 9999', () => {
    expect(makeTimestamp(minUnixSeconds, 0)).toBeDefined();
    expect(makeTimestamp(minUnixSeconds - 1, 0)).toBeUndefined();
    expect(makeTimestamp(maxUnixSeconds, 999_999_999)).toBeDefined();
    expect(makeTimestamp(maxUnixSeconds + 1, 0)).toBeUndefined();
  });

  test('what is added and taken away again leaves the timestamp', () => {
    const seconds = fc.integer({ min: -1e9, max: 1e9 });
    fc.assert(
      fc.property(seconds, seconds, fc.nat(999_999_999), fc.nat(999_999_999), (at, span, nanos, extra) => {
        const start = new Timestamp(at, nanos, 3600);
        const by = new Duration(span, span < 0 ? 0 - extra : extra);
        const there = addDuration(start, by);
        expect(there && subtractDuration(there, by)).toEqual(start);
        expect(there && timeBetween(there, start)).toEqual(by);
      }),
    );
  });
});

describe('civilFromSeconds', () => {
  test.each([
    ['2024-02-29T12:30:45Z', [2024, 2, 29, 60, 4, 12, 30, 45]],
    ['2023-01-01T00:00:00Z', [2023, 1, 1, 1, 0, 0, 0, 0]],
    ['2024-12-31T23:59:59Z', [2024, 12, 31, 366, 2, 23, 59, 59]],
    ['1969-12-31T23:59:59Z', [1969, 12, 31, 365, 3, 23, 59, 59]],
    ['0001-01-01T00:00:00Z', [1, 1, 1, 1, 1, 0, 0, 0]],
    ['9999-12-31T23:59:59Z', [9999, 12, 31, 365, 5, 23, 59, 59]],
  ])('%s', (text, fields) => {
    expect(Object.values(civilFromSeconds(timestamp(text).seconds))).toEqual(fields);
  });

  test('agrees with the calendar of JavaScript', () => {
    fc.assert(
      fc.property(fc.integer({ min: minUnixSeconds, max: maxUnixSeconds }), (seconds) => {
        const civil = civilFromSeconds(seconds);
        const date = new Date(seconds * 1000);
        expect([civil.year, civil.month, civil.day, civil.dayOfWeek]).toEqual([
          date.getUTCFullYear(),
          date.getUTCMonth() + 1,
          date.getUTCDate(),
          date.getUTCDay(),
        ]);
        expect(civil.day).toBeLessThanOrEqual(daysInMonth(civil.year, civil.month));
      }),
    );
  });
});
