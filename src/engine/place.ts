import { isObject } from '../compile/index.ts';
import { listKeys } from '../kinds/index.ts';
import type { Path, PathSegment } from '../model/index.ts';

/** The value at a path; undefined where there is none. */
export function valueAt(root: unknown, path: Path): unknown {
  let value = root;
  for (const segment of path) value = child(value, segment);
  return value;
}

/**
 * A name for a place that stays the same when a list is reordered: items that have an identity are named by
 * it, others only by being in the list.
 */
export function stableName(root: unknown, path: Path): string {
  const parts: unknown[] = [];
  let value = root;
  let field = '';
  for (const segment of path) {
    const next = child(value, segment);
    if (typeof segment === 'number') {
      parts.push(identity(next, field));
    } else {
      parts.push(segment);
      field = segment;
    }
    value = next;
  }
  return JSON.stringify(parts);
}

function identity(item: unknown, field: string): unknown {
  if (!isObject(item)) return null;
  const keys = listKeys(field).filter((key) => Object.hasOwn(item, key));
  return keys.length === 0 ? null : keys.map((key) => [key, item[key]]);
}

function child(value: unknown, segment: PathSegment): unknown {
  if (Array.isArray(value)) return typeof segment === 'number' ? value[segment] : undefined;
  return isObject(value) && Object.hasOwn(value, segment) ? value[segment] : undefined;
}
