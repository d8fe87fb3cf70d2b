/**
 * Which characters of ASCII are in a set, and, at index 128, whether all others are: every set of the patterns dealt
 * with here holds either all of what is beyond ASCII or nothing of it.
 */
export type CharacterSet = readonly boolean[];

export const symbols = 129;
export const beyondAscii = 128;

/** A pattern of the kind that `parse.ts` reads. */
export type Node =
  | { readonly kind: 'set'; readonly set: CharacterSet }
  | { readonly kind: 'sequence'; readonly parts: readonly Node[] }
  | { readonly kind: 'choice'; readonly branches: readonly Node[] }
  /** `max` is infinite where there is no bound. */
  | { readonly kind: 'repeat'; readonly part: Node; readonly min: number; readonly max: number }
  | { readonly kind: 'begin' }
  | { readonly kind: 'end' }
  /** `\b` or `\B`, which an automaton that reads a character at a time takes to hold everywhere. */
  | { readonly kind: 'boundary' };
