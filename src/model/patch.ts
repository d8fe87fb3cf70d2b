import type { Path } from './source.ts';

/** RFC 6902. Paths are JSON pointers (RFC 6901). */
export type PatchOperation =
  | { readonly op: 'add' | 'replace' | 'test'; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string }
  | { readonly op: 'move' | 'copy'; readonly from: string; readonly path: string };

/**
 * One change of a document, as RFC 6902 means its operation: an `add` to a list inserts. In a sequence each path
 * is that of its value when it is its turn.
 */
export interface FieldChange {
  readonly op: 'add' | 'replace' | 'remove';
  readonly path: Path;
  /** What is there from now on; undefined where something is removed. */
  readonly value: unknown;
  /** What was there; undefined where something is added. */
  readonly before: unknown;
}
