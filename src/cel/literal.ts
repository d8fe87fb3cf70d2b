import { double, int, Uint, type Value } from './value.ts';

/** The value of a literal token's text, or what is wrong with it. */
export type LiteralResult = { readonly value: Value } | { readonly message: string };

const SIMPLE: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  f: 12,
  n: 10,
  r: 13,
  t: 9,
  v: 11,
};

export function intLiteral(text: string, negative: boolean): LiteralResult {
  const magnitude = BigInt(text);
  const value = negative ? -magnitude : magnitude;
  if (value < -(2n ** 63n) || value > 2n ** 63n - 1n) {
    return { message: `\`${negative ? '-' : ''}${text}\` does not fit a 64-bit int` };
  }
  return { value: int(value) };
}

export function uintLiteral(text: string): LiteralResult {
  const value = BigInt(text.slice(0, -1));
  return value < 2n ** 64n
    ? { value: new Uint(value) }
    : { message: `\`${text}\` does not fit a 64-bit uint` };
}

export function doubleLiteral(text: string, negative: boolean): LiteralResult {
  const value = Number(text);
  if (!Number.isFinite(value)) return { message: `\`${text}\` does not fit a double` };
  return { value: double(negative ? -value : value) };
}

/** A string literal with its quotes and prefix (cel-go parser/unescape.go). */
export function stringLiteral(text: string): LiteralResult {
  const { body, raw } = unquote(text);
  if (raw || !body.includes('\\')) return { value: body };
  let out = '';
  for (let i = 0; i < body.length; ) {
    const next = body.indexOf('\\', i);
    if (next < 0) return { value: out + body.slice(i) };
    out += body.slice(i, next);
    const sequence = readEscape(body, next);
    if (sequence.code > 0x10ffff || (sequence.code >= 0xd800 && sequence.code < 0xe000)) {
      return { message: `\`${body.slice(next, next + sequence.length)}\` is not a Unicode code point` };
    }
    out += String.fromCodePoint(sequence.code);
    i = next + sequence.length;
  }
  return { value: out };
}

/** A bytes literal: escapes are bytes, other characters their UTF-8. `\u` has no meaning in it. */
export function bytesLiteral(text: string): LiteralResult {
  const { body, raw } = unquote(text.slice(1));
  const encoder = new TextEncoder();
  if (raw || !body.includes('\\')) return { value: encoder.encode(body) };
  const out: number[] = [];
  for (let i = 0; i < body.length; ) {
    if (body[i] !== '\\') {
      const char = String.fromCodePoint(body.codePointAt(i) as number);
      out.push(...encoder.encode(char));
      i += char.length;
      continue;
    }
    if (body[i + 1] === 'u' || body[i + 1] === 'U') {
      return { message: 'a bytes literal takes `\\x` escapes, not `\\u`' };
    }
    const sequence = readEscape(body, i);
    out.push(sequence.code & 0xff);
    i += sequence.length;
  }
  return { value: Uint8Array.from(out) };
}

function unquote(text: string): { body: string; raw: boolean } {
  const raw = text[0] === 'r' || text[0] === 'R';
  const quoted = raw ? text.slice(1) : text;
  const width = quoted.length >= 6 && /^("""|''')/.test(quoted) ? 3 : 1;
  return { body: quoted.slice(width, -width).replace(/\r\n?/g, '\n'), raw };
}

/** The escape at `at`, which the lexer has found to be one. */
function readEscape(body: string, at: number): { code: number; length: number } {
  const char = body[at + 1] as string;
  const simple = SIMPLE[char];
  if (simple !== undefined) return { code: simple, length: 2 };
  const hex = char === 'x' || char === 'X' ? 2 : char === 'u' ? 4 : char === 'U' ? 8 : 0;
  if (hex > 0) return { code: Number.parseInt(body.slice(at + 2, at + 2 + hex), 16), length: 2 + hex };
  if (char >= '0' && char <= '3') return { code: Number.parseInt(body.slice(at + 1, at + 4), 8), length: 4 };
  return { code: char.charCodeAt(0), length: 2 };
}
