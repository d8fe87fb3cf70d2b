import type { Expr, Problem } from '../ast.ts';
import { forEachChild } from '../ast.ts';
import type { Budget } from '../budget.ts';
import type { Checked, Reference } from '../check/checker.ts';
import type { Environment } from '../environment.ts';
import type { Type } from '../type.ts';
import type { CelError, Value } from '../value.ts';
import { type Constants, findConstants } from './constants.ts';
import { Emitter } from './emitter.ts';
import * as runtime from './runtime.ts';
import { value } from './value.ts';

/**
 * The values of the root variables by name. A getter may work a value out when it is read; an error it returns is
 * the error of reading the variable. What is undefined has no value, and reading it is an error.
 */
export type Activation = Readonly<Record<string, Value | CelError | undefined>>;

/** A root variable that an expression reads, with the fields selected from it as far as they are plain names. */
export interface Read {
  readonly variable: string;
  readonly path: readonly string[];
}

/** A sub-expression as a trace reports it, in the order of evaluation; in loops once for each turn. */
export interface TraceStep {
  readonly start: number;
  readonly end: number;
  readonly value: Value;
}

/** A checked expression as a tree, for those who reason about expressions rather than run them. */
export interface Tree {
  readonly expr: Expr;
  /** The type of a part. */
  typeOf(part: Expr): Type;
  /** What the name of a part, or the name of its call, stands for; undefined where it has none. */
  referenceOf(part: Expr): Reference | undefined;
}

type Evaluate = (
  activation: Activation,
  budget: Budget,
  trace?: (id: number, value: Value) => void,
) => Value | CelError;

const RUNTIME_NAMES = Object.keys(runtime).sort();
const RUNTIME_VALUES = RUNTIME_NAMES.map((name) => (runtime as Readonly<Record<string, unknown>>)[name]);

/** An expression that has been parsed, checked and is ready to be run. Made by `compile`. */
export class Program {
  readonly source: string;
  /** The static type of the result. */
  readonly type: Type;
  readonly warnings: readonly Problem[];
  readonly #expr: Expr;
  readonly #environment: Environment;
  readonly #checked: Checked;
  readonly #nodes: number;
  #constants: Constants | undefined;
  #reads: readonly Read[] | undefined;
  #run: Evaluate | undefined;
  #trace: Evaluate | undefined;

  /** `constants` are found when they are needed, where they have not been. */
  constructor(
    source: string,
    expr: Expr,
    nodes: number,
    environment: Environment,
    checked: Checked,
    constants: Constants | undefined,
  ) {
    this.source = source;
    this.type = checked.types[expr.id] as Type;
    this.warnings = checked.warnings;
    this.#expr = expr;
    this.#environment = environment;
    this.#checked = checked;
    this.#nodes = nodes;
    this.#constants = constants;
  }

  /** What it was checked against. */
  get environment(): Environment {
    return this.#environment;
  }

  /** The expression taken apart. */
  get tree(): Tree {
    const { types, references } = this.#checked;
    return {
      expr: this.#expr,
      typeOf: (part) => types[part.id] as Type,
      referenceOf: (part) => references[part.id],
    };
  }

  /** Generates what `evaluate` runs, which it would otherwise do the first time. */
  prepare(): void {
    this.#run ??= this.#generate(false);
  }

  /** Which root variables are read. */
  get reads(): readonly Read[] {
    this.#reads ??= readsOf(this.#expr, this.#checked);
    return this.#reads;
  }

  /**
   * Runs the expression. Its cost is put down in `budget`, whatever the outcome; nothing is thrown.
   * JavaScript is generated when an expression is run for the first time, for many of those loaded never are.
   */
  evaluate(activation: Activation, budget: Budget): Value | CelError {
    this.#run ??= this.#generate(false);
    return this.#run(activation, budget);
  }

  /** Runs the expression and tells the value of every part of it. Slow; for people. */
  trace(activation: Activation, budget: Budget, report: (step: TraceStep) => void): Value | CelError {
    this.#trace ??= this.#generate(true);
    const spans = new Map<number, Expr>();
    collect(this.#expr, spans);
    return this.#trace(activation, budget, (id, result) => {
      const part = spans.get(id);
      if (part !== undefined) report({ start: part.start, end: part.end, value: result });
    });
  }

  #generate(tracing: boolean): Evaluate {
    this.#constants ??= findConstants(this.#expr, this.#nodes, this.#checked, this.#environment);
    const emitter = new Emitter(this.#environment, this.#checked, this.#constants, tracing);
    const result = value(emitter, this.#expr);
    emitter.settle();
    const code = emitter.finish(result);
    const poolNames = emitter.pool.map((_, i) => `k${i}`);
    // The text is made from the checked tree alone: what users wrote is in it only as JSON-encoded strings.
    const factory = new Function(...RUNTIME_NAMES, ...poolNames, `"use strict";${code}`) as (
      ...args: readonly unknown[]
    ) => Evaluate;
    return factory(...RUNTIME_VALUES, ...emitter.pool);
  }
}

function collect(expr: Expr, spans: Map<number, Expr>): void {
  spans.set(expr.id, expr);
  forEachChild(expr, (child) => collect(child, spans));
}

function readsOf(expr: Expr, checked: Checked): Read[] {
  const reads = new Map<string, Read>();
  const visit = (part: Expr): void => {
    const path: string[] = [];
    let root = part;
    for (let step = stepOf(root, checked); step !== undefined; step = stepOf(root, checked)) {
      path.unshift(step.field);
      root = step.operand;
    }
    const reference = checked.references[root.id];
    if (reference?.kind === 'variable') {
      reads.set(JSON.stringify([reference.name, ...path]), { variable: reference.name, path });
      return;
    }
    forEachChild(root, visit);
  };
  visit(expr);
  return [...reads.values()];
}

/** The selection of a field by its name, `a.b` or `a.?b`; undefined for everything else. */
function stepOf(
  expr: Expr,
  checked: Checked,
): { readonly operand: Expr; readonly field: string } | undefined {
  if (expr.kind === 'select') return checked.references[expr.id] === undefined ? expr : undefined;
  if (expr.kind !== 'call' || expr.name !== '_?._') return undefined;
  const [operand, field] = expr.args;
  if (operand === undefined || field?.kind !== 'literal' || typeof field.value !== 'string') return undefined;
  return { operand, field: field.value };
}
