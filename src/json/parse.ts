import { Double, toDouble } from './double.ts';

const maxInt64 = 9223372036854775807n;
const minInt64 = -9223372036854775808n;

// Where a number ends: a digit before JSON's structural or white space characters. Inside strings it matches
// too, which costs a second look, never a wrong value.
const numberEnd = /[0-9][\t\n\r ,\]}]/g;

const zero = 48;
const nine = 57;
const dot = 46;

/**
 * Tells whether the token ending at `end` could be read wrongly by plain `JSON.parse`: it has an exponent, a
 * fraction of zeros only, or so many digits that a double cannot hold them.
 */
function isSuspicious(text: string, end: number): boolean {
  let digits = 0;
  let onlyZeros = true;
  let inFraction = true;
  for (let i = end; i >= 0; i--) {
    const code = text.charCodeAt(i);
    if (code >= zero && code <= nine) {
      if (++digits > 15) return true;
      if (code !== zero) onlyZeros = false;
    } else if (code === dot && inFraction) {
      if (onlyZeros) return true;
      inFraction = false;
    } else {
      // An exponent's letter, or its sign with the letter before it.
      const letter = code === 43 || code === 45 ? text.charCodeAt(i - 1) | 32 : code | 32;
      return letter === 101 && i > 0;
    }
  }
  return false;
}

function needsExactNumbers(text: string): boolean {
  numberEnd.lastIndex = 0;
  while (numberEnd.test(text)) {
    if (isSuspicious(text, numberEnd.lastIndex - 2)) return true;
  }
  const last = text.charCodeAt(text.length - 1);
  return last >= zero && last <= nine && isSuspicious(text, text.length - 1);
}

/** A JSON number token as a value: see {@link parseExact} for the rules. */
export function parseNumber(source: string): number | bigint | Double {
  const value = Number(source);
  for (let i = 0; i < source.length; i++) {
    const code = source.charCodeAt(i);
    if (code === dot || (code | 32) === 101) return toDouble(value);
  }
  if (Number.isSafeInteger(value)) return value === 0 ? 0 : value;
  const exact = BigInt(source);
  return exact >= minInt64 && exact <= maxInt64 ? exact : new Double(value);
}

type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;

const exactNumbers: Reviver = (_key, value, context) =>
  typeof value === 'number' && context.source !== undefined ? parseNumber(context.source) : value;

/**
 * `JSON.parse` that loses no number, as Kubernetes decodes JSON (k8s.io/apimachinery pkg/util/json): a token
 * without fraction and exponent is an int64, a `number` while it is a safe integer, else a `bigint`; every other
 * token, and an integer beyond int64, is a double, boxed as {@link Double} where its value is integral.
 *
 * Text without such numbers costs one scan above plain `JSON.parse`.
 *
 * @param text one JSON document
 * @throws SyntaxError as `JSON.parse` does, and where numbers have to be read exactly in a document nested deeper
 *   than the call stack
 */
export function parseExact(text: string): unknown {
  if (!needsExactNumbers(text)) return JSON.parse(text);
  try {
    return JSON.parse(text, exactNumbers as (key: string, value: unknown) => unknown);
  } catch (error) {
    if (error instanceof RangeError) throw new SyntaxError('the JSON document is nested too deeply');
    throw error;
  }
}
