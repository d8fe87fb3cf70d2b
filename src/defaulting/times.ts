import { formatTimestamp, makeTimestamp, parseTimestamp } from '../time/index.ts';

/** A time as the API server writes it (meta/v1 Time): in UTC, to the second; what is none stays as it is. */
export function normalTime(value: unknown): unknown {
  return inUtc(value)?.text ?? value;
}

/** The same to the microsecond (meta/v1 MicroTime). */
export function normalMicroTime(value: unknown): unknown {
  const time = inUtc(value);
  if (time === undefined) return value;
  const micros = Math.floor(time.nanos / 1000);
  return time.text.replace('Z', `.${String(micros).padStart(6, '0')}Z`);
}

function inUtc(value: unknown): { readonly text: string; readonly nanos: number } | undefined {
  const time = typeof value === 'string' ? parseTimestamp(value) : 'malformed';
  if (typeof time === 'string') return undefined;
  const whole = makeTimestamp(time.seconds, 0);
  return whole && { text: formatTimestamp(whole), nanos: time.nanos };
}
