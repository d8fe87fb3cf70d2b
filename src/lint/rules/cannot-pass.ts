import { isMapping } from '../../fields/index.ts';
import { foregone } from '../constant/of-policy.ts';
import { isAlwaysThere, itemPaths, stepsOf } from '../constant/paths.ts';
import { isMetByNone } from '../constant/schema.ts';
import type { LintRule } from '../lint-rule.ts';

/** A rule that everything breaks which it looks at, though it does not say so: `false` says so. */
export const cannotPass: LintRule = {
  code: 'AB1602',
  severity: 'warning',
  *policy(question) {
    const { policy, expressions, places = [] } = question;
    for (const [index, { each, when, check }] of policy.spec.rules.entries()) {
      const path = ['spec', 'rules', index, check.name];
      if (check.name === 'expression') {
        const expression = expressions.find(({ rule, role }) => rule === index && role === 'check');
        if (expression !== undefined && foregone(question, expression) === false) {
          const help = 'where all that it selects is to be found, write `false`';
          yield { path, message: 'the expression is never true: the rule cannot pass', help };
        }
      } else if (check.name === 'schema') {
        if (isMapping(check.value) && !saysFalse(check.value) && isMetByNone(check.value)) {
          yield { path, message: 'no value meets the schema: the rule cannot pass' };
        }
      } else if (check.name === 'forbid') {
        // With `when` or a filter it says at what place that is at fault which they choose.
        const isChosen = when !== undefined || each?.some((text) => text.includes('?')) === true;
        const items = isChosen ? [] : (itemPaths(each) ?? []);
        const inevitable = [check.value]
          .flat()
          .map(String)
          .find((text) => {
            const steps = stepsOf(text);
            return (
              steps !== undefined &&
              items.length > 0 &&
              items.every((item) => isAlwaysThere(places, item, steps))
            );
          });
        if (inevitable !== undefined) {
          const help = 'the API server fills it in, or admits nothing without it';
          yield { path, message: `\`${inevitable}\` is always there: the rule cannot pass`, help };
        }
      }
    }
  },
};

/** A schema that asks for a field and allows it no value is how one says that a place is at fault. */
function saysFalse(schema: Readonly<Record<string, unknown>>): boolean {
  const { required, properties, not } = schema;
  if (not === true || (isMapping(not) && Object.keys(not).length === 0)) return true;
  if (!Array.isArray(required) || !isMapping(properties)) return false;
  return required.some(
    (name) => Object.hasOwn(properties, String(name)) && properties[String(name)] === false,
  );
}
