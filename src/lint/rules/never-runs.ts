import type { WrittenExpression } from '../../compile/index.ts';
import { both, isImpossible, operationIs } from '../absence/facts.ts';
import { truthsOf } from '../absence/truth.ts';
import { foregone, variablesOf } from '../constant/of-policy.ts';
import { itemPaths, noSuchField } from '../constant/paths.ts';
import type { LintRule, PolicyInQuestion } from '../lint-rule.ts';

/** A `when` that holds for nothing, and an `each` that selects nothing. */
export const neverRuns: LintRule = {
  code: 'AB1603',
  severity: 'warning',
  *policy(question) {
    const { policy, expressions, places } = question;
    for (const expression of expressions.filter(({ role }) => role === 'when')) {
      const isFalse =
        expression.program.source.trim() === 'false' || foregone(question, expression) === false;
      const what = expression.rule === undefined ? 'mutation' : 'rule';
      const isOther = !isFalse && asksForOther(question, expression);
      if (!isFalse && !isOther) continue;
      yield {
        path: expression.path,
        message: `\`when\` is never true: the ${what} never runs`,
        ...(isOther && { help: `the policy is asked about ${operationsOf(question).join(' and ')} only` }),
      };
    }
    const { rules, mutations = [] } = policy.spec;
    for (const [list, entries] of [
      ['rules', rules],
      ['mutations', mutations],
    ] as const) {
      for (const [index, { each }] of entries.entries()) {
        const paths = itemPaths(each);
        if (each === undefined || paths === undefined || places === undefined) continue;
        const missing = paths.map((path) => noSuchField(places, path));
        const [first] = missing;
        if (first === undefined || missing.includes(undefined)) continue;
        yield {
          path: ['spec', list, index, 'each'],
          message: `\`each\` selects nothing: there is no field \`${first.field}\``,
          ...(first.guess !== undefined && { help: `did you mean \`${first.guess}\`?` }),
        };
      }
    }
  },
};

/** Whether `when` asks for an operation that the policy is not asked about. */
function asksForOther(question: PolicyInQuestion, { program: { tree } }: WrittenExpression): boolean {
  const operations = operationsOf(question);
  if (operations.includes('*')) return false;
  const { whenTrue } = truthsOf(tree.expr, tree, new Map(), variablesOf(question));
  return isImpossible(both(operationIs(operations), whenTrue));
}

function operationsOf({ policy }: PolicyInQuestion): readonly string[] {
  return policy.spec.match.operations ?? ['CREATE', 'UPDATE'];
}
