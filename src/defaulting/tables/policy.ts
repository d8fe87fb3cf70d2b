import type { RuleTable } from '../rules.ts';

/** Source: kubernetes pkg/registry/policy. */
export const policy: RuleTable = {
  'policy.v1.PodDisruptionBudget': { createdStatus: {} },
};
