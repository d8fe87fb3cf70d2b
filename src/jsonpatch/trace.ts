import type { FieldChange, Path, PathSegment } from '../model/index.ts';
import { type Container, childOf, equal, isContainer } from './json.ts';

/** What a container is a changed copy of. */
export interface Origin {
  readonly of: Container;
  /** Of a list: where each item was, -1 for new ones; undefined where all are where they were. */
  items?: number[];
}

/**
 * What became of the parts of a document while it was changed, by their changed copies. What it says makes changes
 * small and places traceable; that the changes lead from one document to the other does not depend on it.
 */
export class Trace {
  readonly #origins: ReadonlyMap<object, Origin>;

  constructor(origins: ReadonlyMap<object, Origin> = new Map()) {
    this.#origins = origins;
  }

  /** This trace, and then another that begins where this one ends. */
  followedBy(next: Trace): Trace {
    const all = new Map(this.#origins);
    for (const [copy, { of, items }] of next.#origins) {
      const before = this.#origins.get(of);
      if (before === undefined) all.set(copy, items === undefined ? { of } : { of, items });
      else {
        const places = chain(before.items, items);
        all.set(copy, places === undefined ? { of: before.of } : { of: before.of, items: places });
      }
    }
    return new Trace(all);
  }

  /** The changes that lead from one document to the other, in an order in which they can be made. */
  changes(from: unknown, to: unknown): readonly FieldChange[] {
    const changes: FieldChange[] = [];
    this.#compare([], from, to, changes);
    return changes;
  }

  /**
   * The place in the one document of a place in the other: of the nearest part above it that was there, where it
   * is new.
   */
  placeBefore(from: unknown, to: unknown, path: Path): Path {
    const place: PathSegment[] = [];
    let [before, after] = [from, to];
    for (const [depth, segment] of path.entries()) {
      if (before === after) return [...place, ...path.slice(depth)];
      const items = this.#itemsOf(before, after);
      if (items === false) return place;
      const old = typeof segment === 'number' ? (items?.[segment] ?? segment) : segment;
      const child = old === -1 ? undefined : childOf(before, old);
      if (child === undefined) return place;
      place.push(old);
      before = child;
      after = childOf(after, segment);
    }
    return place;
  }

  /** Where the items of a list were; undefined where nothing moved, false where the two are not related. */
  #itemsOf(from: unknown, to: unknown): number[] | undefined | false {
    if (!isContainer(from) || !isContainer(to)) return false;
    const origin = this.#origins.get(to);
    return origin?.of === from ? origin.items : false;
  }

  #compare(path: Path, from: unknown, to: unknown, changes: FieldChange[]): void {
    if (from === to) return;
    const items = this.#itemsOf(from, to);
    if (items === false) {
      if (!equal(from, to)) changes.push({ op: 'replace', path, value: to, before: from });
    } else if (Array.isArray(from) && Array.isArray(to)) this.#compareLists(path, from, to, items, changes);
    else this.#compareMappings(path, from as Mapping, to as Mapping, changes);
  }

  #compareMappings(path: Path, from: Mapping, to: Mapping, changes: FieldChange[]): void {
    for (const key of Object.keys(from)) {
      if (!Object.hasOwn(to, key)) {
        changes.push({ op: 'remove', path: [...path, key], value: undefined, before: from[key] });
      }
    }
    for (const key of Object.keys(to)) {
      const at = [...path, key];
      if (Object.hasOwn(from, key)) this.#compare(at, from[key], to[key], changes);
      else changes.push({ op: 'add', path: at, value: to[key], before: undefined });
    }
  }

  /** From left to right: what is left of an index is as it will be, what is right of it as it was. */
  #compareLists(
    path: Path,
    from: readonly unknown[],
    to: readonly unknown[],
    items: number[] | undefined,
    changes: FieldChange[],
  ): void {
    let next = 0;
    let fresh = 0;
    for (let index = 0; index <= to.length; index++) {
      const old = index === to.length ? from.length : (items?.[index] ?? index);
      if (old === -1) {
        fresh++;
        continue;
      }
      this.#between(path, from.slice(next, old), to.slice(index - fresh, index), index - fresh, changes);
      if (index < to.length) this.#compare([...path, index], from[old], to[index], changes);
      next = old + 1;
      fresh = 0;
    }
  }

  /** What stood between two items that stayed, and what stands there now. */
  #between(
    path: Path,
    gone: readonly unknown[],
    fresh: readonly unknown[],
    start: number,
    changes: FieldChange[],
  ): void {
    for (const [offset, value] of fresh.entries()) {
      const at = [...path, start + offset];
      if (offset >= gone.length) changes.push({ op: 'add', path: at, value, before: undefined });
      else if (!equal(gone[offset], value)) {
        changes.push({ op: 'replace', path: at, value, before: gone[offset] });
      }
    }
    for (const before of gone.slice(fresh.length)) {
      changes.push({ op: 'remove', path: [...path, start + fresh.length], value: undefined, before });
    }
  }
}

type Mapping = { readonly [key: string]: unknown };

function chain(first: number[] | undefined, second: number[] | undefined): number[] | undefined {
  if (first === undefined || second === undefined) return first ?? second;
  return second.map((place) => (place === -1 ? -1 : (first[place] ?? -1)));
}
