import { ImageError } from '../error.ts';
import { untilNul } from './text.ts';

/** A tar header block as it stands, extended headers not yet applied. */
export interface Header {
  readonly name: string;
  /** The byte that tells the type, as a character: `0` file, `5` directory, `x` extended header … */
  readonly type: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly target: string;
  readonly gnu: boolean;
}

export const blockSize = 512;

const ustar = Buffer.from('ustar\0');
const gnu = Buffer.from('ustar  \0');

/**
 * Reads one block of 512 bytes; undefined where it is all zeros, which ends an archive.
 * The layout is that of POSIX.1-1988 with GNU's extensions; where readers differ, it is read as Go's archive/tar does, which
 * is what container runtimes unpack layers with.
 */
export function readHeader(block: Buffer): Header | undefined {
  let unsigned = 0;
  let signed = 0;
  for (let at = 0; at < blockSize; at++) {
    const byte = at >= 148 && at < 156 ? 32 : (block[at] as number);
    unsigned += byte;
    signed += byte > 127 ? byte - 256 : byte;
  }
  if (unsigned === 8 * 32 && block.every((byte) => byte === 0)) return undefined;
  const sum = readNumber(block.subarray(148, 156));
  if (sum !== unsigned && sum !== signed) throw malformed('has a header whose checksum is wrong');
  const isGnu = block.compare(gnu, 0, 8, 257, 265) === 0;
  const isUstar = block.compare(ustar, 0, 6, 257, 263) === 0;
  const name = untilNul(block.subarray(0, 100));
  const prefix = isUstar ? untilNul(block.subarray(345, 500)) : '';
  const flag = block[156] as number;
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    type: flag === 0 ? '0' : String.fromCharCode(flag),
    mode: readNumber(block.subarray(100, 108)),
    uid: readNumber(block.subarray(108, 116)),
    gid: readNumber(block.subarray(116, 124)),
    size: readNumber(block.subarray(124, 136)),
    target: untilNul(block.subarray(157, 257)),
    gnu: isGnu,
  };
}

/** A number in octal digits, or in GNU's base 256 where the first bit is set. */
export function readNumber(field: Uint8Array): number {
  const first = field[0] as number;
  if ((first & 0x80) !== 0) {
    if ((first & 0x40) !== 0) throw malformed('has a negative number in a header');
    let value = first & 0x3f;
    for (const byte of field.subarray(1)) {
      value = value * 256 + byte;
      if (value > Number.MAX_SAFE_INTEGER) throw malformed('has a number in a header that is too large');
    }
    return value;
  }
  let start = 0;
  let end = field.length;
  while (start < end && (field[start] === 32 || field[start] === 0)) start++;
  while (end > start && (field[end - 1] === 32 || field[end - 1] === 0)) end--;
  let value = 0;
  for (let at = start; at < end; at++) {
    const digit = (field[at] as number) - 48;
    if (field[at] === 0) break;
    if (digit < 0 || digit > 7) throw malformed('has a number in a header that is not octal');
    value = value * 8 + digit;
  }
  return value;
}

export function malformed(what: string): ImageError {
  return new ImageError('malformed', `the archive ${what}`);
}
