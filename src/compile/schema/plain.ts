import { Double } from '../../json/index.ts';
import { isObject } from '../change.ts';

/**
 * A value as JSON Schema knows values: integers beyond 2^53 and boxed doubles, which are there where a document was
 * read with care for them, as the nearest numbers. The value itself where it has none of these.
 */
export function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof Double) return value.value;
  if (Array.isArray(value)) {
    const items = value.map(plain);
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, plain(item)] as const);
  return entries.some(([key, item]) => item !== value[key]) ? Object.fromEntries(entries) : value;
}
