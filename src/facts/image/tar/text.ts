import { isUtf8 } from 'node:buffer';

/**
 * Bytes of an archive as text. Bytes that are not UTF-8 become lone surrogates, U+DC80 to U+DCFF (as Python does it): two
 * names that differ never become one, with which a layer could make us see another file deleted.
 */
export function text(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (isUtf8(buffer)) return buffer.toString('utf8');
  let out = '';
  for (const byte of buffer) out += String.fromCharCode(byte < 0x80 ? byte : 0xdc00 + byte);
  return out;
}

/** Up to the first NUL, or all. */
export function untilNul(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return text(end === -1 ? bytes : bytes.subarray(0, end));
}
