import { expect, test } from 'vitest';
import { Budget, CelError, compile, DYN, describe, environment } from '../../../src/cel/index.ts';

/**
 * An expression, what the CEL environment of Kubernetes 1.36 makes of it (`refused` when compiled, `error` when
 * evaluated, else the value as CEL writes it), and the cost it counts.
 */
type Fact = readonly (string | number)[];

const kubernetes = environment({ kubernetes: '1.36', variables: { object: DYN } });

/** Evaluates an expression; `object` is an empty map. */
export function evaluate(expression: string): { readonly outcome: string; readonly cost: number } {
  const compiled = compile(expression, kubernetes);
  if (!compiled.ok) return { outcome: 'refused', cost: 0 };
  const budget = new Budget(1e9, 1e9);
  const value = compiled.program.evaluate({ object: {} }, budget);
  return { outcome: value instanceof CelError ? 'error' : describe(value), cost: budget.cost };
}

/** One test for each fact. */
export function expectFacts(facts: readonly Fact[]): void {
  test.each(facts.map(([expression, outcome, cost]) => ({ expression, outcome, cost })))(
    '$expression is $outcome',
    ({ expression, outcome, cost }) => {
      const found = evaluate(String(expression));
      expect(found.outcome).toBe(outcome);
      if (cost !== undefined) expect(found.cost).toBe(cost);
    },
  );
}
