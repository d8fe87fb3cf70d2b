import { compareDurations, compareTimestamps, Duration, Timestamp } from '../time/index.ts';
import { compareNumbers } from './numbers.ts';
import {
  Double,
  isPlainMap,
  MapValue,
  OpaqueValue,
  OptionalValue,
  type PlainMap,
  TypeValue,
  Uint,
  type Value,
} from './value.ts';

/** CEL's `==`: numbers by value across int, uint and double, all else equal only to its own type. */
export const equal = (a: Value, b: Value): boolean => equality(a, b) === true;

/**
 * The same, telling "these cannot be compared" apart (undefined): a library's value on the left of another type, or
 * of one that the library does not compare.
 * cel-go's types answer such a comparison with an error; inside lists and maps it counts as equal, in `in` and `!=`
 * as different (common/types/list.go, map.go; interpreter/interpretable.go).
 */
export function equality(a: Value, b: Value): boolean | undefined {
  if (a === b) return a instanceof OpaqueValue ? a.equals(a) : true;
  switch (typeof a) {
    case 'string':
    case 'boolean':
      return false;
    case 'number':
    case 'bigint':
      return isNumeric(b) && compareNumbers(a, b) === 0;
    default:
      break;
  }
  // Null is compared with everything, and first (cel-go common/types `Equal`).
  if (a === null || b === null) return false;
  if (Array.isArray(a)) return Array.isArray(b) && sameList(a, b);
  if (a instanceof Double || a instanceof Uint) return isNumeric(b) && compareNumbers(a, b) === 0;
  if (a instanceof OpaqueValue) {
    return b instanceof OpaqueValue && b.type.name === a.type.name ? a.equals(b) : undefined;
  }
  if (a instanceof Timestamp) return b instanceof Timestamp && compareTimestamps(a, b) === 0;
  if (a instanceof Duration) return b instanceof Duration && compareDurations(a, b) === 0;
  if (a instanceof TypeValue) return b instanceof TypeValue && a.name === b.name;
  if (a instanceof OptionalValue) {
    if (!(b instanceof OptionalValue) || a.present !== b.present) return false;
    return !a.present || equality(a.value, b.value);
  }
  if (a instanceof Uint8Array) return b instanceof Uint8Array && sameBytes(a, b);
  return sameMap(a as PlainMap | MapValue, b);
}

const isNumeric = (value: Value): value is number | bigint | Double | Uint =>
  typeof value === 'number' || typeof value === 'bigint' || value instanceof Double || value instanceof Uint;

function sameList(a: readonly Value[], b: readonly Value[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) {
    if (equality(a[i] as Value, b[i] as Value) === false) return false;
  }
  return true;
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

function sameMap(a: PlainMap | MapValue, b: Value): boolean {
  if (!(b instanceof MapValue) && !isPlainMap(b)) return false;
  if (mapSize(a) !== mapSize(b)) return false;
  for (const [key, value] of mapEntries(a)) {
    const other = mapFind(b, key);
    if (other === undefined || equality(value, other) === false) return false;
  }
  return true;
}

export const mapSize = (map: PlainMap | MapValue): number =>
  map instanceof MapValue ? map.size : Object.keys(map).length;

export const mapEntries = (map: PlainMap | MapValue): Iterable<readonly [Value, Value]> =>
  map instanceof MapValue ? map.entries() : Object.entries(map);

/**
 * The value under a key, or undefined. A number finds an equal number of another type, tried in the order of
 * cel-go's map lookup (common/types/map.go): an integral double as int then uint, an int as uint, a uint as int.
 */
export function mapFind(map: PlainMap | MapValue, key: Value): Value | undefined {
  if (!(map instanceof MapValue)) {
    return typeof key === 'string' && Object.hasOwn(map, key) ? map[key] : undefined;
  }
  const exact = map.get(key);
  if (exact !== undefined) return exact;
  if (key instanceof Double && Number.isSafeInteger(key.value)) {
    return map.get(key.value) ?? (key.value >= 0 ? map.get(new Uint(BigInt(key.value))) : undefined);
  }
  if (typeof key === 'number' || typeof key === 'bigint') {
    return key >= 0 && (typeof key === 'bigint' || Number.isInteger(key))
      ? map.get(new Uint(BigInt(key)))
      : undefined;
  }
  if (key instanceof Uint) {
    return key.value < 2n ** 63n ? map.get(key.value) : undefined;
  }
  return undefined;
}
