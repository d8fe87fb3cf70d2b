import type { Type } from './type.ts';
import {
  isDouble,
  isInt,
  isList,
  isMap,
  MapValue,
  type OpaqueValue,
  OptionalValue,
  type PlainMap,
  TypeValue,
  typeOf,
  type Value,
} from './value.ts';

/**
 * Whether a value fits a declared parameter at run time. Of lists and maps only the first entry is looked at, as
 * cel-go does (common/types/types.go `IsAssignableRuntimeType`).
 */
export function fits(type: Type, value: Value): boolean {
  switch (type.kind) {
    case 'dyn':
    case 'parameter':
    case 'error':
      return true;
    case 'string':
      return typeof value === 'string';
    case 'bool':
      return typeof value === 'boolean';
    case 'int':
      return isInt(value);
    case 'double':
      return isDouble(value);
    case 'list':
      return isList(value) && (value.length === 0 || fits(type.element, value[0] as Value));
    case 'map':
      return isMap(value) && fitsEntries(type, value);
    case 'type':
      return value instanceof TypeValue;
    case 'opaque':
      if (type.name === 'optional_type') return value instanceof OptionalValue;
      return hasTypeName(value, type.name);
    case 'object':
      return hasTypeName(value, type.name) || isMap(value);
    default:
      return typeOf(value).kind === type.kind;
  }
}

function fitsEntries(type: Extract<Type, { kind: 'map' }>, map: PlainMap | MapValue): boolean {
  if (map instanceof MapValue) {
    for (const [key, value] of map.entries()) return fits(type.key, key) && fits(type.value, value);
    return true;
  }
  for (const key of Object.keys(map)) return fits(type.key, key) && fits(type.value, map[key] as Value);
  return true;
}

function hasTypeName(value: Value, name: string): boolean {
  const type = typeOf(value);
  return (type.kind === 'opaque' || type.kind === 'object') && type.name === name && isOpaque(value);
}

const isOpaque = (value: Value): value is OpaqueValue => typeof value === 'object' && value !== null;
