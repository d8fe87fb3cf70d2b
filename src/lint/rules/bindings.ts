import type { LintRule } from '../lint-rule.ts';
import { disjoint } from '../matching/disjoint.ts';

/** A binding whose match and whose policy's match have nothing in common. */
export const bindsNothing: LintRule = {
  code: 'AB1620',
  severity: 'warning',
  *binding({ spec }, { kinds, policy }) {
    const bound = policy(spec.policy)?.policy.spec;
    if (bound === undefined || spec.match === undefined) return;
    const why = disjoint(spec.match, bound.match, kinds);
    if (why === undefined) return;
    yield {
      path: ['spec', 'match'],
      part: 'key',
      message: `the binding selects nothing of what \`${spec.policy}\` is about: ${why}`,
    };
  },
};
