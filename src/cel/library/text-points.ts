/** Strings are counted in code points, JavaScript's in UTF-16 units: these translate. */

const isHigh = (unit: number): boolean => unit >= 0xd800 && unit < 0xdc00;
const isLow = (unit: number): boolean => unit >= 0xdc00 && unit < 0xe000;

/** The length in units of the code point that begins at unit `at`. */
function step(text: string, at: number): number {
  return isHigh(text.charCodeAt(at)) && isLow(text.charCodeAt(at + 1)) ? 2 : 1;
}

/** The unit at which code point number `point` begins; the text's length for the one after the last; else -1. */
export function unitAt(text: string, point: number): number {
  if (point < 0 || point > text.length) return -1;
  let at = 0;
  for (let i = 0; i < point; i++) {
    if (at >= text.length) return -1;
    at += step(text, at);
  }
  return at;
}

/** How many code points begin before unit `end`. */
export function pointsBefore(text: string, end: number): number {
  let points = 0;
  for (let at = 0; at < end; at += step(text, at)) points++;
  return points;
}

/** The number of bytes in UTF-8. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    // A pair is four bytes in two units, anything else above U+07FF three in one.
    bytes += unit < 0x800 || isHigh(unit) || isLow(unit) ? 1 : 2;
  }
  return bytes;
}
