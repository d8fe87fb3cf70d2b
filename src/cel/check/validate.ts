import { compile as compilePattern } from '../../regex/index.ts';
import { parseDuration, parseTimestamp } from '../../time/index.ts';
import type { Call, Expr, Problem } from '../ast.ts';
import { forEachChild } from '../ast.ts';
import type { WrittenArgument } from '../declaration.ts';
import { isOptionalType, sameType, showType, type Type } from '../type.ts';
import type { Checked } from './checker.ts';

/**
 * What Kubernetes refuses in an expression whose types are right: literals that are no duration, timestamp or
 * pattern (`literals`, since 1.29), and lists and maps of mixed types (cel-go cel/validator.go).
 */
export function validate(expr: Expr, checked: Checked, literals: boolean): Problem[] {
  const problems: Problem[] = [];
  visit(expr, checked, literals, false, problems);
  return problems;
}

function visit(expr: Expr, checked: Checked, literals: boolean, exempt: boolean, problems: Problem[]): void {
  // The arguments of `format`, and all in them, may be of any types (ext/formatting.go `Configure`).
  const exempted = exempt || (expr.kind === 'call' && expr.name === 'format');
  forEachChild(expr, (child) => visit(child, checked, literals, exempted, problems));
  if (expr.kind === 'call') {
    if (literals) literalArgument(expr, problems);
    declared(expr, checked, problems);
  } else if (exempt) {
    return;
  } else if (expr.kind === 'list') {
    const types = expr.elements.map((element, i) => unwrapped(typeOf(element, checked), expr.optional?.[i]));
    uniform(expr.elements, types, problems, true);
  } else if (expr.kind === 'map') {
    const { entries } = expr;
    uniform(
      entries.map(({ key }) => key),
      entries.map(({ key }) => typeOf(key, checked)),
      problems,
      false,
    );
    uniform(
      entries.map(({ value }) => value),
      entries.map(({ value, optional }) => unwrapped(typeOf(value, checked), optional)),
      problems,
      false,
    );
  }
}

const typeOf = (expr: Expr, checked: Checked): Type => checked.types[expr.id] as Type;

const unwrapped = (type: Type, optional: boolean | undefined): Type =>
  optional && isOptionalType(type) ? (type.parameters[0] as Type) : type;

/** All of a list's elements, or a map's keys, or its values, have the type of the first. */
function uniform(parts: readonly Expr[], types: readonly Type[], problems: Problem[], once: boolean): void {
  const [first] = types;
  for (const [i, type] of types.entries()) {
    if (first === undefined || sameType(first, type)) continue;
    const part = parts[i] as Expr;
    problems.push({
      message: `expected a value of type ${showType(first)} but this is ${showType(type)}`,
      help: 'Kubernetes wants the elements of a list, and the keys and values of a map, to be of one type',
      start: part.start,
      end: part.end,
    });
    if (once) return;
  }
}

/**
 * The first argument, where it is a literal. Of the global `matches` that is the text rather than the pattern, and
 * the API server refuses it all the same.
 */
function literalArgument(call: Call, problems: Problem[]): void {
  const [arg] = call.args;
  if (arg?.kind !== 'literal') return;
  const { value } = arg;
  const text = typeof value === 'string' ? value : undefined;
  const refuse = (what: string): void => {
    problems.push({ message: `${JSON.stringify(text)} is not ${what}`, start: arg.start, end: arg.end });
  };
  if (text === undefined) return;
  if (call.name === 'duration' && parseDuration(text) === undefined) {
    refuse('a duration; one is written like `1h30m`');
  } else if (call.name === 'timestamp' && typeof parseTimestamp(text) === 'string') {
    refuse('a timestamp; one is written like `2024-01-31T12:00:00Z`');
  } else if (call.name === 'matches') {
    const compiled = compilePattern(text);
    if (!compiled.ok) refuse(`a regular expression: ${compiled.message}`);
  }
}

/** The checks that a function declares for itself. */
function declared(call: Call, checked: Checked, problems: Problem[]): void {
  const reference = checked.references[call.id];
  if (reference?.kind !== 'function') return;
  const check = reference.overloads[0]?.declaration.validate;
  if (check === undefined) return;
  const args = call.target === undefined || reference.namespaced ? call.args : [call.target, ...call.args];
  problems.push(...check(args.map((arg) => written(arg, checked))));
}

function written(expr: Expr, checked: Checked): WrittenArgument {
  return {
    type: typeOf(expr, checked),
    start: expr.start,
    end: expr.end,
    ...(expr.kind === 'literal' && { literal: expr.value }),
    ...(expr.kind === 'list' && { elements: expr.elements.map((element) => written(element, checked)) }),
    ...(expr.kind === 'map' && {
      entries: expr.entries.flatMap(({ key, value }) => [written(key, checked), written(value, checked)]),
    }),
  };
}
