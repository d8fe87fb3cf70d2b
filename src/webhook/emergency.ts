/** Somebody has turned everything to Audit. */
export interface Emergency {
  /** RFC 3339: when, as far as that is known. */
  readonly since?: string;
  /** Who or what, as far as that is known. */
  readonly by?: string;
  readonly reason?: string;
}

/** Of audit annotations: unlike those of findings, it has no dot. */
export const emergencyKey = 'emergency';

/** For the audit log: what, since when, by whom and why, on one line. */
export function emergencyNote({ since, by, reason }: Emergency): string {
  const parts = [
    'the emergency switch is on: everything is noted only',
    since === undefined ? '' : `since ${since}`,
    by === undefined ? '' : `by ${by}`,
  ];
  const note = parts.filter((part) => part !== '').join(' ');
  const line = `${note}${reason === undefined ? '' : `: ${reason}`}`.replaceAll(
    /[\p{Cc}\u2028\u2029]+/gu,
    ' ',
  );
  return line.slice(0, 1024);
}
