import { isObject } from '../compile/index.ts';
import { childOf } from '../jsonpatch/index.ts';
import { listKeys } from '../kinds/index.ts';
import type { Path } from '../model/index.ts';
import { listKeysAt } from '../openapi/index.ts';

/** The keys that tell the items of a list of an object apart; by the list's name where its kind is not known. */
function keysOf(root: unknown, path: Path, field: string): readonly string[] {
  const apiVersion = isObject(root) ? root['apiVersion'] : undefined;
  const kind = isObject(root) ? root['kind'] : undefined;
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') return listKeys(field);
  const slash = apiVersion.indexOf('/');
  const keys = listKeysAt(apiVersion.slice(0, Math.max(slash, 0)), apiVersion.slice(slash + 1), kind, path);
  return keys.length === 0 ? listKeys(field) : keys;
}

/**
 * A name for a place that stays the same when a list is reordered: items that have an identity are named by
 * it, others only by being in the list.
 */
export function stableName(root: unknown, path: Path): string {
  const parts: unknown[] = [];
  let value = root;
  let field = '';
  for (const [index, segment] of path.entries()) {
    const next = childOf(value, segment);
    if (typeof segment === 'number') {
      parts.push(identity(next, keysOf(root, path.slice(0, index), field)));
    } else {
      parts.push(segment);
      field = segment;
    }
    value = next;
  }
  return JSON.stringify(parts);
}

function identity(item: unknown, keys: readonly string[]): unknown {
  if (!isObject(item)) return null;
  const present = keys.filter((key) => Object.hasOwn(item, key));
  return present.length === 0 ? null : present.map((key) => [key, item[key]]);
}
