import { parseNumber } from '../json/index.ts';

/**
 * Scalars as kubectl reads them: sigs.k8s.io/yaml v1.6, which is go-yaml v2 (YAML 1.1 booleans, octal `0644`)
 * followed by a conversion to JSON (`1.0` is 1). Source: go.yaml.in/yaml/v2 resolve.go, and a program's answers.
 */

/** A scalar that has no JSON form: what it was taken for. */
export class NoJson {
  readonly what: string;

  constructor(what: string) {
    this.what = what;
  }
}

const notANumber = new NoJson('not a number');
const infinite = new NoJson('an infinite number');

const words = new Map<string, unknown>([
  ...forms(true, 'y Y yes Yes YES true True TRUE on On ON'),
  ...forms(false, 'n N no No NO false False FALSE off Off OFF'),
  ...forms(null, '~ null Null NULL'),
  ...forms(notANumber, '.nan .NaN .NAN'),
  ...forms(infinite, '.inf .Inf .INF +.inf +.Inf +.INF -.inf -.Inf -.INF'),
]);
const longestWord = 5;

/** By the first code unit: 0 always text, 1 perhaps a word, 2 perhaps a number or a word. */
const hints = new Uint8Array(128);
for (const character of 'yYnNtTfFoO~') hints[character.charCodeAt(0)] = 1;
for (const character of '0123456789+-.') hints[character.charCodeAt(0)] = 2;

const shortInteger = /^-?(?:0|[1-9][0-9]{0,14})$/;
const integer =
  /^([-+]?)(?:0[xX]([0-9a-fA-F]{1,64})|0[bB]([01]{1,64})|0[oO]?([0-7]{1,64})|(0|[1-9][0-9]{0,20}))$/;
const float = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const pointFloat = /^\.[0-9](?:_?[0-9])*(?:[eE][-+]?[0-9](?:_?[0-9])*)?$/;

const minInt64 = -(2n ** 63n);
const maxInt64 = 2n ** 63n - 1n;
const maxUint64 = 2n ** 64n - 1n;

/** The value of a scalar without quotes or tag: text, number (or bigint, Double), boolean, null or `NoJson`. */
export function resolvePlain(text: string): unknown {
  const hint = text === '' ? 1 : (hints[text.charCodeAt(0)] ?? 0);
  if (hint === 0) return text;
  if (text.length <= longestWord) {
    if (text === '') return null;
    const word = words.get(text);
    if (word !== undefined) return word;
  }
  return hint === 1 ? text : resolveNumber(text);
}

function resolveNumber(text: string): unknown {
  if (shortInteger.test(text)) return Number(text) + 0;
  if (text.startsWith('.')) return pointFloat.test(text) ? fromFloat(text.replaceAll('_', ''), text) : text;
  const digits = text.includes('_') ? text.replaceAll('_', '') : text;
  const found = integer.exec(digits);
  if (found !== null) {
    const exact = fromInteger(found);
    if (exact !== undefined) return exact;
  }
  return float.test(digits) ? fromFloat(digits, text) : text;
}

function fromInteger([, sign, hex, binary, octal, decimal]: RegExpExecArray): unknown {
  const unsigned = BigInt(
    hex !== undefined
      ? `0x${hex}`
      : binary !== undefined
        ? `0b${binary}`
        : octal !== undefined
          ? `0o${octal}`
          : `${decimal}`,
  );
  const value = sign === '-' ? -unsigned : unsigned;
  if (value < minInt64 || value > (sign === '' ? maxUint64 : maxInt64)) return undefined;
  return parseNumber(String(value));
}

/** Too large a number stays text, as Go's strconv calls it an error. */
function fromFloat(digits: string, text: string): unknown {
  const value = Number(digits);
  return Number.isFinite(value) ? settle(value) : text;
}

/**
 * What is left of a float64 when it has gone through JSON, as everything does on its way to the API server:
 * `1.0` is written as 1 and read as an integer. Go writes floats below 1e21 without exponent, as JavaScript does.
 */
export function settle(value: number): unknown {
  if (!Number.isInteger(value)) return value;
  return Number.isSafeInteger(value) ? value + 0 : parseNumber(String(value));
}

/**
 * The value of a scalar with a tag, by the tag's name without `tag:yaml.org,2002:`; undefined where the text is
 * not of that type. Tags that are unknown mean text.
 */
export function resolveTagged(tag: string, text: string): unknown {
  switch (tag) {
    case 'null':
      return resolvePlain(text) === null ? null : undefined;
    case 'bool': {
      const value = resolvePlain(text);
      return typeof value === 'boolean' ? value : undefined;
    }
    case 'int':
    case 'float': {
      const value = resolvePlain(text);
      if (typeof value === 'string' || typeof value === 'boolean' || value === null) return undefined;
      return tag === 'int' && typeof value === 'number' && !Number.isInteger(value) ? undefined : value;
    }
    case 'binary':
      return fromBase64(text);
    default:
      return text;
  }
}

function fromBase64(text: string): string | undefined {
  const letters = text.replaceAll(/[\r\n]/g, '');
  if (letters.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(letters)) return undefined;
  return new TextDecoder().decode(Uint8Array.from(atob(letters), (character) => character.charCodeAt(0)));
}

/** The text of a mapping's key; undefined where Kubernetes takes no such key. */
export function keyText(value: unknown, text: string): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (value instanceof NoJson) return text.replace(/^\+/, '').toLowerCase();
  if (typeof value !== 'number') return undefined;
  return isFloatText(text) ? float32Text(value) : String(value);
}

function isFloatText(text: string): boolean {
  return !integer.test(text.replaceAll('_', ''));
}

/** Go's `strconv.FormatFloat(value, 'g', -1, 32)`, which sigs.k8s.io/yaml writes keys with. */
function float32Text(value: number): string {
  const single = Math.fround(value);
  if (!Number.isFinite(single)) return single > 0 ? '.inf' : '-.inf';
  let shortest = single;
  for (let digits = 1; digits <= 9; digits++) {
    shortest = Number(single.toPrecision(digits));
    if (Math.fround(shortest) === single) break;
  }
  const [mantissa = '', exponent = '0'] = shortest.toExponential().split('e');
  const power = Number(exponent);
  if (power >= -4 && power < 6) return String(shortest);
  return `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}

function forms(value: unknown, texts: string): [string, unknown][] {
  return texts.split(' ').map((text) => [text, value]);
}
