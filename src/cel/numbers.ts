import { Double, Uint } from './value.ts';

const INT64_MIN = -(2 ** 63);
const INT64_MAX = 2 ** 63;
const UINT64_MAX = 2 ** 64;

/**
 * The order of two numbers of any types: -1, 0, 1, or undefined where one is NaN. An int or uint and a double are
 * compared as doubles, as cel-go does (common/types/compare.go), so 2^53 + 1 equals the double 2^53.
 */
export function compareNumbers(
  a: number | bigint | Double | Uint,
  b: number | bigint | Double | Uint,
): -1 | 0 | 1 | undefined {
  if (typeof a === 'number' && typeof b === 'number') return order(a, b);
  const x = a instanceof Double || a instanceof Uint ? a.value : a;
  const y = b instanceof Double || b instanceof Uint ? b.value : b;
  if (isFloat(a))
    return isFloat(b) ? order(x as number, y as number) : withDouble(x as number, y, b instanceof Uint);
  if (isFloat(b)) return negate(withDouble(y as number, x, a instanceof Uint));
  return x < y ? -1 : x > y ? 1 : 0;
}

const isFloat = (value: number | bigint | Double | Uint): boolean =>
  value instanceof Double || (typeof value === 'number' && !Number.isSafeInteger(value));

function withDouble(float: number, integer: number | bigint, unsigned: boolean): -1 | 0 | 1 | undefined {
  if (float < (unsigned ? 0 : INT64_MIN)) return -1;
  if (float > (unsigned ? UINT64_MAX : INT64_MAX)) return 1;
  return order(float, Number(integer));
}

function order(a: number, b: number): -1 | 0 | 1 | undefined {
  if (a < b) return -1;
  if (a > b) return 1;
  return a === b ? 0 : undefined;
}

const negate = (sign: -1 | 0 | 1 | undefined): -1 | 0 | 1 | undefined =>
  sign === undefined ? undefined : sign === 0 ? 0 : sign === 1 ? -1 : 1;
