import { costSize, TRAVERSAL } from '../cost-size.ts';
import type { Overload } from '../declaration.ts';
import { equality, mapEntries, mapFind } from '../equality.ts';
import { fits } from '../signature.ts';
import * as arithmetic from '../standard/arithmetic.ts';
import { contains, size } from '../standard/containers.ts';
import { compare } from '../standard/order.ts';
import { runtimeTypeName, type Type } from '../type.ts';
import {
  CelError,
  Double,
  failure,
  isInt,
  isList,
  isMap,
  isPlainMap,
  LazyFields,
  MapValue,
  NONE,
  OpaqueValue,
  OptionalValue,
  typeOf,
  Uint,
  type Value,
} from '../value.ts';

// What generated code calls. Nothing here throws but `absorb`, and that only what it was given.

/** Whether an integer was met that JSON.parse had rounded; taken and cleared at the end of an evaluation. */
let imprecise = false;

export function takeImprecise(): boolean {
  const was = imprecise;
  imprecise = false;
  return was;
}

/** Notes numbers that may have been rounded when they were read. */
export function noteNumber(value: Value): void {
  if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)) imprecise = true;
}

/** An error with the span of what failed, which stays the innermost. */
export const at = (error: CelError, start: number, end: number): CelError =>
  error.start >= 0 ? error : new CelError(error.message, start, end, error.valueType, error.exhausted);

export const fault = (message: string, start: number, end: number, value?: Value): CelError =>
  new CelError(message, start, end, value === undefined ? undefined : describeType(value));

export const describeType = (value: Value): string => runtimeTypeName(typeOf(value));

/** The first of two errors, unless the second may not be absorbed. */
export function absorb(thrown: unknown, first: CelError | undefined): CelError {
  if (!(thrown instanceof CelError) || thrown.exhausted) throw thrown;
  return first ?? thrown;
}

export const exhausted = (start: number, end: number): CelError =>
  new CelError('the expression costs more than it may', start, end, undefined, true);

/** What a caught exception means for the evaluation; only recursion through hostile nesting is not a bug. */
export function outcome(thrown: unknown): CelError {
  if (thrown instanceof CelError) return thrown;
  if (thrown instanceof RangeError) return new CelError('a value nests too deeply');
  throw thrown;
}

/** What is in an optional, and in an optional in that. */
export function textOf(value: Value): Value {
  let inner = value;
  while (inner instanceof OptionalValue && inner.present) inner = inner.value;
  return inner;
}

/** A field by name: its value, an error, or undefined where there is none. */
export function field(target: Value, name: string): Value | CelError | undefined {
  if (isPlainMap(target)) return Object.hasOwn(target, name) ? target[name] : undefined;
  if (target instanceof MapValue) return target.get(name);
  if (target instanceof LazyFields) return target.field(name);
  return undefined;
}

/** The error for a field or element that `target` does not have; false where its absence is no error of `has`. */
export function absent(target: Value, key: Value, start: number, end: number): CelError | false {
  if (isList(target)) {
    const index = listIndex(key);
    if (index instanceof CelError) return at(index, start, end);
  }
  return false;
}

/** The same in the plain language, where a scalar has no fields to be looked for. */
export function absentStrict(target: Value, key: Value, start: number, end: number): CelError | false {
  const hasFields =
    isList(target) || isMap(target) || target instanceof LazyFields || target instanceof OptionalValue;
  if (hasFields) return absent(target, key, start, end);
  return fault(`no such key: ${show(key)}`, start, end, target);
}

export function missing(target: Value, key: Value, start: number, end: number): CelError {
  const error = absent(target, key, start, end);
  if (error !== false) return error;
  if (isList(target)) return fault(`index out of bounds: ${show(key)}`, start, end, target);
  return fault(`no such key: ${show(key)}`, start, end, target);
}

const show = (key: Value): string => {
  if (typeof key === 'string') return key;
  if (key instanceof Uint || key instanceof Double) return String(key.value);
  return typeof key === 'object' && key !== null ? describeType(key) : String(key);
};

/** A list index from a key (cel-go common/types/list.go `IndexOrError`). */
function listIndex(key: Value): number | CelError {
  if (isInt(key)) return Number(key);
  if (key instanceof Uint) return Number(key.value);
  if (key instanceof Double && Math.abs(key.value) < 2 ** 63) return key.value;
  if (typeof key === 'number') return failure(`a list has no index ${key}`);
  return failure(`a list is not indexed by a ${describeType(key)}`);
}

/** An element by index or an entry by key: its value, an error, or undefined where there is none. */
export function element(target: Value, key: Value): Value | CelError | undefined {
  if (!isKey(key)) return failure(`a ${describeType(key)} is no key`);
  if (isList(target)) {
    const index = listIndex(key);
    if (index instanceof CelError) return index;
    return index >= 0 && index < target.length ? target[index] : undefined;
  }
  if (isMap(target)) return mapFind(target, key);
  return target instanceof LazyFields && typeof key === 'string' ? target.field(key) : undefined;
}

/** What can select: strings, numbers and booleans (cel-go interpreter/attributes.go `newQualifier`). */
export const isKey = (key: Value): boolean =>
  typeof key === 'string' ||
  typeof key === 'number' ||
  typeof key === 'bigint' ||
  typeof key === 'boolean' ||
  key instanceof Uint ||
  key instanceof Double;

/** What a macro with one variable goes over. */
export function elements(range: Value): readonly Value[] | CelError {
  if (isList(range)) return range;
  if (isPlainMap(range)) return Object.keys(range);
  if (range instanceof MapValue) return [...range.entries()].map(([key]) => key);
  return failure(`a ${describeType(range)} has no elements to go over`);
}

/** What a macro with two variables goes over: keys and values, one after the other. */
export function pairs(range: Value): readonly (readonly [Value, Value])[] | CelError {
  if (isList(range)) return range.map((value, i) => [i, value]);
  if (isMap(range)) return [...mapEntries(range)];
  return failure(`a ${describeType(range)} has no elements to go over`);
}

/** Collects a map's entries; a plain object while all keys are strings. */
export class MapBuilder {
  #plain: Record<string, Value> | undefined = {};
  #general: MapValue | undefined;

  set(key: Value, value: Value): void {
    if (this.#plain !== undefined && typeof key === 'string') {
      if (key === '__proto__') {
        Object.defineProperty(this.#plain, key, {
          value,
          enumerable: true,
          configurable: true,
          writable: true,
        });
      } else {
        this.#plain[key] = value;
      }
      return;
    }
    if (this.#general === undefined) {
      this.#general = new MapValue();
      for (const [known, old] of Object.entries(this.#plain ?? {})) this.#general.set(known, old);
      this.#plain = undefined;
    }
    this.#general.set(key, value);
  }

  delete(key: Value): void {
    if (this.#plain !== undefined) {
      if (typeof key === 'string') delete this.#plain[key];
    } else {
      this.#general?.delete(key);
    }
  }

  /** Adds an entry that must be new (cel-go common/types `InsertMapKeyValue`). */
  insert(key: Value, value: Value): CelError | undefined {
    if (mapFind(this.finish(), key) !== undefined) return failure(`the key ${show(key)} comes twice`);
    this.set(key, value);
    return undefined;
  }

  /** Adds the entries of a map, all of which must be new. */
  insertAll(entries: Value): CelError | undefined {
    if (!isMap(entries)) return failure('no such overload');
    for (const [key, value] of mapEntries(entries)) {
      const error = this.insert(key, value);
      if (error !== undefined) return error;
    }
    return undefined;
  }

  finish(): Record<string, Value> | MapValue {
    return this.#general ?? this.#plain ?? {};
  }
}

/** `a == b`, or an error where the two cannot be compared. */
export function equals(a: Value, b: Value): boolean | CelError {
  if (typeof a === 'number' || typeof b === 'number') {
    noteNumber(a);
    noteNumber(b);
  }
  return equality(a, b) ?? failure('no such overload');
}

export const notEquals = (a: Value, b: Value): boolean => equals(a, b) !== true;

/** What `==` costs: the shorter operand read once, 1 for the values of Kubernetes' libraries. */
export const equalityCost = (a: Value, b: Value): number =>
  a instanceof OpaqueValue ? 1 : Math.ceil(Math.min(costSize(a, true), costSize(b, true)) * TRAVERSAL);

export const inequalityCost = (a: Value, b: Value): number =>
  Math.ceil(Math.min(costSize(a, true), costSize(b, true)) * TRAVERSAL);

/** The order of two values, or why there is none. */
export function compared(a: Value, b: Value): number | CelError {
  noteNumber(a);
  noteNumber(b);
  return compare(a, b);
}

type Operation = (a: Value, b: Value) => Value | CelError;
const noting =
  (operation: Operation): Operation =>
  (a, b) => {
    noteNumber(a);
    noteNumber(b);
    return operation(a, b);
  };
export const add = noting(arithmetic.add);
export const subtract = noting(arithmetic.subtract);
export const multiply = noting(arithmetic.multiply);
export const divide = noting(arithmetic.divide);
export const modulo = noting(arithmetic.modulo);
export const negate = noting(arithmetic.negate);

/** Calls whichever overload the arguments fit. */
export function dispatch(
  overloads: readonly Overload[],
  name: string,
  args: readonly Value[],
): Value | CelError {
  const overload = choose(overloads, args);
  if (overload === undefined)
    return failure(`no such overload: ${name}(${args.map(describeType).join(', ')})`);
  for (const arg of args) noteNumber(arg);
  return overload.call(...(args as never[]));
}

export function choose(overloads: readonly Overload[], args: readonly Value[]): Overload | undefined {
  for (const overload of overloads) {
    const { parameters } = overload;
    let isFitting = parameters.length === args.length;
    for (let i = 0; isFitting && i < args.length; i++) {
      isFitting = fits(parameters[i] as Type, args[i] as Value);
    }
    if (isFitting) return overload;
  }
  return undefined;
}

/** What the overload that the arguments fit costs. */
export function dispatchCost(
  overloads: readonly Overload[],
  result: Value | CelError,
  args: readonly Value[],
): number {
  const overload = choose(overloads, args);
  const cost = overload?.unresolvedCost ?? overload?.cost;
  return cost === undefined ? 1 : cost(result, ...(args as never[]));
}

export { CelError, contains, fits, NONE, OptionalValue, size };
