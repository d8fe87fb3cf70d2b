import {
  type Civil,
  civilFromSeconds,
  type Duration,
  durationHours,
  durationMilliseconds,
  durationMinutes,
  durationSeconds,
  findZone,
  type Timestamp,
} from '../../time/index.ts';
import type { FunctionDeclaration } from '../declaration.ts';
import { DURATION, INT, STRING, TIMESTAMP } from '../type.ts';
import { type CelError, failure, int, type Value } from '../value.ts';

type Reader = (civil: Civil, timestamp: Timestamp) => number;

/** The fields of a timestamp, in UTC or in a named zone; months and days of the year and week from 0. */
const READERS: Readonly<Record<string, readonly [id: string, read: Reader]>> = {
  getFullYear: ['timestamp_to_year', (civil) => civil.year],
  getMonth: ['timestamp_to_month', (civil) => civil.month - 1],
  getDayOfYear: ['timestamp_to_day_of_year', (civil) => civil.dayOfYear - 1],
  getDayOfMonth: ['timestamp_to_day_of_month', (civil) => civil.day - 1],
  getDate: ['timestamp_to_day_of_month_1_based', (civil) => civil.day],
  getDayOfWeek: ['timestamp_to_day_of_week', (civil) => civil.dayOfWeek],
  getHours: ['timestamp_to_hours', (civil) => civil.hours],
  getMinutes: ['timestamp_to_minutes', (civil) => civil.minutes],
  getSeconds: ['timestamp_to_seconds', (civil) => civil.seconds],
  getMilliseconds: ['timestamp_to_milliseconds', (_civil, timestamp) => Math.trunc(timestamp.nanos / 1e6)],
};

/** Durations: the whole in a unit, but for milliseconds, which are those after the last second. */
const DURATION_READERS: Readonly<Record<string, readonly [id: string, read: (duration: Duration) => Value]>> =
  {
    getHours: ['duration_to_hours', (duration) => int(durationHours(duration))],
    getMinutes: ['duration_to_minutes', (duration) => int(durationMinutes(duration))],
    getSeconds: ['duration_to_seconds', (duration) => int(durationSeconds(duration))],
    getMilliseconds: ['duration_to_milliseconds', (duration) => int(durationMilliseconds(duration))],
  };

function inZone(timestamp: Timestamp, name: string, read: Reader): Value | CelError {
  const zone = findZone(name);
  if (zone === undefined) return failure(`there is no time zone \`${name}\``);
  return read(civilFromSeconds(timestamp.seconds + zone(timestamp.seconds)), timestamp);
}

/** The getters of timestamps and durations (cel-go common/stdlib/standard.go, with Kubernetes' UTC for want of a zone). */
export const TIME: readonly FunctionDeclaration[] = Object.entries(READERS).map(([name, [id, read]]) => {
  const ofDuration = DURATION_READERS[name];
  return {
    name,
    member: true,
    overloads: [
      {
        id,
        parameters: [TIMESTAMP],
        result: INT,
        call: (timestamp: Timestamp) => read(civilFromSeconds(timestamp.seconds), timestamp),
      },
      {
        id: `${id}_with_tz`,
        parameters: [TIMESTAMP, STRING],
        result: INT,
        call: (timestamp: Timestamp, zone: string) => inZone(timestamp, zone, read),
      },
      ...(ofDuration === undefined
        ? []
        : [{ id: ofDuration[0], parameters: [DURATION], result: INT, call: ofDuration[1] }]),
    ],
  };
});
