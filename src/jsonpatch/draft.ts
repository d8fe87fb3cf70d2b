import type { FieldChange, Path, PathSegment } from '../model/index.ts';
import { type Container, childOf, isContainer, put, valueAt } from './json.ts';
import { type Origin, Trace } from './trace.ts';

/**
 * A document while it is being changed. The document that it begins with stays as it is: what is changed is copied
 * on the way to it, once, and all else is shared.
 */
export class Draft {
  readonly #base: unknown;
  #root: unknown;
  /** Of the copies made, which may be written to. */
  readonly #origins = new Map<object, Origin>();

  constructor(base: unknown) {
    this.#base = base;
    this.#root = base;
  }

  /** The document as it is now; to be read only. */
  get root(): unknown {
    return this.#root;
  }

  get trace(): Trace {
    return new Trace(this.#origins);
  }

  /** What is different now, in an order in which it can be made; what was undone again is not in it. */
  get changes(): readonly FieldChange[] {
    return this.trace.changes(this.#base, this.#root);
  }

  /** The value at a path; undefined where there is none. */
  at(path: Path): unknown {
    return valueAt(this.#root, path);
  }

  /**
   * Writes a value that must not be changed by anybody from now on: at a key, or into a list before the item of
   * an index.
   * @returns false where there is no place for it
   */
  add(path: Path, value: unknown): boolean {
    return this.#write(path, value, true);
  }

  /** As `add`, in place of what is there. Returns false where nothing is. */
  replace(path: Path, value: unknown): boolean {
    return this.at(path) !== undefined && this.#write(path, value, false);
  }

  /** Returns false where nothing is there; the document as a whole is never removed. */
  remove(path: Path): boolean {
    const last = path.at(-1);
    if (last === undefined || this.at(path) === undefined) return false;
    const parent = this.#open(path.slice(0, -1));
    if (Array.isArray(parent)) this.#splice(parent, Number(last), 1);
    else if (parent !== undefined) delete parent[String(last)];
    return parent !== undefined;
  }

  #write(path: Path, value: unknown, inserts: boolean): boolean {
    const last = path.at(-1);
    if (last === undefined) {
      this.#root = value;
      return true;
    }
    const above = path.slice(0, -1);
    if (!takes(this.at(above), last)) return false;
    const parent = this.#open(above);
    if (!Array.isArray(parent)) {
      if (parent !== undefined) put(parent, String(last), value);
    } else if (inserts) this.#splice(parent, Number(last), 0, value);
    else {
      // Another item than there was before, of which nothing can be told.
      this.#splice(parent, Number(last), 1, value);
    }
    return true;
  }

  #splice(list: unknown[], index: number, count: number, ...values: readonly unknown[]): void {
    const origin = this.#origins.get(list);
    if (origin !== undefined) {
      origin.items ??= list.map((_item, place) => place);
      origin.items.splice(index, count, ...values.map(() => -1));
    }
    list.splice(index, count, ...values);
  }

  /** The container at a path, made ready to be written to; undefined where there is none. */
  #open(path: Path): Container | undefined {
    if (!isContainer(this.#root)) return undefined;
    let container = this.#own(this.#root);
    this.#root = container;
    for (const segment of path) {
      const child = childOf(container, segment);
      if (!isContainer(child)) return undefined;
      const own = this.#own(child);
      if (Array.isArray(container)) container[Number(segment)] = own;
      else if (own !== child) put(container, String(segment), own);
      container = own;
    }
    return container;
  }

  #own(container: Container): Container {
    if (this.#origins.has(container)) return container;
    const copy = Array.isArray(container) ? [...container] : { ...container };
    this.#origins.set(copy, { of: container });
    return copy;
  }
}

function takes(container: unknown, segment: PathSegment): boolean {
  if (!Array.isArray(container)) return isContainer(container) && typeof segment === 'string';
  return typeof segment === 'number' && segment >= 0 && segment <= container.length;
}
