import { Double, parseExact } from '../json/index.ts';
import { scanJson } from './json.ts';
import { deepest } from './limits.ts';
import { settle } from './scalar.ts';

/** The part of a text that holds one document, or none; `end` excluded. */
export interface Chunk {
  readonly start: number;
  readonly end: number;
  /** Its value, where it is JSON and could be read. */
  readonly json?: { readonly value: unknown; readonly tooDeep: boolean };
}

// At the start of a line these end a document wherever they stand, even within quotes or blocks
// (YAML 1.2, section 9.1.2, c-forbidden). A carriage return alone ends a line.
const marker = /(?:^\uFEFF?|[\r\n])(?:---|\.\.\.)(?=[ \t\r\n]|$)/g;

/** Blanks, comments, and the marker that a document begins with. */
const lead = /(?:\uFEFF|---(?=[ \t\r\n]|$)|[ \t\r\n]+|#[^\r\n]*)*/y;

/**
 * Splits a text into documents, so that what is wrong with one hides no other: at the lines `---` and `...`, and
 * between the values of a stream of JSON.
 */
export function* chunksOf(text: string): Generator<Chunk> {
  let start = 0;
  marker.lastIndex = 0;
  for (;;) {
    const found = marker.exec(text);
    if (found === null) break;
    const end = found.index + found[0].length - 3;
    const resume = marker.lastIndex;
    if (text[end] === '.') {
      yield* jsonChunksOf(text, start, end);
      start = resume;
    } else if (end > start && !isDirectives(text, start, end)) {
      yield* jsonChunksOf(text, start, end);
      start = end;
    }
    marker.lastIndex = resume;
  }
  if (start < text.length) yield* jsonChunksOf(text, start, text.length);
}

/** Directives belong to the document behind the next marker. */
function isDirectives(text: string, start: number, end: number): boolean {
  const content = skipLead(text, start);
  return content < end && text[content] === '%';
}

/** JSON is read at once where it is a single value, else value by value; what is neither is left whole. */
function* jsonChunksOf(text: string, start: number, end: number): Generator<Chunk> {
  let from = start;
  for (;;) {
    const content = skipLead(text, from);
    const next = text[content];
    if (content >= end || (next !== '{' && next !== '[')) break;
    const rest = text.slice(content, end);
    if (from === start) {
      const json = parse(rest);
      if (json !== undefined) return yield { start, end, json };
    }
    const scanned = scanJson(rest, deepest);
    if (!scanned.ok) break;
    const behind = /[^ \t\r\n]/.exec(rest.slice(scanned.end))?.[0];
    if (behind !== undefined && behind !== '{' && behind !== '[') break;
    const json = parse(rest.slice(0, scanned.end));
    if (json === undefined) break;
    yield { start: from, end: content + scanned.end, json };
    if (behind === undefined) return;
    from = content + scanned.end;
  }
  yield { start: from, end };
}

/** Where the content of a chunk begins. */
export function skipLead(text: string, start: number): number {
  lead.lastIndex = start;
  lead.test(text);
  return lead.lastIndex;
}

function parse(text: string): Chunk['json'] {
  let value: unknown;
  try {
    value = parseExact(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  const seen = { tooDeep: false };
  return { value: settleAll(value, 0, seen), ...seen };
}

/**
 * Makes integers of the doubles that Go writes as integers, for kubectl writes the JSON anew that it sends; and
 * says whether the value is too deep to be used.
 */
function settleAll(value: unknown, depth: number, seen: { tooDeep: boolean }): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Double) return settle(value.value);
  if (depth >= deepest) {
    seen.tooDeep = true;
    return value;
  }
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      const item: unknown = value[index];
      if (typeof item === 'object' && item !== null) value[index] = settleAll(item, depth + 1, seen);
    }
    return value;
  }
  const object = value as { [key: string]: unknown };
  for (const key in object) {
    if (!Object.hasOwn(object, key)) continue;
    const item = object[key];
    if (typeof item !== 'object' || item === null) continue;
    const settled = settleAll(item, depth + 1, seen);
    if (settled !== item) object[key] = settled;
  }
  return object;
}
