import type { Diagnostic, Policy } from '../../model/index.ts';
import { isCovered, testPolicies } from '../../testing/index.ts';
import { diagnose } from '../../yaml/index.ts';

/**
 * What the tests beside policies leave open: policies without any, and rules that no test fails or none passes. What
 * is wrong with the tests themselves is for `abatis test` to say.
 */
export function untried(paths: readonly string[], policies: readonly Policy[]): readonly Diagnostic[] {
  const byName = new Map(policies.map((policy) => [policy.name, policy]));
  return testPolicies(paths).folders.flatMap(({ tests, rules, diagnostics }) => {
    if (tests.length === 0) return diagnostics.filter(({ code }) => code === 'AB2209');
    return rules.flatMap((coverage): readonly Diagnostic[] => {
      const policy = byName.get(coverage.policy);
      if (policy === undefined || isCovered(coverage)) return [];
      const index = policy.spec.rules.findIndex(({ name }) => name === coverage.rule);
      const lacking = [
        ...(coverage.failedBy === 0 ? ['fails'] : []),
        ...(coverage.passedBy === 0 ? ['passes'] : []),
      ];
      const problem = {
        code: 'AB1625',
        severity: 'warning',
        message: `no test ${lacking.join(' or ')} the rule \`${coverage.rule}\``,
        help: 'add a manifest to the folder `test`, named after what must come of it',
        path: ['spec', 'rules', index, 'name'],
      } as const;
      return [diagnose(problem, policy.source)];
    });
  });
}
