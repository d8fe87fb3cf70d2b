import fc from 'fast-check';
import type { Path } from '../../src/model/index.ts';

const key = fc.constantFrom('a', 'b', 'c/d', 'e~f', '__proto__', 'constructor', '');

/** JSON documents, keys that are none of their prototype's among them. */
export const json: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(null, true, 1, 2.5, 'x', 'y'),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(fc.tuple(key, tie('value')), { maxLength: 4 }).map((entries) => Object.fromEntries(entries)),
  ),
})).value;

/** Documents that are a mapping. */
export const mapping = fc
  .array(fc.tuple(key, json), { minLength: 1, maxLength: 5 })
  .map((entries) => Object.fromEntries(entries) as Record<string, unknown>);

/** The ways to all values beneath a document's root. */
export function pathsOf(value: unknown, path: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null) return path.length === 0 ? [] : [path];
  const entries: readonly (readonly [string | number, unknown])[] = Array.isArray(value)
    ? [...value.entries()]
    : Object.entries(value);
  const below = entries.flatMap(([segment, item]) => pathsOf(item, [...path, segment]));
  return path.length === 0 ? below : [path, ...below];
}

/** An edit of what a document turns out to have, by numbers. */
export interface Edit {
  readonly kind: 'add' | 'replace' | 'remove' | 'append';
  readonly pick: number;
  readonly value: unknown;
}

export const edits: fc.Arbitrary<readonly Edit[]> = fc.array(
  fc.record({
    kind: fc.constantFrom('add' as const, 'replace' as const, 'remove' as const, 'append' as const),
    pick: fc.nat(1000),
    value: json,
  }),
  { maxLength: 12 },
);
