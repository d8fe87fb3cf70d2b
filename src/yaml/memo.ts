import { type Chunk, chunksOf, skipLead } from './chunks.ts';
import { scanJson } from './json.ts';
import { deepest } from './limits.ts';
import type { Outline } from './outline.ts';
import { parseYaml } from './parse.ts';
import { Lines } from './positions.ts';
import { outlineOf } from './yaml-outline.ts';

/** A document's outline, and the offset in the whole text that its offsets count from. */
export interface PlacedOutline {
  readonly outline: Outline;
  readonly origin: number;
}

/**
 * What has been found out about a text. Positions are asked for one by one, many of the same few texts; what is
 * remembered never changes an answer.
 */
interface TextMemo {
  chunks?: readonly { readonly start: number; readonly end: number }[];
  lines?: Lines;
  readonly outlines: Map<number, PlacedOutline | undefined>;
}

const mostTexts = 8;
const mostOutlines = 8;
const memos = new Map<string, TextMemo>();

function memoOf(text: string): TextMemo {
  const memo = memos.get(text) ?? { outlines: new Map() };
  memos.delete(text);
  memos.set(text, memo);
  forgetOldest(memos, mostTexts);
  return memo;
}

function forgetOldest<Key>(map: Map<Key, unknown>, most: number): void {
  if (map.size <= most) return;
  for (const oldest of map.keys()) {
    map.delete(oldest);
    return;
  }
}

/** `chunksOf`, remembering where the chunks were. */
export function* chunksWithMemo(text: string): Generator<Chunk> {
  const chunks: { start: number; end: number }[] = [];
  for (const chunk of chunksOf(text)) {
    chunks.push({ start: chunk.start, end: chunk.end });
    yield chunk;
  }
  memoOf(text).chunks = chunks;
}

/** The lines of a text. */
export function linesOf(text: string): Lines {
  const memo = memoOf(text);
  memo.lines ??= new Lines(text);
  return memo.lines;
}

/** The outline of a text's document; undefined where there is none or it cannot be read. */
export function outlineAt(text: string, index: number): PlacedOutline | undefined {
  const memo = memoOf(text);
  if (memo.outlines.has(index)) return memo.outlines.get(index);
  memo.chunks ??= Array.from(chunksOf(text), ({ start, end }) => ({ start, end }));
  const chunk = memo.chunks[index];
  const found = chunk === undefined ? undefined : readOutline(text, chunk.start, chunk.end);
  memo.outlines.set(index, found);
  forgetOldest(memo.outlines, mostOutlines);
  return found;
}

function readOutline(text: string, start: number, end: number): PlacedOutline | undefined {
  const content = skipLead(text, start);
  if (text[content] === '{' || text[content] === '[') {
    const scanned = scanJson(text.slice(content, end), deepest);
    const complete = scanned.ok && /^[ \t\r\n]*$/.test(text.slice(content + scanned.end, end));
    if (complete) return { outline: scanned.outline, origin: content };
  }
  const part = text.slice(start, end);
  const parsed = parseYaml(part, false);
  return parsed.ok ? { outline: outlineOf(part, parsed.events), origin: start } : undefined;
}
