import { Double } from '../json/index.ts';
import type { JsonObject } from '../model/index.ts';

export type MutableObject = { [key: string]: unknown };

/** Sets an own property, whatever its name. */
export function set(object: MutableObject, key: string, value: unknown): void {
  if (key === '__proto__') {
    Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
  } else object[key] = value;
}

export function isMapping(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Double);
}

/** How many values there are in one, itself included, and how many levels; counting ends beyond `limit`. */
export function measure(value: unknown, limit: number): { size: number; depth: number } {
  let size = 0;
  const count = (current: unknown): number => {
    if (++size > limit || typeof current !== 'object' || current === null) return 0;
    let depth = 0;
    const children = Array.isArray(current) ? current : Object.values(current);
    for (const child of children) depth = Math.max(depth, count(child));
    return depth + 1;
  };
  const depth = count(value);
  return { size, depth };
}
