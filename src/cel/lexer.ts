import type { Problem } from './ast.ts';
import type { Operator, TokenKind, Tokens } from './token.ts';

const OPERATORS: (Operator | undefined)[] = new Array(128).fill(undefined);
for (const char of '<>[]{}().,-!?:+*/%') OPERATORS[char.charCodeAt(0)] = char as Operator;
const KEYWORDS = new Map<string, TokenKind>([
  ['true', 'true'],
  ['false', 'false'],
  ['null', 'null'],
  ['in', 'in'],
]);

// What a character can begin or continue; everything outside ASCII is nothing.
const DIGIT = 1;
const LETTER = 2;
const HEX = 4;
const SPACE = 8;
const CLASSES = new Uint8Array(128);
for (let code = 0; code < 128; code++) {
  const char = String.fromCharCode(code);
  if (/[0-9]/.test(char)) CLASSES[code] = DIGIT | HEX;
  if (/[A-Za-z_]/.test(char)) CLASSES[code] = LETTER | (/[A-Fa-f]/.test(char) ? HEX : 0);
  if (/[\t\n\f\r ]/.test(char)) CLASSES[code] = SPACE;
}
const classOf = (code: number): number => (code < 128 ? (CLASSES[code] as number) : 0);
const isDigit = (code: number): boolean => code >= 48 && code <= 57;

const QUOTE = 34;
const APOSTROPHE = 39;
const BACKSLASH = 92;
const SLASH = 47;

// Used for every source in turn: compiling a thousand expressions makes much garbage otherwise.
const kinds: TokenKind[] = [];
const starts: number[] = [];
const ends: number[] = [];
/** More tokens than this are not kept for the next source. */
const MANY = 5000;

/** `t`, `f`, `n`, `i`: what `true`, `false`, `null` and `in` begin with. */
const isKeywordStart = (code: number): boolean =>
  code === 116 || code === 102 || code === 110 || code === 105;

function twoCharacters(code: number, next: number): Operator | undefined {
  if (next === 61) {
    if (code === 61) return '==';
    if (code === 33) return '!=';
    if (code === 60) return '<=';
    return code === 62 ? '>=' : undefined;
  }
  if (code !== next) return undefined;
  return code === 38 ? '&&' : code === 124 ? '||' : undefined;
}

/**
 * Cuts a source into tokens (cel-go parser/gen/CEL.g4, whose longest match this reproduces). What fits no token is
 * reported and skipped.
 */
export function lex(source: string): { readonly tokens: Tokens; readonly problems: Problem[] } {
  const problems: Problem[] = [];
  let count = 0;
  if (kinds.length > MANY) {
    kinds.length = 0;
    starts.length = 0;
    ends.length = 0;
  }
  const length = source.length;
  let at = 0;
  const push = (kind: TokenKind, end: number): void => {
    kinds[count] = kind;
    starts[count] = at;
    ends[count++] = end;
    at = end;
  };
  while (at < length) {
    const code = source.charCodeAt(at);
    const kind = classOf(code);
    if (kind & SPACE) {
      at++;
    } else if (kind & LETTER) {
      const quoted = (code | 32) === 98 || (code | 32) === 114 ? stringStart(source, at) : -1;
      if (quoted > at) {
        const end = stringEnd(source, quoted, hasRawPrefix(source, at, quoted));
        if (end > 0) {
          push(code === 98 || code === 66 ? 'bytes' : 'string', end);
          continue;
        }
      }
      let end = at + 1;
      while (end < length && classOf(source.charCodeAt(end)) & (LETTER | DIGIT)) end++;
      push(
        isKeywordStart(code) && end - at < 6
          ? (KEYWORDS.get(source.slice(at, end)) ?? 'identifier')
          : 'identifier',
        end,
      );
    } else if (kind & DIGIT || (code === 46 && isDigit(source.charCodeAt(at + 1)))) {
      const number = readNumber(source, at);
      push(number.kind, number.end);
    } else if (code === QUOTE || code === APOSTROPHE) {
      const end = stringEnd(source, at, false);
      if (end > 0) {
        push('string', end);
      } else {
        const line = source.slice(at).search(/[\n\r]/);
        const stop = line < 0 ? length : at + line;
        problems.push({
          message: 'a string is not closed, or has an escape that does not exist',
          start: at,
          end: stop,
        });
        push('invalid', stop);
      }
    } else if (code === SLASH && source.charCodeAt(at + 1) === SLASH) {
      const newline = source.indexOf('\n', at);
      at = newline < 0 ? length : newline;
    } else if (code === 96) {
      const end = escapedEnd(source, at);
      if (end > 0) push('escaped', end);
      else at = unexpected(source, at, problems);
    } else {
      const two = twoCharacters(code, source.charCodeAt(at + 1));
      if (two !== undefined) {
        push(two, at + 2);
        continue;
      }
      const operator = OPERATORS[code];
      if (operator === undefined) at = unexpected(source, at, problems);
      else push(operator, at + 1);
    }
  }
  push('end', length);
  return { tokens: { count, kinds, starts, ends }, problems };
}

function unexpected(source: string, at: number, problems: Problem[]): number {
  const char = String.fromCodePoint(source.codePointAt(at) as number);
  const help = { '=': 'comparison is `==`', '&': 'and is `&&`', '|': 'or is `||`' }[char];
  const end = at + char.length;
  problems.push({
    message: `\`${char}\` is not part of the language`,
    ...(help !== undefined && { help }),
    start: at,
    end,
  });
  return end;
}

/** The number that begins at `start`. */
function readNumber(source: string, start: number): { readonly kind: TokenKind; readonly end: number } {
  const digits = (from: number, mask: number): number => {
    let end = from;
    while (end < source.length && classOf(source.charCodeAt(end)) & mask) end++;
    return end;
  };
  const integer = (end: number): { kind: TokenKind; end: number } =>
    (source.charCodeAt(end) | 32) === 117 ? { kind: 'uint', end: end + 1 } : { kind: 'int', end };
  if (source.charCodeAt(start) === 48 && source.charCodeAt(start + 1) === 120) {
    const end = digits(start + 2, HEX);
    if (end > start + 2) return integer(end);
  }
  let end = digits(start, DIGIT);
  let kind: TokenKind = 'int';
  if (source.charCodeAt(end) === 46 && isDigit(source.charCodeAt(end + 1))) {
    end = digits(end + 1, DIGIT);
    kind = 'double';
  }
  if ((source.charCodeAt(end) | 32) === 101) {
    const sign = source.charCodeAt(end + 1);
    const from = end + (sign === 43 || sign === 45 ? 2 : 1);
    if (isDigit(source.charCodeAt(from))) return { kind: 'double', end: digits(from, DIGIT) };
  }
  return kind === 'double' ? { kind, end } : integer(end);
}

/** Where the quote is that a prefix (`r`, `b`, `br`) at `at` introduces, or -1. */
function stringStart(source: string, at: number): number {
  const isQuote = (index: number): boolean => {
    const code = source.charCodeAt(index);
    return code === QUOTE || code === APOSTROPHE;
  };
  const first = source.charCodeAt(at) | 32;
  if (first === 114) return isQuote(at + 1) ? at + 1 : -1;
  if (first !== 98) return -1;
  if (isQuote(at + 1)) return at + 1;
  return (source.charCodeAt(at + 1) | 32) === 114 && isQuote(at + 2) ? at + 2 : -1;
}

const hasRawPrefix = (source: string, at: number, quote: number): boolean =>
  (source.charCodeAt(at) | 32) === 114 || quote - at === 2;

/** Where the string whose quote is at `at` ends, or -1 where it is no string. */
function stringEnd(source: string, at: number, raw: boolean): number {
  const quote = source.charCodeAt(at);
  if (source.charCodeAt(at + 1) === quote && source.charCodeAt(at + 2) === quote) {
    const triple = source.slice(at, at + 3);
    for (let i = at + 3; i < source.length; i++) {
      const code = source.charCodeAt(i);
      if (code === BACKSLASH && !raw) {
        const width = escapeLength(source, i);
        if (width === 0) break;
        i += width - 1;
      } else if (code === quote && source.startsWith(triple, i)) {
        return i + 3;
      }
    }
    return at + 2;
  }
  for (let i = at + 1; i < source.length; i++) {
    const code = source.charCodeAt(i);
    if (code === quote) return i + 1;
    if (code === 10 || code === 13) return -1;
    if (code === BACKSLASH && !raw) {
      const width = escapeLength(source, i);
      if (width === 0) return -1;
      i += width - 1;
    }
  }
  return -1;
}

/** How long the escape sequence at `at` is; 0 where there is no such escape. */
function escapeLength(source: string, at: number): number {
  const code = source.charCodeAt(at + 1);
  const char = source[at + 1];
  if (char === undefined) return 0;
  if ('abfnrtv"\'\\?`'.includes(char)) return 2;
  const hex = code === 120 || code === 88 ? 2 : code === 117 ? 4 : code === 85 ? 8 : 0;
  if (hex > 0) {
    for (let i = 0; i < hex; i++) {
      if (!(classOf(source.charCodeAt(at + 2 + i)) & HEX)) return 0;
    }
    return 2 + hex;
  }
  return /^[0-3][0-7][0-7]$/.test(source.slice(at + 1, at + 4)) ? 4 : 0;
}

function escapedEnd(source: string, at: number): number {
  let end = at + 1;
  while (end < source.length) {
    const code = source.charCodeAt(end);
    if (code === 96) return end > at + 1 ? end + 1 : -1;
    const allowed =
      classOf(code) & (LETTER | DIGIT) || code === 46 || code === 45 || code === SLASH || code === 32;
    if (!allowed) return -1;
    end++;
  }
  return -1;
}
