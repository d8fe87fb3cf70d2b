/**
 * An IP address. `words` hold it in 32-bit pieces, the highest first: one for IPv4, four for IPv6.
 */
export class Address {
  readonly family: 4 | 6;
  readonly words: readonly number[];

  constructor(family: 4 | 6, words: readonly number[]) {
    this.family = family;
    this.words = words;
  }
}

export function sameAddress(a: Address, b: Address): boolean {
  if (a.family !== b.family) return false;
  for (let i = 0; i < a.words.length; i++) if (a.words[i] !== b.words[i]) return false;
  return true;
}

function word(address: Address, index: number): number {
  return address.words[index] ?? 0;
}

/** Whether it is an IPv6 address that carries an IPv4 one, `::ffff:a.b.c.d`. */
export function isMapped(address: Address): boolean {
  return (
    address.family === 6 && word(address, 0) === 0 && word(address, 1) === 0 && word(address, 2) === 0xffff
  );
}

/** `0.0.0.0` or `::`. */
export function isUnspecified(address: Address): boolean {
  return address.words.every((w) => w === 0);
}

/** `127.0.0.0/8` or `::1`. */
export function isLoopback(address: Address): boolean {
  if (address.family === 4) return word(address, 0) >>> 24 === 127;
  return word(address, 0) === 0 && word(address, 1) === 0 && word(address, 2) === 0 && word(address, 3) === 1;
}

/** `224.0.0.0/24`, or IPv6 multicast of link-local scope (`ff02::/16`, flags aside). */
export function isLinkLocalMulticast(address: Address): boolean {
  if (address.family === 4) return word(address, 0) >>> 8 === 0xe00000;
  return ((word(address, 0) >>> 16) & 0xff0f) === 0xff02;
}

/** `169.254.0.0/16` or `fe80::/10`. */
export function isLinkLocalUnicast(address: Address): boolean {
  if (address.family === 4) return word(address, 0) >>> 16 === 0xa9fe;
  return word(address, 0) >>> 22 === 0x3fa;
}

function isMulticast(address: Address): boolean {
  return address.family === 4 ? word(address, 0) >>> 28 === 0xe : word(address, 0) >>> 24 === 0xff;
}

/** Neither of the above, nor multicast nor `255.255.255.255`: private addresses are global (Go net/netip). */
export function isGlobalUnicast(address: Address): boolean {
  if (address.family === 4 && word(address, 0) === 0xffffffff) return false;
  return (
    !isUnspecified(address) && !isLoopback(address) && !isMulticast(address) && !isLinkLocalUnicast(address)
  );
}

function formatIPv4(value: number): string {
  return `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`;
}

/** The canonical text: dotted decimals, or RFC 5952. */
export function formatAddress(address: Address): string {
  if (address.family === 4) return formatIPv4(word(address, 0));
  if (isMapped(address)) return `::ffff:${formatIPv4(word(address, 3))}`;
  const fields = address.words.flatMap((w) => [w >>> 16, w & 0xffff]);
  let start = -1;
  let length = 1;
  for (let i = 0; i < 8; i++) {
    let end = i;
    while (end < 8 && fields[end] === 0) end++;
    if (end - i > length) {
      start = i;
      length = end - i;
    }
    if (end > i) i = end;
  }
  const text = (from: number, to: number) =>
    fields
      .slice(from, to)
      .map((f) => f.toString(16))
      .join(':');
  return start < 0 ? text(0, 8) : `${text(0, start)}::${text(start + length, 8)}`;
}
