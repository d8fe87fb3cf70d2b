import { daysSinceEpoch } from './civil.ts';

/** A time zone: how many seconds east of UTC its clocks are at an instant given in Unix seconds. */
export type Zone = (unixSeconds: number) => number;

const utc: Zone = () => 0;

// The names of the tz database without an area. Intl knows more (ACT, IST), which Go does not.
const bareNames: ReadonlySet<string> = new Set(
  `CET CST6CDT Cuba EET EST EST5EDT Egypt Eire GB GB-Eire GMT GMT+0 GMT-0 GMT0 Greenwich HST Hongkong Iceland Iran
  Israel Jamaica Japan Kwajalein Libya MET MST MST7MDT NZ NZ-CHAT Navajo PRC PST8PDT Poland Portugal ROC ROK
  Singapore Turkey UCT UTC Universal W-SU WET Zulu`.split(/\s+/),
);

// Words in the tz database's names that are not simply capitalised, by their lower case.
const spellings: ReadonlyMap<string, string> = new Map(
  `ACT BajaNorte BajaSur ComodRivadavia DeNoronha DumontDUrville EasterIsland GMT IN LHI McMurdo NSW UCT US UTC
  au es of`
    .split(/\s+/)
    .map((word) => [word.toLowerCase(), word]),
);

const notInTzDatabase = /^(?:SystemV\/|US\/Pacific-New$)/;

/** Intl takes names in any case, the tz database (a directory of files) only in its own. */
function isSpelledAsInTzDatabase(name: string): boolean {
  if (!name.includes('/')) return bareNames.has(name);
  if (notInTzDatabase.test(name)) return false;
  for (const [word] of name.matchAll(/[A-Za-z]+/g)) {
    const lower = word.toLowerCase();
    if (word !== (spellings.get(lower) ?? lower.charAt(0).toUpperCase() + lower.slice(1))) return false;
  }
  return true;
}

function offsetFromIntl(format: Intl.DateTimeFormat, unixSeconds: number): number {
  let year = 0;
  let month = 1;
  let day = 1;
  let hours = 0;
  let minutes = 0;
  let seconds = 0;
  let beforeChrist = false;
  for (const { type, value } of format.formatToParts(unixSeconds * 1000)) {
    if (type === 'year') year = Number(value);
    else if (type === 'month') month = Number(value);
    else if (type === 'day') day = Number(value);
    else if (type === 'hour') hours = Number(value);
    else if (type === 'minute') minutes = Number(value);
    else if (type === 'second') seconds = Number(value);
    else if (type === 'era') beforeChrist = value.startsWith('B');
  }
  const days = daysSinceEpoch(beforeChrist ? 1 - year : year, month, day);
  return days * 86_400 + hours * 3600 + minutes * 60 + seconds - unixSeconds;
}

function namedZone(name: string): Zone | undefined {
  if (!isSpelledAsInTzDatabase(name)) return undefined;
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch {
    return undefined;
  }
  return (unixSeconds) => offsetFromIntl(format, unixSeconds);
}

const integer = /^[+-]?\d{1,15}$/;

/** `[+-]H:M`, hours and minutes being any integers, as cel-go reads it (common/types/timestamp.go). */
function fixedZone(text: string, colon: number): Zone | undefined {
  const hours = text.slice(0, colon);
  const minutes = text.slice(colon + 1);
  if (!integer.test(hours) || !integer.test(minutes)) return undefined;
  const offset = Number(hours) * 60 + (text.startsWith('-') ? -Number(minutes) : Number(minutes));
  // Beyond 292 years Go's arithmetic overflows, and the answer would be noise.
  if (Math.abs(offset) > 153_722_867) return undefined;
  return () => offset * 60;
}

const zones = new Map<string, Zone>();
const maxCachedZones = 128;

/**
 * The time zone of a name in the tz database (`Europe/Paris`; empty and `Local` are UTC, as in an API server) or
 * of a fixed offset (`+05:30`, `-8:00`).
 * @returns undefined where there is no such zone
 */
export function findZone(name: string): Zone | undefined {
  if (name === '' || name === 'UTC' || name === 'Local') return utc;
  const known = zones.get(name);
  if (known !== undefined) return known;
  const colon = name.indexOf(':');
  const zone = colon === -1 ? namedZone(name) : fixedZone(name, colon);
  if (zone === undefined) return undefined;
  if (zones.size >= maxCachedZones) zones.clear();
  zones.set(name, zone);
  return zone;
}
