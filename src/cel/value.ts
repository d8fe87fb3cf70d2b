import { Double } from '../json/index.ts';
import { Duration, Timestamp } from '../time/index.ts';
import {
  BOOL,
  BYTES,
  DOUBLE,
  DURATION,
  DYN,
  INT,
  listType,
  mapType,
  NULL,
  opaqueType,
  optionalType,
  STRING,
  TIMESTAMP,
  type Type,
  typeType,
  UINT,
} from './type.ts';

/**
 * A value at run time. Objects come from `JSON.parse` as they are, without a conversion pass:
 *
 * - null, boolean, string, arrays (lists) and plain objects (maps with string keys, own properties only) stand for themselves;
 * - int is a JavaScript number where that is a safe integer, else a bigint (always within int64);
 * - double is a JavaScript number where it is not integral (NaN and the infinities too), else a boxed `Double`;
 *   never a bare integral number, for that is an int. Make one with `double()`;
 * - uint is a boxed `Uint`, bytes a `Uint8Array`, timestamps and durations the classes of `src/time`;
 * - a map with any other key is a `MapValue`;
 * - an optional is an `OptionalValue`, a type a `TypeValue`, a library's own values are subclasses of `OpaqueValue`.
 *
 * A bare integral number outside the safe range can only come from an object whose JSON was read without care for
 * big integers: it is used as it stands, and the budget's `imprecise` tells the caller that the answer may be wrong.
 */
export type Value =
  | null
  | boolean
  | string
  | number
  | bigint
  | Double
  | Uint
  | Uint8Array
  | Timestamp
  | Duration
  | TypeValue
  | OptionalValue
  | MapValue
  | OpaqueValue
  | LazyFields
  | readonly Value[]
  | PlainMap;

/** A map with string keys. Read with `Object.hasOwn` and never through the prototype. */
export interface PlainMap {
  readonly [key: string]: Value;
}

/** An unsigned 64-bit integer, within range. */
export class Uint {
  readonly value: bigint;
  constructor(value: bigint) {
    this.value = value;
  }
}

/** A type as a value: what `type(x)` yields, what `int` or `net.IP` mean as identifiers. Equal by name. */
export class TypeValue {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/** `optional.of(v)`; absent is the one instance `NONE`. */
export class OptionalValue {
  readonly present: boolean;
  readonly value: Value;
  constructor(present: boolean, value: Value) {
    this.present = present;
    this.value = value;
  }
}
export const NONE = new OptionalValue(false, null);
export const some = (value: Value): OptionalValue => new OptionalValue(true, value);

/**
 * A value of a library's own type: a quantity, an IP address, a URL. Subclass it, one class a type.
 * `type` is shared by all values of the class.
 */
export abstract class OpaqueValue {
  abstract readonly type: Extract<Type, { kind: 'opaque' | 'object' }>;
  /** CEL's `==`; `other` is of the same type. Undefined: the two cannot be compared, which is an error. */
  abstract equals(other: OpaqueValue): boolean | undefined;
  /** Text for messages and traces. */
  abstract describe(): string;
  /** What `size` in Kubernetes' cost rules means for this value, where it has one (a CIDR: its prefix in bytes). */
  costSize(): number {
    return 1;
  }
}

/** A map of which some key is not a string. Iterates in order of insertion; a key that comes twice keeps its last value. */
export class MapValue {
  readonly #entries = new Map<unknown, readonly [Value, Value]>();

  /**
   * The key under which an equal key is found. cel-go hashes Go values: scalars, durations and types by value,
   * timestamps too where they are in UTC, lists and maps never equal another (common/types/map.go).
   */
  static #slot(key: Value): unknown {
    if (typeof key === 'number') return Number.isInteger(key) ? BigInt(key) : key;
    if (key instanceof Double) return `d${key.value}`;
    if (key instanceof Uint) return `u${key.value}`;
    if (typeof key === 'string') return `s${key}`;
    if (key instanceof TypeValue) return `t${key.name}`;
    if (key instanceof Duration) return `n${key.seconds}.${key.nanos}`;
    if (key instanceof Timestamp && key.offset === 0) return `i${key.seconds}.${key.nanos}`;
    return typeof key === 'object' && key !== null && !(key instanceof OpaqueValue) ? Symbol() : key;
  }

  get size(): number {
    return this.#entries.size;
  }

  set(key: Value, value: Value): void {
    this.#entries.set(MapValue.#slot(key), [key, value]);
  }

  /** The value of exactly this key (type and value), or undefined. */
  get(key: Value): Value | undefined {
    return this.#entries.get(MapValue.#slot(key))?.[1];
  }

  delete(key: Value): void {
    this.#entries.delete(MapValue.#slot(key));
  }

  has(key: Value): boolean {
    return this.#entries.has(MapValue.#slot(key));
  }

  entries(): Iterable<readonly [Value, Value]> {
    return this.#entries.values();
  }
}

/**
 * An object whose fields are worked out when they are read, such as `variables`. Fields are selected from it, and
 * their presence tested; it is nothing else's operand.
 */
export abstract class LazyFields {
  /** The field's value, the error of working it out, or undefined where there is no such field. */
  abstract field(name: string): Value | CelError | undefined;
}

/**
 * An error of evaluation: returned by implementations, absorbed by `&&` and `||`, and the outcome of a program.
 * The span and the type of the offending value are added where the call stands.
 */
export class CelError {
  readonly message: string;
  /** Span of the sub-expression that failed, in UTF-16 offsets of the source; -1 until it is known. */
  readonly start: number;
  readonly end: number;
  /** The runtime type of the value that did not fit, for example `string`. */
  readonly valueType: string | undefined;
  /** Where evaluation was stopped because the cost limit was passed; such an error is never absorbed. */
  readonly exhausted: boolean;
  constructor(
    message: string,
    start = -1,
    end = -1,
    valueType: string | undefined = undefined,
    exhausted = false,
  ) {
    this.message = message;
    this.start = start;
    this.end = end;
    this.valueType = valueType;
    this.exhausted = exhausted;
  }
}

/** What an implementation returns to say that it failed: `return failure('index out of bounds: 3')`. */
export const failure = (message: string): CelError => new CelError(message);

const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;

/** An int from an integral number or a bigint that is within int64. */
export function int(value: number | bigint): number | bigint {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value + 0 : int(BigInt(value));
  return value >= -9007199254740991n && value <= 9007199254740991n ? Number(value) : value;
}

/** An int, or undefined where the value is outside int64. */
export const checkedInt = (value: bigint): number | bigint | undefined =>
  value < INT64_MIN || value > INT64_MAX ? undefined : int(value);

/** A double from any number: boxed where it is integral. */
export { Double, toDouble as double } from '../json/index.ts';

/** Whether the value is an int. */
export const isInt = (value: Value): value is number | bigint =>
  typeof value === 'bigint' ||
  (typeof value === 'number' && Number.isInteger(value) && Math.abs(value) < 2 ** 63);

/** Whether the value is a double, and its number: `isDouble(v) ? numberOf(v) : …`. */
export const isDouble = (value: Value): value is number | Double =>
  value instanceof Double ||
  (typeof value === 'number' && (!Number.isInteger(value) || Math.abs(value) >= 2 ** 63));
export const numberOf = (value: number | Double): number => (typeof value === 'number' ? value : value.value);

/** Whether the value is a list. */
export const isList = (value: Value): value is readonly Value[] => Array.isArray(value);

/** Whether the value is a map with string keys as `JSON.parse` makes it. */
export function isPlainMap(value: Value): value is PlainMap {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

export const isMap = (value: Value): value is PlainMap | MapValue =>
  value instanceof MapValue || isPlainMap(value);

/** The type of opaque values without parameters, for `OpaqueValue.type`. */
export const opaqueValueType = (name: string): Extract<Type, { kind: 'opaque' }> =>
  opaqueType(name) as Extract<Type, { kind: 'opaque' }>;

/** The type of a value: dyn elements for lists and maps. */
export function typeOf(value: Value): Type {
  switch (typeof value) {
    case 'string':
      return STRING;
    case 'boolean':
      return BOOL;
    case 'bigint':
      return INT;
    case 'number':
      return isInt(value) ? INT : DOUBLE;
    default:
      break;
  }
  if (value === null) return NULL;
  if (Array.isArray(value)) return LIST;
  if (value instanceof OpaqueValue) return value.type;
  if (value instanceof Double) return DOUBLE;
  if (value instanceof Uint) return UINT;
  if (value instanceof Timestamp) return TIMESTAMP;
  if (value instanceof Duration) return DURATION;
  if (value instanceof Uint8Array) return BYTES;
  if (value instanceof OptionalValue) return OPTIONAL;
  if (value instanceof TypeValue) return TYPE;
  return MAP;
}
const LIST = listType(DYN);
const MAP = mapType(DYN, DYN);
const OPTIONAL = optionalType(DYN);
const TYPE = typeType(DYN);
