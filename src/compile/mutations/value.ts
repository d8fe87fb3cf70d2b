import {
  type CelError,
  Double,
  LazyFields,
  MapValue,
  OptionalValue,
  toJson,
  type Value,
} from '../../cel/index.ts';
import { own } from '../change.ts';
import { compileExpression, errorText, CelError as Failure, type Needs } from '../expressions/index.ts';
import type { Problem } from '../problem.ts';
import type { Scope } from '../scope.ts';
import { type Allowance, sizeOf, tooMuch } from './allowance.ts';
import type { MutationContext } from './definition.ts';

/** A value to be written, or why there is none; undefined where there is nothing to be written. */
export type Worth =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly message: string }
  | undefined;

/** Gives the value to be written to an item. */
export interface ValueSource {
  readonly needs?: Needs;
  of(scope: Scope, allowance: Allowance): Worth;
}

/** The fields in which a value is written, in the schemas of forms. */
export const valueFields = {
  value: { description: 'What to write.' },
  valueExpression: { description: 'CEL: what to write; null writes nothing.', type: 'string', minLength: 1 },
} as const;

/**
 * Compiles `value` or `valueExpression` of a mapping that must have one of them. Problems count from the mapping.
 */
export function compileValue(
  given: unknown,
  problems: Problem[],
  context: MutationContext,
): ValueSource | undefined {
  const value = own(given, 'value');
  const source = own(given, 'valueExpression');
  if (value !== undefined && source !== undefined) {
    const message = '`value` and `valueExpression` are both there, and one value can be written';
    problems.push({ code: 'AB1507', message, path: ['valueExpression'], part: 'key' });
    return undefined;
  }
  if (source !== undefined)
    return compileValueExpression(String(source), ['valueExpression'], problems, context);
  if (value === undefined) {
    const message = 'there is no value to write';
    problems.push({ code: 'AB1507', message, help: 'give it `value` or `valueExpression`', path: [] });
    return undefined;
  }
  return literal(value, ['value'], problems);
}

/** A value as the policy has it. The API server drops null, so that to write it would never come to an end. */
export function literal(
  value: unknown,
  path: readonly (string | number)[],
  problems: Problem[],
): ValueSource | undefined {
  const at = nullIn(value, path);
  if (at !== undefined) {
    const message = 'null cannot be written';
    const help = 'to take something away, write a mutation with `remove`';
    problems.push({ code: 'AB1507', message, help, path: at });
    return undefined;
  }
  const size = sizeOf(value);
  const worth: Worth = { ok: true, value };
  return { of: (_scope, allowance) => (allowance.take(size) ? worth : { ok: false, message: tooMuch }) };
}

function nullIn(
  value: unknown,
  path: readonly (string | number)[],
): readonly (string | number)[] | undefined {
  if (value === null) return path;
  if (typeof value !== 'object' || value instanceof Double) return undefined;
  const entries: Iterable<readonly [string | number, unknown]> = Array.isArray(value)
    ? value.entries()
    : Object.entries(value as object);
  for (const [key, item] of entries) {
    const found = nullIn(item, [...path, key]);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The value that an expression gives. */
export function compileValueExpression(
  source: string,
  path: readonly (string | number)[],
  problems: Problem[],
  { surroundings, variables }: MutationContext,
): ValueSource | undefined {
  const expression = compileExpression(source, surroundings, { variables, path, role: 'value' }, problems);
  if (expression === undefined) return undefined;
  return {
    needs: expression.needs,
    of(scope, allowance) {
      const result: Value | CelError = expression.evaluate(scope);
      if (result instanceof Failure) return { ok: false, message: errorText(result, source) };
      const whole = result instanceof OptionalValue && result.present ? result.value : result;
      if (whole === null || whole instanceof OptionalValue) return undefined;
      try {
        return { ok: true, value: plain(whole, allowance, 0) };
      } catch (error) {
        if (error instanceof Unwritable) return { ok: false, message: error.message };
        throw error;
      }
    },
  };
}

class Unwritable extends Error {}

const deepest = 64;

/** A value as JSON, copied, for what an expression gives may be a part of the object; numbers stay exact. */
function plain(value: Value, allowance: Allowance, depth: number): unknown {
  if (depth > deepest) throw new Unwritable(`the value is nested more than ${deepest} levels deep`);
  if (!allowance.take(typeof value === 'string' ? value.length + 8 : 8)) throw new Unwritable(tooMuch);
  if (value === null || typeof value !== 'object' || value instanceof Double) return scalar(value);
  if (Array.isArray(value)) {
    return value.filter((item) => item !== null).map((item) => plain(item, allowance, depth + 1));
  }
  if (value instanceof LazyFields) throw new Unwritable('`variables` is no value; select one of them');
  if (value instanceof MapValue || isPlain(value)) {
    const entries: Iterable<readonly [unknown, Value]> =
      value instanceof MapValue ? value.entries() : Object.entries(value);
    const written: [string, unknown][] = [];
    for (const [key, item] of entries) {
      if (typeof key !== 'string') throw new Unwritable('a key of the value is no text');
      if (!allowance.take(key.length)) throw new Unwritable(tooMuch);
      if (item !== null) written.push([key, plain(item, allowance, depth + 1)]);
    }
    return Object.fromEntries(written);
  }
  return toJson(value);
}

function scalar(value: Value): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new Unwritable('the value is no number');
  return value;
}

function isPlain(value: object): value is { readonly [key: string]: Value } {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
