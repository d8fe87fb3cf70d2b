import type { JsonObject } from '../model/index.ts';

/** A mapping that is being made. */
export type Making = { [key: string]: unknown };

/** Whether a value is a mapping as JSON has it: doubles in a box are none. */
export function isObject(value: unknown): value is JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** The value of a key of its own that a mapping has; undefined where there is none, no mapping, or null. */
export function own(value: unknown, key: string): unknown {
  return isObject(value) && Object.hasOwn(value, key) ? (value[key] ?? undefined) : undefined;
}

/** The mapping at a key; an empty one where there is none. */
export function mappingAt(value: unknown, key: string): JsonObject {
  const found = own(value, key);
  return isObject(found) ? found : none;
}

/** The mappings in the list at a key. */
export function itemsAt(value: unknown, key: string): readonly JsonObject[] {
  const found = own(value, key);
  return Array.isArray(found) ? found.filter(isObject) : [];
}

/** Adds or replaces an entry, `__proto__` like any other. */
export function put(object: Making, key: string, value: unknown): void {
  if (key !== '__proto__') object[key] = value;
  else Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
}

/** The mapping with an entry replaced, or added at its end; itself where it has that value already. */
export function withEntry(object: JsonObject, key: string, value: unknown): JsonObject {
  if (Object.hasOwn(object, key) && object[key] === value) return object;
  const made: Making = { ...object };
  put(made, key, value);
  return made;
}

/** The mapping without some keys; itself where it has none of them. */
export function without(object: JsonObject, keys: ReadonlySet<string>): JsonObject {
  if (!Object.keys(object).some((key) => keys.has(key))) return object;
  const made: Making = {};
  for (const key of Object.keys(object)) if (!keys.has(key)) put(made, key, object[key]);
  return made;
}

/** The items, each as `change` has it; the same list where none has changed. */
export function mapItems(items: readonly unknown[], change: (item: unknown) => unknown): readonly unknown[] {
  let made: unknown[] | undefined;
  for (let index = 0; index < items.length; index++) {
    const item = items[index];
    const next = change(item);
    if (made === undefined && next === item) continue;
    made ??= items.slice();
    made[index] = next;
  }
  return made ?? items;
}

/** The mapping, each value as `change` has it; the same one where none has changed. */
export function mapValues(object: JsonObject, change: (value: unknown) => unknown): JsonObject {
  let made: Making | undefined;
  for (const key of Object.keys(object)) {
    const value = object[key];
    const next = change(value);
    if (next === value) continue;
    made ??= { ...object };
    put(made, key, next);
  }
  return made ?? object;
}

/** Whether a value is the same as one of ours, which is small; the other one may be anything. */
export function sameAs(ours: unknown, other: unknown): boolean {
  if (ours === other) return true;
  if (Array.isArray(ours)) {
    return (
      Array.isArray(other) &&
      ours.length === other.length &&
      ours.every((item, index) => sameAs(item, other[index]))
    );
  }
  if (!isObject(ours) || !isObject(other)) return false;
  const keys = Object.keys(ours);
  return (
    keys.length === Object.keys(other).length &&
    keys.every((key) => Object.hasOwn(other, key) && sameAs(ours[key], other[key]))
  );
}

/** For what is shared between results. */
export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) deepFreeze(inner);
  }
  return value;
}

const none: JsonObject = Object.freeze({});
