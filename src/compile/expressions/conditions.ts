import { BOOL, Budget } from '../../cel/index.ts';
import type { NamedExpression } from '../../model/index.ts';
import type { Problem } from '../problem.ts';
import type { Scope } from '../scope.ts';
import { No, type Truth, Unknown, Yes } from '../truth.ts';
import type { Environments } from './environment.ts';
import { CelError, compileExpression, type Expression, errorText } from './expression.ts';
import { unknownOf } from './needs.ts';

/** What the conditions of a match say of a change; a text says why that could not be worked out. */
export type Conditions = (scope: Scope) => Truth | string;

/**
 * Kubernetes' matchConditions: one that is false decides, whatever else fails; else an error is an error of the
 * policy. Source: apiserver pkg/admission/plugin/webhook/matchconditions/matcher.go. Problems count from the list.
 */
export function compileConditions(
  conditions: readonly NamedExpression[],
  environments: Environments,
  problems: Problem[],
): Conditions {
  const compiled: (Expression & { readonly name: string })[] = [];
  for (const [index, { name, expression }] of conditions.entries()) {
    // Variables come after match, as in a ValidatingAdmissionPolicy.
    const options = {
      expect: BOOL,
      variables: {},
      path: [index, 'expression'],
      role: 'condition',
      name,
    } as const;
    const result = compileExpression(expression, environments.policy({}), options, problems);
    if (result !== undefined) compiled.push({ ...result, name });
  }
  // Of nothing but parameters: which stay the same from request to request.
  const known = compiled.every((condition) => condition.known !== undefined)
    ? new WeakMap<object, Truth | string>()
    : undefined;
  return (scope) => {
    const before = known && scope.recall(known);
    if (before !== undefined) return before;
    const rules = scope.budget;
    scope.budget = new Budget(perCondition, together);
    const outcome = judge(compiled, scope);
    if (scope.params !== undefined && !scope.budget.imprecise) known?.set(scope.params, outcome);
    scope.imprecise ||= scope.budget.imprecise;
    scope.budget = rules;
    return outcome;
  };
}

/** Kubernetes' limits of cost (apiserver pkg/apis/cel/config.go): of one condition, of all of a policy's. */
const perCondition = 1_000_000;
const together = 2_500_000;

function judge(
  conditions: readonly (Expression & { readonly name: string })[],
  scope: Scope,
): Truth | string {
  let outcome: Truth | string = Yes;
  for (const condition of conditions) {
    const unknown = unknownOf(condition.needs, scope.change);
    if (unknown !== undefined) {
      scope.passOver(condition, unknown);
      if (outcome === Yes) outcome = Unknown;
      continue;
    }
    const value = condition.evaluate(scope);
    if (value instanceof CelError) {
      if (typeof outcome !== 'string') {
        outcome = `condition \`${condition.name}\`: ${errorText(value, condition.source)}`;
      }
    } else if (value !== true) {
      return No;
    }
  }
  return outcome;
}
