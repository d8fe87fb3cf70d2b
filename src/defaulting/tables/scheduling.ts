import type { RuleTable } from '../rules.ts';

/** Source: kubernetes pkg/apis/scheduling and pkg/registry/scheduling. */
export const scheduling: RuleTable = {
  'scheduling.v1.PriorityClass': { fields: { preemptionPolicy: 'PreemptLowerPriority' } },
  'scheduling.v1alpha2.PodGroup': { createdStatus: {} },
};
