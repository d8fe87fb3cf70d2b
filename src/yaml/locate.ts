import type { DocumentSource, Path, PathSegment, Span } from '../model/index.ts';
import { linesOf, outlineAt, type PlacedOutline } from './memo.ts';
import type { Outline } from './outline.ts';

/** The key of a mapping's entry, or its value. Items of lists and whole documents have no key. */
export type Part = 'key' | 'value';

/** Where something stands. */
export interface Location {
  readonly span: Span;
  /** How many steps of the path lead to it: fewer than the path has when what it names is not in the text. */
  readonly steps: number;
}

/** The nodes of a mapping's entry; an item of a list has no key, which is -1. */
interface Entry {
  readonly key: number;
  readonly value: number;
}

interface Found extends Entry {
  readonly steps: number;
}

/**
 * Finds the place of a value of a document, or of the nearest value above it that is there (its key, where it has
 * one). What an alias or a merge brought in is found where it was written.
 *
 * @param path from where the document begins: from an item, where the document is an item of a `List`
 * @returns undefined for a source without text
 */
export function find(source: DocumentSource, path: Path, part: Part = 'value'): Location | undefined {
  if (source.text === undefined) return undefined;
  const placed = outlineAt(source.text, source.index);
  if (placed === undefined) return undefined;
  const base = source.base ?? [];
  const found = walk(placed.outline, [...base, ...path]);
  const exact = found.steps === base.length + path.length;
  const node = found.key >= 0 && (part === 'key' || !exact) ? found.key : found.value;
  const [start, end] = extent(source.text, placed, node, exact);
  return { span: linesOf(source.text).span(start, end), steps: Math.max(0, found.steps - base.length) };
}

/** The span that `find` finds. */
export function locate(source: DocumentSource, path: Path, part: Part = 'value'): Span | undefined {
  return find(source, path, part)?.span;
}

/**
 * The place of a part of a text value: `offset` and `length` in UTF-16 code units of the value. Where that
 * cannot be told (texts in double quotes over several lines), and where the value is not there, the span is that
 * of `locate`.
 */
export function locateWithin(
  source: DocumentSource,
  path: Path,
  offset: number,
  length: number,
): Span | undefined {
  if (source.text === undefined) return undefined;
  const placed = outlineAt(source.text, source.index);
  if (placed === undefined) return undefined;
  const whole = [...(source.base ?? []), ...path];
  const found = walk(placed.outline, whole);
  const { outline, origin } = placed;
  const node = found.steps === whole.length ? (outline.targets.get(found.value) ?? found.value) : -1;
  const start = outline.offsetIn(node, offset);
  if (start === undefined) return locate(source, path);
  return linesOf(source.text).span(
    origin + start,
    origin + (outline.offsetIn(node, offset + length) ?? start),
  );
}

function walk(outline: Outline, path: Path): Found {
  let found: Found = { key: -1, value: 0, steps: 0 };
  for (const segment of path) {
    const next = child(outline, outline.targets.get(found.value) ?? found.value, segment);
    if (next === undefined) return found;
    found = { ...next, steps: found.steps + 1 };
  }
  return found;
}

function child(outline: Outline, node: number, segment: PathSegment): Entry | undefined {
  const kind = outline.kinds[node];
  if (kind === 'list' && typeof segment === 'number') {
    const item = itemsOf(outline, node)[segment];
    return item === undefined ? undefined : { key: -1, value: item };
  }
  return kind === 'mapping' ? entry(outline, node, String(segment)) : undefined;
}

/** The last entry of that key, for it has the last word (see `construct`). */
function entry(outline: Outline, mapping: number, key: string): Entry | undefined {
  const entries = entriesOf(outline, mapping);
  if (entries !== undefined) return entries.get(key);
  let found: Entry | undefined;
  for (let node = mapping + 1; node < after(outline, mapping); ) {
    const value = after(outline, node);
    if (outline.kinds[node] === 'merge key') found = merged(outline, value, key) ?? found;
    else if (outline.keyOf(node) === key) found = { key: node, value };
    node = after(outline, value);
  }
  return found;
}

/** The items of lists, for all of a long one may be looked for: each from the first would be quadratic. */
const knownItems = new WeakMap<Outline, Map<number, readonly number[]>>();

function itemsOf(outline: Outline, list: number): readonly number[] {
  let lists = knownItems.get(outline);
  if (lists === undefined) {
    lists = new Map();
    knownItems.set(outline, lists);
  }
  const remembered = lists.get(list);
  if (remembered !== undefined) return remembered;
  const items: number[] = [];
  const end = after(outline, list);
  for (let item = list + 1; item < end; item = after(outline, item)) items.push(item);
  lists.set(list, items);
  return items;
}

/** Mappings by their keys, for many things are looked for in the same one; undefined for one with merges. */
const known = new WeakMap<Outline, Map<number, ReadonlyMap<string, Entry> | undefined>>();

function entriesOf(outline: Outline, mapping: number): ReadonlyMap<string, Entry> | undefined {
  let mappings = known.get(outline);
  if (mappings === undefined) {
    mappings = new Map();
    known.set(outline, mappings);
  }
  if (mappings.has(mapping)) return mappings.get(mapping);
  let entries: Map<string, Entry> | undefined = new Map();
  for (let node = mapping + 1; node < after(outline, mapping); ) {
    if (outline.kinds[node] === 'merge key') {
      entries = undefined;
      break;
    }
    const value = after(outline, node);
    const key = outline.keyOf(node);
    if (key !== undefined) entries.set(key, { key: node, value });
    node = after(outline, value);
  }
  mappings.set(mapping, entries);
  return entries;
}

function merged(outline: Outline, value: number, key: string): Entry | undefined {
  const node = outline.targets.get(value) ?? value;
  if (outline.kinds[node] === 'mapping') return entry(outline, node, key);
  if (outline.kinds[node] !== 'list') return undefined;
  for (let item = node + 1; item < after(outline, node); item = after(outline, item)) {
    const found = child(outline, outline.targets.get(item) ?? item, key);
    if (found !== undefined) return found;
  }
  return undefined;
}

function after(outline: Outline, node: number): number {
  // Beyond the last node is beyond every node that can contain it.
  return outline.after[node] ?? Number.POSITIVE_INFINITY;
}

/** Of a stand-in for something that is not there only the first line, for it may be the whole document. */
function extent(
  text: string,
  { outline, origin }: PlacedOutline,
  node: number,
  exact: boolean,
): [number, number] {
  const start = origin + (outline.starts[node] ?? 0);
  const end = origin + (outline.ends[node] ?? 0);
  if (exact) return [start, end];
  const lineEnd = /[\r\n]/.exec(text.slice(start, end));
  return [start, lineEnd === null ? end : start + lineEnd.index];
}
