import { Double } from '../json/index.ts';
import type { PathSegment } from '../model/index.ts';

/** A mapping or a list. */
export type Container = unknown[] | { [key: string]: unknown };

export function isContainer(value: unknown): value is Container {
  return typeof value === 'object' && value !== null && !(value instanceof Double);
}

export function isMapping(value: unknown): value is { [key: string]: unknown } {
  return isContainer(value) && !Array.isArray(value);
}

/** What is at a key or an index; undefined where there is nothing. Own properties only. */
export function childOf(value: unknown, segment: PathSegment): unknown {
  if (Array.isArray(value)) return typeof segment === 'number' ? value[segment] : undefined;
  return typeof segment === 'string' && isMapping(value) && Object.hasOwn(value, segment)
    ? value[segment]
    : undefined;
}

/** The value at a path; undefined where there is none. */
export function valueAt(root: unknown, path: readonly PathSegment[]): unknown {
  let value = root;
  for (const segment of path) value = childOf(value, segment);
  return value;
}

/** Writes a key of a mapping; `__proto__` is a key like any other. */
export function put(mapping: { [key: string]: unknown }, key: string, value: unknown): void {
  if (key !== '__proto__') mapping[key] = value;
  else Object.defineProperty(mapping, key, { value, writable: true, enumerable: true, configurable: true });
}

/** Whether two JSON values are equal, the order of keys aside; numbers by what they amount to. */
export function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (!isContainer(a) || !isContainer(b)) return isNumber(a) && isNumber(b) && numberOf(a) === numberOf(b);
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, index) => equal(item, b[index]));
  }
  if (Array.isArray(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && equal(a[key], b[key]))
  );
}

function isNumber(value: unknown): value is number | Double {
  return typeof value === 'number' || value instanceof Double;
}

function numberOf(value: number | Double): number {
  return typeof value === 'number' ? value : value.value;
}

/** A copy that shares nothing that can be changed. */
export function clone(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(clone);
  if (!isContainer(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, clone(item)]));
}
