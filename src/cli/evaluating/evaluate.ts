import {
  type Activation,
  Budget,
  CelError,
  showType,
  type TraceStep,
  typeOf,
  type Value,
} from '../../cel/index.ts';
import type { Programs } from './programs.ts';
import { type TraceNode, traceTree } from './trace.ts';
import { Variables } from './variables.ts';

/** What an expression came to. */
export interface Outcome {
  /** Of the item that it was evaluated for. */
  readonly path: string | undefined;
  readonly value: Value | CelError;
  /** The type of the value, as far as the expression or else the value tells it; undefined of an error. */
  readonly type: string | undefined;
  readonly cost: number;
  readonly limit: number;
  /** What the variables cost that were read. */
  readonly variablesCost: number;
  readonly trace: Trace | undefined;
}

export interface Trace {
  readonly nodes: readonly TraceNode[];
  /** More was evaluated than is in it. */
  readonly cut: boolean;
}

/** More steps than these nobody reads. */
const mostSteps = 50_000;

/** Runs an expression once, with a budget of its own. */
export function evaluate(
  { expression, variables }: Programs,
  activation: Activation,
  options: { readonly path: string | undefined; readonly trace: boolean },
): Outcome {
  const budget = new Budget();
  const whole = budget.remaining;
  const everything = new Variables(variables, budget).within(activation);
  const steps: TraceStep[] = [];
  let cut = false;
  const report = (step: TraceStep): void => {
    if (steps.length < mostSteps) steps.push(step);
    else cut = true;
  };
  const value = options.trace
    ? expression.trace(everything, budget, report)
    : expression.evaluate(everything, budget);
  const { cost } = budget;
  return {
    path: options.path,
    value,
    type:
      value instanceof CelError
        ? undefined
        : showType(expression.type.kind === 'dyn' ? typeOf(value) : expression.type),
    cost,
    limit: budget.perExpression,
    variablesCost: whole - budget.remaining - cost,
    trace: options.trace ? { nodes: traceTree(expression.source, steps, value), cut } : undefined,
  };
}
