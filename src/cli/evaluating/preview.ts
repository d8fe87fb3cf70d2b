import { describe, MapValue, OptionalValue, type Value } from '../../cel/index.ts';

/**
 * A value as one would write it in CEL, `width` characters of it and hardly more: what is left out is never looked
 * at, for a trace shows large values many times.
 */
export function preview(value: Value, width: number): string {
  const text = write(value, width);
  return text.length > width ? `${text.slice(0, width - 1)}…` : text;
}

function write(value: Value, width: number): string {
  if (width <= 0) return '…';
  if (typeof value === 'string') return describe(value.length > width ? value.slice(0, width) : value);
  if (typeof value !== 'object' || value === null) return describe(value);
  if (value instanceof Uint8Array) return describe(value.subarray(0, width));
  if (value instanceof OptionalValue) {
    return value.present ? `optional.of(${write(value.value, width - 12)})` : describe(value);
  }
  if (Array.isArray(value)) return `[${join(value as readonly Value[], width - 1, write)}]`;
  const entry = ([key, part]: readonly [Value, Value], left: number): string =>
    `${write(key, left)}: ${write(part, left - 4)}`;
  if (value instanceof MapValue) return `{${join(value.entries(), width - 1, entry)}}`;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return describe(value);
  return `{${join(entriesOf(value as { readonly [key: string]: Value }), width - 1, entry)}}`;
}

function* entriesOf(map: { readonly [key: string]: Value }): Generator<readonly [string, Value]> {
  for (const key in map) if (Object.hasOwn(map, key)) yield [key, map[key] as Value];
}

function join<T>(parts: Iterable<T>, width: number, one: (part: T, left: number) => string): string {
  let text = '';
  for (const part of parts) {
    if (text.length >= width) return `${text}, …`;
    text += (text === '' ? '' : ', ') + one(part, width - text.length);
  }
  return text;
}

/** Bytes go into base 64 in one call, which takes no more arguments than fit on the stack. */
const longestBytes = 50_000;

/**
 * About how many characters a value has when it is written out, or undefined where those are more than `limit`:
 * a list can hold a large value a thousand times at no cost.
 */
export function sizeOf(value: Value, limit: number): number | undefined {
  let size = 0;
  const add = (part: Value): boolean => {
    if (part instanceof Uint8Array && part.length > longestBytes) return false;
    size += typeof part === 'string' || part instanceof Uint8Array ? part.length * 2 : 8;
    if (size > limit) return false;
    if (typeof part !== 'object' || part === null) return true;
    if (Array.isArray(part)) return part.every(add);
    if (part instanceof OptionalValue) return add(part.value);
    if (part instanceof MapValue) return [...part.entries()].every(([key, entry]) => add(key) && add(entry));
    return Object.getPrototypeOf(part) !== Object.prototype
      ? true
      : entriesOf(part as { readonly [key: string]: Value }).every(([key, entry]) => add(key) && add(entry));
  };
  return add(value) ? size : undefined;
}
