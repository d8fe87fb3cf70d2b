import { foregone } from '../constant/of-policy.ts';
import { isAlwaysThere, itemPaths, stepsOf } from '../constant/paths.ts';
import { isMetByAll } from '../constant/schema.ts';
import type { LintRule } from '../lint-rule.ts';

/** A rule that nothing can break. */
export const cannotFail: LintRule = {
  code: 'AB1601',
  severity: 'warning',
  *policy(question) {
    const { policy, expressions, places = [] } = question;
    for (const [index, { each, check }] of policy.spec.rules.entries()) {
      const path = ['spec', 'rules', index, check.name];
      if (check.name === 'expression') {
        const expression = expressions.find(({ rule, role }) => rule === index && role === 'check');
        if (expression === undefined) continue;
        const isTrue = expression.program.source.trim() === 'true' || foregone(question, expression) === true;
        if (isTrue) yield { path, message: 'the expression is always true: the rule cannot fail' };
      } else if (check.name === 'schema') {
        if (isMetByAll(check.value))
          yield { path, message: 'every value meets the schema: the rule cannot fail' };
      } else if (check.name === 'require') {
        const required = [check.value].flat().map(String);
        const items = itemPaths(each);
        const there = (text: string): boolean => {
          const steps = stepsOf(text);
          if (steps === undefined || items === undefined) return false;
          return items.every((item) => isAlwaysThere(places, item, steps));
        };
        if (required.length > 0 && required.every(there)) {
          const message = `${required.map((text) => `\`${text}\``).join(', ')} is always there: the rule cannot fail`;
          yield { path, message, help: 'the API server fills it in, or admits nothing without it' };
        }
      }
    }
  },
};
