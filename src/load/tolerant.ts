import { Double } from '../json/index.ts';
import type { JsonObject } from '../model/index.ts';

// What is looked at here may be of the wrong shape; that is reported elsewhere, and what is not there is passed over.

const nothing: JsonObject = Object.freeze({});

export function isMapping(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Double);
}

/** The mapping at a key, an empty one where there is none. */
export function mappingAt(object: JsonObject, key: string): JsonObject {
  const value = at(object, key);
  return isMapping(value) ? value : nothing;
}

/** The list at a key with the items' indexes, empty where there is none. */
export function itemsAt(object: JsonObject, key: string): readonly (readonly [number, unknown])[] {
  const value = at(object, key);
  return Array.isArray(value) ? [...value.entries()] : [];
}

/** The texts of a list at a key with their indexes; empty ones are left out, for they are reported elsewhere. */
export function textsAt(object: JsonObject, key: string): readonly (readonly [number, string])[] {
  return itemsAt(object, key).filter(
    (entry): entry is [number, string] => typeof entry[1] === 'string' && entry[1] !== '',
  );
}

/** The text at a key, undefined where there is none. */
export function textAt(object: JsonObject, key: string): string | undefined {
  const value = at(object, key);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function at(object: JsonObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}
