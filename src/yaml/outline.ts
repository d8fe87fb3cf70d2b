/** What a node of a document is. A merge key is a `<<` that takes over another mapping's pairs. */
export type NodeKind = 'mapping' | 'list' | 'scalar' | 'alias' | 'merge key';

/**
 * Where the nodes of a document stand in the text, in the order they are written; a mapping's keys and values
 * follow one another. Offsets are relative to where the document begins.
 */
export interface Outline {
  readonly kinds: readonly NodeKind[];
  /** Of scalars, quotes included. */
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  /** The first node that is not below this one. */
  readonly after: readonly number[];
  /** The node that an alias stands for. */
  readonly targets: ReadonlyMap<number, number>;
  /** The text of a scalar as a mapping's key; undefined for what is none. */
  keyOf(node: number): string | undefined;
  /** Where a code unit of a scalar's value stands; undefined where that cannot be told. */
  offsetIn(node: number, offset: number): number | undefined;
}
