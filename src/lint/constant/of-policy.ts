import type { WrittenExpression } from '../../compile/index.ts';
import type { Variables } from '../absence/key.ts';
import type { PolicyInQuestion } from '../lint-rule.ts';
import { constantTruth } from './expression.ts';

/** The expressions of the policy's variables, by name. */
export function variablesOf({ expressions }: Pick<PolicyInQuestion, 'expressions'>): Variables {
  const trees = new Map(
    expressions.flatMap(({ name, program: { tree } }) =>
      name === undefined ? [] : [[name, { expr: tree.expr, tree }] as const],
    ),
  );
  return (name) => trees.get(name);
}

/**
 * What an expression of a policy comes to whatever it is asked about. Undefined where that cannot be shown, and where
 * it is `true` or `false` and nothing else, for that is what its author means.
 */
export function foregone(question: PolicyInQuestion, expression: WrittenExpression): boolean | undefined {
  const { program } = expression;
  const { tree } = program;
  if (tree.expr.kind === 'literal') return undefined;
  return constantTruth(tree.expr, program.source, tree, program.environment, variablesOf(question));
}
