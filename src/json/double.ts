/**
 * A number that is a double although its value is integral.
 *
 * JavaScript has one number type, CEL has two: in JSON `1` is an int and `1.0` a double. Values are therefore
 * represented so that the common case costs nothing: an integral `number` is an int, a fractional (or
 * non-finite) `number` is a double, and only the integral double is boxed in this class.
 */
export class Double {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

/**
 * The representation of a double: the bare number where it cannot be taken for an int, else a {@link Double}.
 * @param value any double, NaN and the infinities included
 */
export function toDouble(value: number): number | Double {
  return Number.isInteger(value) ? new Double(value) : value;
}
