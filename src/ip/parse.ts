import { Address } from './address.ts';

function parseIPv4(text: string): number | string {
  let value = 0;
  let field = 0;
  let digits = 0;
  let fields = 0;
  for (let i = 0; i <= text.length; i++) {
    const code = i === text.length ? 46 : text.charCodeAt(i);
    if (code === 46) {
      if (digits === 0) return 'a field has no digit';
      if (fields === 4) return 'it has more than four fields';
      value = value * 256 + field;
      fields++;
      field = 0;
      digits = 0;
    } else if (code >= 48 && code <= 57) {
      if (digits === 1 && field === 0) return 'a field has a leading zero';
      field = field * 10 + code - 48;
      digits++;
      if (field > 255) return 'a field is above 255';
    } else return 'it has a character that is neither a digit nor a dot';
  }
  return fields === 4 ? value : 'it has fewer than four fields';
}

const hexField = /^[0-9a-fA-F]{1,4}$/;

/** The 16-bit fields of one side of `::`, or of the whole. */
function parseFields(text: string, mayEndInIPv4: boolean): number[] | string {
  if (text === '') return [];
  const fields: number[] = [];
  const parts = text.split(':', 10);
  for (const [i, part] of parts.entries()) {
    if (hexField.test(part)) fields.push(Number.parseInt(part, 16));
    else if (part.includes('.') && i === parts.length - 1 && mayEndInIPv4) {
      const value = parseIPv4(part);
      if (typeof value === 'string') return value;
      fields.push(Math.floor(value / 65_536), value % 65_536);
    } else return part === '' ? 'a field is empty' : 'a field is not of one to four hexadecimal digits';
  }
  return fields;
}

function parseIPv6(text: string): readonly number[] | string {
  const gap = text.indexOf('::');
  if (gap !== -1 && text.includes('::', gap + 1)) return 'it has more than one `::`';
  const head = parseFields(gap === -1 ? text : text.slice(0, gap), gap === -1);
  if (typeof head === 'string') return head;
  const tail = gap === -1 ? [] : parseFields(text.slice(gap + 2), true);
  if (typeof tail === 'string') return tail;
  const missing = 8 - head.length - tail.length;
  if (gap === -1 && missing > 0) return 'it has fewer than eight fields';
  if (missing < (gap === -1 ? 0 : 1)) return 'it has more than eight fields';
  const fields = [...head, ...new Array<number>(missing).fill(0), ...tail];
  const words: number[] = [];
  for (let i = 0; i < 8; i += 2) words.push(((fields[i] ?? 0) * 65_536 + (fields[i + 1] ?? 0)) >>> 0);
  return words;
}

/**
 * Reads an IP address as strictly as Go's netip.ParseAddr: no leading zeros, no short forms, no hexadecimal IPv4.
 * A zone (`fe80::1%eth0`) is refused; an IPv4-mapped IPv6 address is an IPv6 address.
 * @returns the address, or why there is none
 */
export function parseAddress(text: string): Address | string {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 46) {
      const value = parseIPv4(text);
      return typeof value === 'string' ? value : new Address(4, [value]);
    }
    if (code === 58) {
      if (text.includes('%')) return 'it has a zone';
      const words = parseIPv6(text);
      return typeof words === 'string' ? words : new Address(6, words);
    }
  }
  return 'it has neither dots nor colons';
}
