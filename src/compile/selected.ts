import type { Path } from '../model/index.ts';
import type { Items } from './items.ts';

/** More are not kept, but looked for again by each rule. */
const mostItems = 500;

/** The items of a target that a rule goes through, in order. */
export class Selected {
  readonly items: readonly unknown[];
  /** Which item somebody is at. */
  at = 0;
  readonly #target: unknown;
  readonly #select: Items;

  constructor(target: unknown, select: Items, items: readonly unknown[]) {
    this.items = items;
    this.#target = target;
    this.#select = select;
  }

  /** Of the item that somebody is at, from the target. Looked for again, which is for findings only. */
  path(): Path {
    return pathOf(this.#target, this.#select, this.at);
  }
}

/** What is selected from a target; undefined where it is much, or the target is too large to be searched to the end. */
export function selectFrom(target: unknown, select: Items): Selected | undefined {
  const found: unknown[] = [];
  const isComplete = select(target, (item) => found.push(item) <= mostItems);
  return isComplete && found.length <= mostItems ? new Selected(target, select, found) : undefined;
}

function pathOf(target: unknown, select: Items, index: number): Path {
  let at = 0;
  let found: Path = [];
  select(target, (_item, path) => {
    if (at++ < index) return true;
    found = path();
    return false;
  });
  return found;
}
