import { malformed } from './header.ts';
import { text } from './text.ts';

const space = 32;
const equals = 61;
const newline = 10;

/**
 * The records of a pax extended header: `<length> <key>=<value>\n`, the length counting itself.
 * Only keys that matter are kept; where one is given twice, the last counts.
 */
export function readPax(bytes: Buffer): Map<string, string> {
  const records = new Map<string, string>();
  let at = 0;
  while (at < bytes.length) {
    const blank = bytes.indexOf(space, at);
    if (blank === -1 || blank - at > 10 || blank === at)
      throw malformed('has an extended header without length');
    const length = Number(bytes.toString('latin1', at, blank));
    const end = at + length;
    if (!Number.isInteger(length) || end > bytes.length || end <= blank + 1 || bytes[end - 1] !== newline)
      throw malformed('has an extended header whose length is wrong');
    const middle = bytes.indexOf(equals, blank);
    if (middle === -1 || middle >= end) throw malformed('has an extended header without value');
    const key = bytes.toString('latin1', blank + 1, middle);
    if (wanted.has(key)) {
      const value = text(bytes.subarray(middle + 1, end - 1));
      if (value.includes('\0')) throw malformed('has NUL in an extended header');
      records.set(key, value);
    }
    at = end;
  }
  return records;
}

const wanted: ReadonlySet<string> = new Set([
  'path',
  'linkpath',
  'size',
  'uid',
  'gid',
  'GNU.sparse.name',
  'GNU.sparse.major',
  'GNU.sparse.minor',
  'GNU.sparse.realsize',
  'GNU.sparse.size',
  'GNU.sparse.map',
  'GNU.sparse.numblocks',
]);

/** A record that is a number of 0 or more; undefined where there is none or it is empty. */
export function paxNumber(records: ReadonlyMap<string, string>, key: string): number | undefined {
  const value = records.get(key);
  if (value === undefined || value === '') return undefined;
  const number = Number(value);
  if (!/^\d{1,16}$/.test(value) || !Number.isSafeInteger(number))
    throw malformed(`has \`${key}\` in an extended header that is not a size`);
  return number;
}
