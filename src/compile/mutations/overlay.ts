import { equal, isMapping } from '../../jsonpatch/index.ts';
import { formatPath } from '../../jsonpath/index.ts';
import type { Path } from '../../model/index.ts';
import { type FieldType, fieldBelow, type ListFieldType } from '../../openapi/index.ts';
import { own } from '../change.ts';
import type { Site } from './definition.ts';
import { equivalent, typeAt } from './equivalent.ts';

/**
 * Merges an overlay into the item of a site as server-side apply would: mappings key by key, lists item by item
 * where Kubernetes' schema says what tells their items apart, sets by value, everything else as a whole. Kinds whose
 * schema is not known have lists of the last sort only.
 * Source: kubernetes.io/docs/reference/using-api/server-side-apply, section Merge strategy.
 */
export function mergeOverlay(overlay: unknown, site: Site, position: 'first' | 'last'): string | undefined {
  const item = site.draft.at(site.base);
  if (isMapping(item)) {
    return new Merge(site, position).into(site.base, overlay, typeAt(site.kind, site.base));
  }
  const name = site.base.length === 0 ? 'the object' : `\`${formatPath(site.base)}\``;
  return `${name} is no mapping that anything could be merged into`;
}

class Merge {
  readonly #site: Site;
  readonly #position: 'first' | 'last';

  constructor(site: Site, position: 'first' | 'last') {
    this.#site = site;
    this.#position = position;
  }

  into(path: Path, overlay: unknown, type: FieldType | undefined): string | undefined {
    const { draft } = this.#site;
    const there = draft.at(path);
    if (there === undefined || there === null) return this.#write(path, overlay, there === undefined);
    if (isMapping(overlay) && isMapping(there) && !isAtomic(type)) {
      for (const key of Object.keys(overlay)) {
        const message = this.into([...path, key], overlay[key], below(type, key));
        if (message !== undefined) return message;
      }
      return undefined;
    }
    if (Array.isArray(overlay) && Array.isArray(there) && type?.kind === 'list') {
      if (type.listType === 'set') return this.#union(path, overlay, there);
      if (type.keys.length > 0) return this.#byKeys(path, overlay, there, type);
    }
    return equivalent(there, overlay, type) ? undefined : this.#write(path, overlay, false);
  }

  #write(path: Path, value: unknown, isNew: boolean): string | undefined {
    const { draft } = this.#site;
    const done = isNew ? draft.add(path, value) : draft.replace(path, value);
    return done ? undefined : `there is no place for \`${formatPath(path)}\``;
  }

  #union(path: Path, overlay: readonly unknown[], there: readonly unknown[]): string | undefined {
    const missing = overlay.filter((item) => !there.some((known) => equal(known, item)));
    return this.#insert(path, missing, there.length);
  }

  #byKeys(
    path: Path,
    overlay: readonly unknown[],
    there: readonly unknown[],
    type: ListFieldType,
  ): string | undefined {
    // Of several items with one key the last counts, as for a container's environment.
    const places = new Map(there.map((item, index) => [keyOf(item, type), index]));
    const fresh: unknown[] = [];
    for (const item of overlay) {
      const place = places.get(keyOf(item, type));
      if (place === undefined) fresh.push(item);
      else {
        const message = this.into([...path, place], item, type.element);
        if (message !== undefined) return message;
      }
    }
    return this.#insert(path, fresh, there.length);
  }

  #insert(path: Path, items: readonly unknown[], length: number): string | undefined {
    const start = this.#position === 'first' ? 0 : length;
    for (const [offset, item] of items.entries()) {
      const message = this.#write([...path, start + offset], item, true);
      if (message !== undefined) return message;
    }
    return undefined;
  }
}

function isAtomic(type: FieldType | undefined): boolean {
  return (type?.kind === 'map' || type?.kind === 'object') && type.atomic;
}

function below(type: FieldType | undefined, key: string): FieldType | undefined {
  return type === undefined ? undefined : fieldBelow(type, key)?.type;
}

/** What tells an item apart; a key that it leaves out has its default, as the protocol of a port. */
function keyOf(item: unknown, { keys, element }: ListFieldType): string {
  return JSON.stringify(
    keys.map((key) => own(item, key) ?? fieldBelow(element, key)?.default ?? null),
    text,
  );
}

function text(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}
