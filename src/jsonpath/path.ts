import type { Path } from '../model/index.ts';

/** One step of a compiled path. */
export type PathStep =
  | { readonly kind: 'name'; readonly name: string }
  /** Counted from the end when negative. */
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'wildcard' }
  /** Names and indexes, each once, in the order they were written. */
  | { readonly kind: 'union'; readonly members: readonly (string | number)[] }
  | { readonly kind: 'slice'; readonly start?: number; readonly end?: number; readonly step: number }
  /** The children for which the expression holds. */
  | { readonly kind: 'filter'; readonly filter: Filter }
  /** The value itself and everything below it, to each of which the step after applies. */
  | { readonly kind: 'descent' };

/** A filter expression, checked: `keysOf` gives the keys of a list's or mapping's children that it holds for. */
export interface Filter {
  readonly text: string;
  keysOf(container: object): readonly (string | number)[];
}

const plainName = /^[A-Za-z_$][A-Za-z0-9_$-]*$/;

/**
 * Writes the way to a value as users read and write it: `spec.containers[0].image`, odd names quoted as in
 * `metadata.labels["app.kubernetes.io/name"]`. Empty for the root itself.
 */
export function formatPath(path: Path): string {
  let text = '';
  for (const segment of path) {
    if (typeof segment === 'number') text += `[${segment}]`;
    else if (!plainName.test(segment)) text += `[${JSON.stringify(segment)}]`;
    else text += text === '' ? segment : `.${segment}`;
  }
  return text;
}
