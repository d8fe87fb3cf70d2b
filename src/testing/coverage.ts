import type { Policy } from '../model/index.ts';
import type { Judged, MutationCoverage, RuleCoverage } from './model.ts';

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

/** How many tests each mutation changed something in, and how many it left as they were. */
export function mutationCoverageOf(
  policies: readonly Policy[],
  tests: readonly (readonly Judged[])[],
): readonly MutationCoverage[] {
  return policies.flatMap(({ name: policy, spec }) =>
    (spec.mutations ?? []).map(({ name: mutation }) => {
      const isThis = (each: { readonly policy: string; readonly mutation?: string }) =>
        each.policy === policy && each.mutation === mutation;
      const made = ({ mutation: { applied, reported } }: Judged) => [...applied, ...reported].some(isThis);
      const leaves = (answer: Judged) =>
        answer.mutation.evaluated.includes(policy) &&
        !made(answer) &&
        !answer.mutation.errors.some((each) => each.policy === policy);
      return {
        policy,
        mutation,
        madeBy: tests.filter((answers) => answers.some(made)).length,
        leftBy: tests.filter((answers) => answers.some(leaves)).length,
      };
    }),
  );
}

/** Whether a rule or a mutation was tried on both sides. */
export function isCovered(coverage: RuleCoverage | MutationCoverage): boolean {
  return 'rule' in coverage
    ? coverage.failedBy > 0 && coverage.passedBy > 0
    : coverage.madeBy > 0 && coverage.leftBy > 0;
}
