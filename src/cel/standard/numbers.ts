/** A double as Go's `%g` prints it: the shortest digits, with an exponent below 1e-4 and from 1e6 on. */
export function formatDouble(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (value === Infinity) return '+Inf';
  if (value === -Infinity) return '-Inf';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [mantissa = '', exponent = '0'] = value.toExponential().split('e');
  const power = Number(exponent);
  if (power >= -4 && power < 6) return String(value);
  const digits = Math.abs(power);
  return `${mantissa}e${power < 0 ? '-' : '+'}${digits < 10 ? '0' : ''}${digits}`;
}

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const HEXADECIMAL = /^([+-]?)0[xX]([0-9a-fA-F]*)(?:\.([0-9a-fA-F]*))?[pP]([+-]?\d+)$/;
const SPECIAL = /^([+-]?)(?:(inf|infinity)|(nan))$/i;

/** An underscore between digits, or between `0x` and a digit: Go's numbers may have them (strconv `underscoreOK`). */
const SEPARATOR = /(?<=\d)_(?=\d)/g;
const HEXADECIMAL_SEPARATOR = /(?<=[0-9a-fA-FxX])_(?=[0-9a-fA-F])/g;

/** A double as Go's strconv.ParseFloat reads it; undefined where it does not, or where the number is too big. */
export function parseDouble(text: string): number | undefined {
  const special = SPECIAL.exec(text);
  if (special !== null) {
    if (special[3] !== undefined) return special[1] === '' ? Number.NaN : undefined;
    return special[1] === '-' ? -Infinity : Infinity;
  }
  const decimal = text.replaceAll(SEPARATOR, '');
  if (DECIMAL.test(decimal)) {
    const value = Number(decimal);
    return Number.isFinite(value) ? value : undefined;
  }
  const hexadecimal = HEXADECIMAL.exec(text.replaceAll(HEXADECIMAL_SEPARATOR, ''));
  if (hexadecimal === null) return undefined;
  const [, sign, whole = '', fraction = '', power = '0'] = hexadecimal;
  if (whole === '' && fraction === '') return undefined;
  const digits = BigInt(`0x${whole}${fraction}`);
  const value = Number(digits) * 2 ** (Number(power) - 4 * fraction.length);
  return Number.isFinite(value) ? (sign === '-' ? -value : value) : undefined;
}

/** An integer as Go's strconv.ParseInt reads it in base ten: a sign, digits, nothing else. */
export const parseInteger = (text: string): bigint | undefined =>
  /^[+-]?\d+$/.test(text) && text.length < 100
    ? BigInt(text.startsWith('+') ? text.slice(1) : text)
    : undefined;
