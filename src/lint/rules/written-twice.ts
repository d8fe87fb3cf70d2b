import type { LintRule } from '../lint-rule.ts';

/** Two rules of a policy that ask the same of the same. */
export const writtenTwice: LintRule = {
  code: 'AB1610',
  severity: 'warning',
  *policy({ policy }) {
    const first = new Map<string, string>();
    for (const [index, { name, each, when, check }] of policy.spec.rules.entries()) {
      const requirement = JSON.stringify([each ?? null, when ?? null, check.name, check.value]);
      const before = first.get(requirement);
      if (before === undefined) first.set(requirement, name);
      else {
        yield {
          path: ['spec', 'rules', index, 'name'],
          message: `the rule \`${name}\` asks the same of the same as \`${before}\``,
          help: 'leave one of them out',
        };
      }
    }
  },
};
