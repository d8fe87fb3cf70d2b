import type { Path } from '../model/index.ts';
import type { Items } from './items.ts';

/** The items of a target that a rule goes through, in order. */
export interface Selected {
  readonly items: readonly unknown[];
  /** Of each item, from the target. */
  readonly paths: readonly (() => Path)[];
}

/** More are not kept, but looked for again by each rule. */
const mostItems = 500;

/** What is selected from a target; undefined where it is much, or the target is too large to be searched to the end. */
export function selectFrom(target: unknown, items: Items): Selected | undefined {
  const found: unknown[] = [];
  const paths: (() => Path)[] = [];
  const isComplete = items(target, (item) => {
    const index = found.push(item) - 1;
    paths.push(() => pathOf(target, items, index));
    return index < mostItems;
  });
  return isComplete && found.length <= mostItems ? { items: found, paths } : undefined;
}

/** Looked for again where it is asked for, which is for findings only. */
function pathOf(target: unknown, items: Items, index: number): Path {
  let at = 0;
  let found: Path = [];
  items(target, (_item, path) => {
    if (at++ < index) return true;
    found = path();
    return false;
  });
  return found;
}
