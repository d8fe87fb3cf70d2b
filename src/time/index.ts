export { type Civil, civilFromSeconds, daysInMonth, daysSinceEpoch } from './civil.ts';
export {
  addDurations,
  compareDurations,
  Duration,
  durationHours,
  durationMilliseconds,
  durationMinutes,
  durationSeconds,
  formatDuration,
  fromNanoseconds,
  makeDuration,
  negateDuration,
  subtractDurations,
  toNanoseconds,
} from './duration.ts';
export { parseDuration } from './parse-duration.ts';
export { formatTimestamp, parseTimestamp, type TimestampProblem } from './rfc3339.ts';
export {
  addDuration,
  compareTimestamps,
  makeTimestamp,
  maxUnixSeconds,
  minUnixSeconds,
  subtractDuration,
  Timestamp,
  timeBetween,
} from './timestamp.ts';
export { findZone, type Zone } from './zone.ts';
