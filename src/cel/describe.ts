import { Duration, formatDuration, formatTimestamp, Timestamp } from '../time/index.ts';
import { mapEntries } from './equality.ts';
import { formatDouble } from './standard/numbers.ts';
import {
  Double,
  isDouble,
  isList,
  isPlainMap,
  LazyFields,
  MapValue,
  numberOf,
  OpaqueValue,
  OptionalValue,
  TypeValue,
  Uint,
  type Value,
} from './value.ts';

const MAX_DEPTH = 32;

/** A value as one would write it in CEL, for traces and people. */
export function describe(value: Value, depth = 0): string {
  if (depth > MAX_DEPTH) return '…';
  if (typeof value === 'string') return JSON.stringify(value);
  if (value === null || typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (isDouble(value)) {
    const text = formatDouble(numberOf(value));
    return value instanceof Double && /^-?\d+$/.test(text) ? `${text}.0` : text;
  }
  if (typeof value === 'number') return BigInt(value).toString();
  if (value instanceof Uint) return `${value.value}u`;
  if (value instanceof Timestamp) return `timestamp("${formatTimestamp(value)}")`;
  if (value instanceof Duration) return `duration("${formatDuration(value)}")`;
  if (value instanceof TypeValue) return value.name;
  if (value instanceof OptionalValue) {
    return value.present ? `optional.of(${describe(value.value, depth + 1)})` : 'optional.none()';
  }
  if (value instanceof OpaqueValue) return value.describe();
  if (value instanceof LazyFields) return '{…}';
  if (value instanceof Uint8Array)
    return `b"${[...value].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')}"`;
  if (isList(value)) return `[${value.map((element) => describe(element, depth + 1)).join(', ')}]`;
  const entries = [...mapEntries(value)].map(
    ([key, entry]) => `${describe(key, depth + 1)}: ${describe(entry, depth + 1)}`,
  );
  return `{${entries.join(', ')}}`;
}

/** A value as it stands in a message: strings as they are, scalars as `string()` would have them, the rest as JSON. */
export function toText(value: Value): string {
  if (typeof value === 'string') return value;
  if (value instanceof OptionalValue) return value.present ? toText(value.value) : '';
  const json = toJson(value);
  return typeof json === 'string' ? json : write(json);
}

/** JSON text, with integers of any size in full. */
function write(json: Json): string {
  if (typeof json === 'bigint') return String(json);
  if (json === null || typeof json !== 'object') return JSON.stringify(json);
  if (isJsonList(json)) return `[${json.map(write).join(',')}]`;
  return `{${Object.entries(json)
    .map(([key, value]) => `${JSON.stringify(key)}:${write(value)}`)
    .join(',')}}`;
}

const isJsonList = (json: Json): json is readonly Json[] => Array.isArray(json);

/** A JSON value; integers that a number cannot hold stay bigint. */
export type Json =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };

/**
 * A value as JSON: bytes in base 64, timestamps and durations as text, an absent optional as null, what has no form of
 * its own as `describe` writes it.
 */
export function toJson(value: Value, depth = 0): Json {
  if (depth > MAX_DEPTH * 8) return null;
  if (value === null || typeof value !== 'object') {
    return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
  }
  if (value instanceof Double) return value.value;
  if (value instanceof Uint)
    return value.value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value.value) : value.value;
  if (value instanceof Timestamp) return formatTimestamp(value);
  if (value instanceof Duration) return formatDuration(value);
  if (value instanceof OptionalValue) return value.present ? toJson(value.value, depth + 1) : null;
  if (value instanceof Uint8Array) return btoa(String.fromCharCode(...value));
  if (isList(value)) return value.map((element) => toJson(element, depth + 1));
  if (value instanceof MapValue || isPlainMap(value)) {
    const entries = [...mapEntries(value)].map(([key, entry]): [string, Json] => [
      typeof key === 'string' ? key : describe(key),
      toJson(entry, depth + 1),
    ]);
    return Object.fromEntries(entries);
  }
  return describe(value);
}
