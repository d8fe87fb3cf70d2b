import { itemPaths, noSuchField, stepsOf } from '../constant/paths.ts';
import type { LintRule } from '../lint-rule.ts';

/** A path of `require` or `forbid` that no kind has which the policy is about. */
export const fieldsOfKinds: LintRule = {
  code: 'AB1609',
  severity: 'warning',
  *policy({ policy, places }) {
    if (places === undefined) return;
    for (const [index, { each, check }] of policy.spec.rules.entries()) {
      if (check.name !== 'require' && check.name !== 'forbid') continue;
      const items = itemPaths(each);
      if (items === undefined || items.length === 0) continue;
      for (const [position, value] of [check.value].flat().entries()) {
        const steps = stepsOf(String(value));
        if (steps === undefined) continue;
        // What `each` selects nothing by is told of `each`.
        if (items.some((item) => noSuchField(places, item) !== undefined)) continue;
        const missing = items.map((item) => noSuchField(places, [...item, ...steps]));
        const [first] = missing;
        if (first === undefined || missing.includes(undefined)) continue;
        const outcome = check.name === 'require' ? 'cannot be met' : 'forbids nothing';
        yield {
          path: ['spec', 'rules', index, check.name, ...(Array.isArray(check.value) ? [position] : [])],
          message: `there is no field \`${first.field}\`: \`${value}\` ${outcome}`,
          ...(first.guess !== undefined && { help: `did you mean \`${first.guess}\`?` }),
        };
      }
    }
  },
};
