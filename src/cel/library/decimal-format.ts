/**
 * Numbers as Go prints them: `%f` and `%e` of string.format go through golang.org/x/text/message in American
 * English, those inside lists and maps through fmt.
 */

/** The sign and exact value of a finite double, as an integer over a power of two. */
function toFraction(value: number): {
  readonly negative: boolean;
  readonly integer: bigint;
  readonly shift: number;
} {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const exponent = Number((bits >> 52n) & 0x7ffn);
  const mantissa = bits & 0xfffffffffffffn;
  return {
    negative: bits >> 63n === 1n,
    integer: exponent === 0 ? mantissa : mantissa | 0x10000000000000n,
    shift: (exponent === 0 ? 1 : exponent) - 1075,
  };
}

/** The double with so many decimals, correctly rounded (ties to even) from its exact value; without a sign. */
function exactDecimals(value: number, precision: number): string {
  const { integer, shift } = toFraction(value);
  let scaled = integer * 10n ** BigInt(precision);
  if (shift >= 0) scaled <<= BigInt(shift);
  else {
    const divisor = 1n << BigInt(-shift);
    const twice = (scaled % divisor) * 2n;
    scaled /= divisor;
    if (twice > divisor || (twice === divisor && scaled % 2n === 1n)) scaled += 1n;
  }
  const digits = scaled.toString().padStart(precision + 1, '0');
  return precision === 0 ? digits : `${digits.slice(0, -precision)}.${digits.slice(-precision)}`;
}

function groupThousands(decimal: string): string {
  const point = decimal.indexOf('.');
  const whole = point === -1 ? decimal : decimal.slice(0, point);
  let grouped = whole.slice(0, whole.length % 3 || 3);
  for (let i = grouped.length; i < whole.length; i += 3) grouped += `,${whole.slice(i, i + 3)}`;
  return point === -1 ? grouped : grouped + decimal.slice(point);
}

function infinite(value: number): string | undefined {
  if (Number.isNaN(value)) return 'NaN';
  if (Number.isFinite(value)) return undefined;
  return value < 0 ? '-∞' : '∞';
}

/** `%.Nf` in American English: `-1,234.50`, `∞`, `NaN`. Minus zero has no sign. */
export function formatFixed(value: number, precision: number): string {
  const special = infinite(value);
  if (special !== undefined) return special;
  return `${value < 0 ? '-' : ''}${groupThousands(exactDecimals(value, precision))}`;
}

const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/**
 * `%e` in American English: `1.234500×10⁰³`. Always six decimals, for what is written as the precision
 * (`%.3e`) reaches Go's printer as a width.
 */
export function formatScientific(value: number, width: number): string {
  const special = infinite(value);
  if (special !== undefined) return special.padStart(width);
  const [mantissa = '', exponent = '0'] = Math.abs(value).toExponential(6).split('e');
  const power = String(Math.abs(Number(exponent))).padStart(2, '0');
  const raised = power.replace(/\d/g, (digit) => superscripts.charAt(Number(digit)));
  const text = `${value < 0 ? '-' : ''}${mantissa}×10${exponent.startsWith('-') ? '⁻' : ''}${raised}`;
  return text.padStart(width);
}

/** `%.6f` of Go's fmt, as a double stands inside a list: `1000000.000000`, `+Inf`. */
export function formatPlain(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value < 0 ? '-Inf' : '+Inf';
  const negative = value < 0 || Object.is(value, -0);
  return `${negative ? '-' : ''}${exactDecimals(value, 6)}`;
}
