import {
  add,
  asApproximateFloat,
  asInteger,
  canonical,
  compare,
  fromInteger,
  parseQuantity,
  type Quantity,
  sign,
  subtract,
} from '../../quantity/index.ts';
import { traversal } from '../cost-size.ts';
import type { FunctionDeclaration, Library, Overload } from '../declaration.ts';
import { BOOL, DOUBLE, INT, STRING } from '../type.ts';
import { type CelError, double, failure, OpaqueValue, opaqueValueType, type Value } from '../value.ts';

const QUANTITY = opaqueValueType('kubernetes.Quantity');

/**
 * A resource quantity as a value. It never changes, while the API server's `add` and `sub` change a receiver such as
 * `1.5Gi` or `1Pi` in place: an expression that adds to a quantity and reads it again sees the difference.
 */
export class QuantityValue extends OpaqueValue {
  readonly type = QUANTITY;
  readonly quantity: Quantity;
  readonly #computed: boolean;

  /** @param computed whether it is what `add` or `sub` made */
  constructor(quantity: Quantity, computed: boolean) {
    super();
    this.quantity = quantity;
    this.#computed = computed;
  }

  /**
   * The API server's `add` and `sub` answer a pointer, which its `Equal` refuses on the right (apiserver
   * pkg/cel/quantity.go): `quantity("2") == quantity("1").add(1)` is an error, the other way round it is true.
   */
  equals(other: OpaqueValue): boolean | undefined {
    if (!(other instanceof QuantityValue) || other.#computed) return undefined;
    return compare(this.quantity, other.quantity) === 0;
  }

  describe(): string {
    return canonical(this.quantity);
  }
}

const problems = {
  format: 'expected a number with an optional suffix such as `m`, `k`, `Mi` or `e3`',
  number: 'there is no number before the suffix',
  suffix: 'there is no such suffix',
};

// Objects hold few distinct quantities, and one policy after another reads the same ones.
const parsed = new Map<string, QuantityValue | CelError>();
const maxParsed = 1024;
const maxParsedLength = 32;

function parse(text: string): QuantityValue | CelError {
  const known = parsed.get(text);
  if (known !== undefined) return known;
  const quantity = parseQuantity(text);
  const value =
    typeof quantity === 'string'
      ? failure(`\`${text}\` is not a quantity: ${problems[quantity]}`)
      : new QuantityValue(quantity, false);
  if (text.length <= maxParsedLength) {
    if (parsed.size >= maxParsed) parsed.clear();
    parsed.set(text, value);
  }
  return value;
}

function toValue(quantity: Quantity | undefined): Value | CelError {
  return quantity === undefined
    ? failure('quantities of such different size cannot be added')
    : new QuantityValue(quantity, true);
}

const readText = (_result: unknown, text: string): number => traversal(text);
const fromText = (name: string, id: string, result: Overload['result'], call: Overload['call']) => ({
  name,
  member: false,
  overloads: [{ id, parameters: [STRING], result, call, cost: readText }],
});

const member = (name: string, ...overloads: readonly Overload[]): FunctionDeclaration => ({
  name,
  member: true,
  overloads,
});

const TWO = [QUANTITY, QUANTITY];
const WITH_INT = [QUANTITY, INT];

/** Resource quantities (apiserver pkg/cel/library/quantity.go). */
export const QUANTITIES: Library = {
  name: 'quantity',
  since: '1.28',
  functions: [
    fromText('quantity', 'string_to_quantity', QUANTITY, parse),
    fromText(
      'isQuantity',
      'is_quantity_string',
      BOOL,
      (text: string) => parse(text) instanceof QuantityValue,
    ),
    {
      name: 'sign',
      member: false,
      overloads: [
        {
          id: 'quantity_sign',
          parameters: [QUANTITY],
          result: INT,
          call: (q: QuantityValue) => sign(q.quantity),
        },
      ],
    },
    member('isGreaterThan', {
      id: 'quantity_is_greater_than',
      parameters: TWO,
      result: BOOL,
      call: (q: QuantityValue, r: QuantityValue) => compare(q.quantity, r.quantity) > 0,
    }),
    member('isLessThan', {
      id: 'quantity_is_less_than',
      parameters: TWO,
      result: BOOL,
      call: (q: QuantityValue, r: QuantityValue) => compare(q.quantity, r.quantity) < 0,
    }),
    member('compareTo', {
      id: 'quantity_compare_to',
      parameters: TWO,
      result: INT,
      call: (q: QuantityValue, r: QuantityValue) => compare(q.quantity, r.quantity),
    }),
    member('asApproximateFloat', {
      id: 'quantity_get_float',
      parameters: [QUANTITY],
      result: DOUBLE,
      call: (q: QuantityValue) => double(asApproximateFloat(q.quantity)),
    }),
    member('asInteger', {
      id: 'quantity_get_int',
      parameters: [QUANTITY],
      result: INT,
      call: (q: QuantityValue) =>
        asInteger(q.quantity) ?? failure(`the quantity \`${canonical(q.quantity)}\` is not an integer`),
    }),
    member('isInteger', {
      id: 'quantity_is_integer',
      parameters: [QUANTITY],
      result: BOOL,
      call: (q: QuantityValue) => asInteger(q.quantity) !== undefined,
    }),
    member(
      'add',
      {
        id: 'quantity_add',
        parameters: TWO,
        result: QUANTITY,
        call: (q: QuantityValue, r: QuantityValue) => toValue(add(q.quantity, r.quantity)),
      },
      {
        id: 'quantity_add_int',
        parameters: WITH_INT,
        result: QUANTITY,
        call: (q: QuantityValue, n: number | bigint) =>
          toValue(add(q.quantity, fromInteger(n, 'DecimalExponent'))),
      },
    ),
    member(
      'sub',
      {
        id: 'quantity_sub',
        parameters: TWO,
        result: QUANTITY,
        call: (q: QuantityValue, r: QuantityValue) => toValue(subtract(q.quantity, r.quantity)),
      },
      {
        id: 'quantity_sub_int',
        parameters: WITH_INT,
        result: QUANTITY,
        call: (q: QuantityValue, n: number | bigint) =>
          toValue(subtract(q.quantity, fromInteger(n, 'DecimalExponent'))),
      },
    ),
  ],
};
