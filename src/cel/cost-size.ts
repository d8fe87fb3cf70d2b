import { mapSize } from './equality.ts';
import { isPlainMap, MapValue, OpaqueValue, OptionalValue, type Value } from './value.ts';

/** Cost of reading a string once, for each code point (cel-go common/cost.go `StringTraversalCostFactor`). */
export const TRAVERSAL = 0.1;
/** Cost of a regular expression, for each code point of its pattern (`RegexStringLengthCostFactor`). */
export const REGEX_LENGTH = 0.25;

const SURROGATE = /[\ud800-\udbff]/;

/** The last long text that was measured: a pattern that many texts are tested by is one text. */
let last = { text: '', count: 0 };
const longestKept = 4096;

/** The number of code points of a string. */
export function codePoints(text: string): number {
  if (text.length <= 64) return counted(text);
  if (text === last.text) return last.count;
  // A look for surrogates is much faster than a walk, and most text has none.
  const count = SURROGATE.test(text) ? counted(text) : text.length;
  if (text.length <= longestKept) last = { text, count };
  return count;
}

function counted(text: string): number {
  let count = text.length;
  for (let i = 1; i < text.length; i++) {
    if ((text.charCodeAt(i) & 0xfc00) === 0xdc00 && (text.charCodeAt(i - 1) & 0xfc00) === 0xd800) count--;
  }
  return count;
}

/**
 * The size by which Kubernetes counts cost: code points of a string, bytes, elements, entries; 1 for all else
 * (cel-go interpreter/runtimecost.go `actualSize`; the one of apiserver's library/cost.go and cel-go's ext does
 * not look into optionals, and neither does `costSize` unless asked).
 */
export function costSize(value: Value, intoOptionals = false): number {
  if (typeof value === 'string') return codePoints(value);
  if (typeof value !== 'object' || value === null) return 1;
  if (Array.isArray(value) || value instanceof Uint8Array) return value.length;
  if (value instanceof OpaqueValue) return value.costSize();
  if (value instanceof OptionalValue) return intoOptionals && value.present ? costSize(value.value, true) : 1;
  return value instanceof MapValue || isPlainMap(value) ? mapSize(value) : 1;
}

/** `costSize` of a string and the cost of `times` traversals of it, rounded up. */
export const traversal = (value: Value, times = 1): number => Math.ceil(costSize(value) * times * TRAVERSAL);
