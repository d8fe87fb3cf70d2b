import type { Policy } from '../model/index.ts';
import type { Judged, RuleCoverage } from './model.ts';

/** How many tests each rule was failed and passed by. */
export function coverageOf(
  policies: readonly Policy[],
  tests: readonly (readonly Judged[])[],
): readonly RuleCoverage[] {
  return policies.flatMap(({ name: policy, spec }) =>
    spec.rules.map(({ name: rule }) => {
      const hasRule = (each: { readonly policy: string; readonly rule?: string }) =>
        each.policy === policy && each.rule === rule;
      const fails = ({ decision }: Judged) => decision.findings.some(hasRule);
      const passes = ({ decision }: Judged) =>
        decision.evaluated.includes(policy) &&
        !decision.findings.some(hasRule) &&
        !decision.errors.some((error) => error.policy === policy && (error.rule ?? rule) === rule);
      return {
        policy,
        rule,
        failedBy: tests.filter((answers) => answers.some(fails)).length,
        passedBy: tests.filter((answers) => answers.some(passes)).length,
      };
    }),
  );
}

/** Whether a rule was tried on both sides. */
export function isCovered({ failedBy, passedBy }: RuleCoverage): boolean {
  return failedBy > 0 && passedBy > 0;
}
