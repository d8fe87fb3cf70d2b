import type { Call, Expr, Problem } from '../ast.ts';
import { forEachChild } from '../ast.ts';
import type { Checked } from '../check/checker.ts';
import type { Implementation } from '../declaration.ts';
import type { Environment } from '../environment.ts';
import { runtimeTypeName } from '../type.ts';
import { CelError, isList, TypeValue, type Value } from '../value.ts';
import { dispatch, isKey, MapBuilder } from './runtime.ts';

/** What is known of an expression before it is run, by node number. */
export interface Constants {
  readonly values: readonly (Value | undefined)[];
  /** Implementations made for a literal argument, of the calls that have one. */
  readonly prepared: readonly (Implementation | undefined)[];
  readonly problems: readonly Problem[];
}

/** The conversions that cel-go works out while planning (common/overloads/overloads.go `IsTypeConversionFunction`). */
const CONVERSIONS = new Set('bool bytes double duration dyn int string timestamp type uint'.split(' '));

/**
 * Finds what is constant, as cel-go's planner does: literals, lists and maps of constants, conversions of constants.
 * A conversion that fails, a pattern that is none and a key that can be none are problems of the expression, but in
 * the plain language, where they fail when they are run.
 */
export function findConstants(
  expr: Expr,
  nodes: number,
  checked: Checked,
  environment: Environment,
): Constants {
  const values = new Array<Value | undefined>(nodes).fill(undefined);
  const prepared = new Array<Implementation | undefined>(nodes).fill(undefined);
  const problems: Problem[] = [];
  const refuse = (part: Expr, error: CelError): void => {
    if (!environment.plain) problems.push({ message: error.message, start: part.start, end: part.end });
  };
  const visit = (part: Expr): void => {
    forEachChild(part, visit);
    const reference = checked.references[part.id];
    if (reference?.kind === 'type') {
      values[part.id] = new TypeValue(runtimeTypeName(reference.type));
    } else if (reference?.kind === 'constant') {
      values[part.id] = reference.value;
    } else if (part.kind === 'ident' && checked.types[part.id]?.kind === 'type') {
      // cel-go takes whatever has the type of a type for the name of one.
      refuse(
        part,
        new CelError(`\`${part.name}\` is a variable that holds a type, which Kubernetes does not take`),
      );
    } else if (part.kind === 'literal') {
      values[part.id] = part.value;
    } else if (part.kind === 'list') {
      const elements = part.elements.map((element) => values[element.id]);
      if (part.optional === undefined && elements.every((value) => value !== undefined))
        values[part.id] = elements;
    } else if (part.kind === 'map') {
      values[part.id] = constantMap(
        part.entries.map(({ key, value, optional }) => [
          values[key.id],
          optional ? undefined : values[value.id],
        ]),
      );
    } else if (part.kind === 'call') {
      constantCall(part);
    }
  };
  const constantCall = (call: Call): void => {
    const reference = checked.references[call.id];
    if (reference?.kind !== 'function') return;
    const { name, overloads } = reference;
    const [first, second] = call.args;
    const args = call.target === undefined || reference.namespaced ? call.args : [call.target, ...call.args];
    if (CONVERSIONS.has(name) && first !== undefined && call.args.length === 1 && call.target === undefined) {
      const arg = values[first.id];
      if (arg === undefined) return;
      const known = environment.functions.get(name)?.globals ?? overloads;
      const value = dispatch(
        known.map(({ overload }) => overload),
        name,
        [arg],
      );
      if (value instanceof CelError) refuse(call, value);
      else values[call.id] = value;
    } else if (name === '@in' && second !== undefined && overloads.length === 1 && !environment.plain) {
      const list = values[second.id];
      // cel-go does not even look at the element then.
      if (
        overloads[0]?.overload.id === 'in_list' &&
        list !== undefined &&
        isList(list) &&
        list.length === 0
      ) {
        values[call.id] = false;
      }
    } else if ((name === '_[_]' || name === '_[?_]') && second !== undefined) {
      const key = values[second.id];
      if (key !== undefined && !isKey(key))
        refuse(second, new CelError('this value cannot be a key or an index'));
    } else {
      const prepare = overloads[0]?.declaration.prepare;
      const literal = prepare === undefined ? undefined : args[prepare.argument];
      const value = literal === undefined ? undefined : values[literal.id];
      if (prepare === undefined || literal === undefined || value === undefined) return;
      const made = prepare.with(value);
      if (made instanceof CelError) refuse(literal, made);
      else prepared[call.id] = made;
    }
  };
  visit(expr);
  return { values, prepared, problems };
}

function constantMap(
  entries: readonly (readonly [Value | undefined, Value | undefined])[],
): Value | undefined {
  const map = new MapBuilder();
  for (const [key, value] of entries) {
    if (key === undefined || value === undefined) return undefined;
    map.set(key, value);
  }
  return map.finish();
}
