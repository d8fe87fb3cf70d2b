import { codePoints } from '../cost-size.ts';
import { equal, mapFind, mapSize } from '../equality.ts';
import { type CelError, failure, isList, isMap, type Value } from '../value.ts';

/** `size(x)`: code points, bytes, elements, entries. */
export function size(value: Value): number | CelError {
  if (typeof value === 'string') return codePoints(value);
  if (isList(value) || value instanceof Uint8Array) return value.length;
  return isMap(value) ? mapSize(value) : failure('no such overload: size');
}

/** `element in container`. */
export function contains(element: Value, container: Value): boolean | CelError {
  if (isList(container)) {
    for (const candidate of container) if (equal(element, candidate)) return true;
    return false;
  }
  return isMap(container) ? mapFind(container, element) !== undefined : failure('no such overload: in');
}
