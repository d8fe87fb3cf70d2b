import type { RuleTable } from '../rules.ts';

/** Source: kubernetes pkg/apis/flowcontrol/v1 and pkg/registry/flowcontrol. */
export const flowcontrol: RuleTable = {
  'flowcontrol.v1.ExemptPriorityLevelConfiguration': {
    fields: { nominalConcurrencyShares: 0, lendablePercent: 0 },
  },
  'flowcontrol.v1.FlowSchema': { createdStatus: {} },
  'flowcontrol.v1.FlowSchemaSpec': { fields: { matchingPrecedence: 1000 } },
  'flowcontrol.v1.LimitedPriorityLevelConfiguration': {
    fields: { nominalConcurrencyShares: 30, lendablePercent: 0 },
  },
  'flowcontrol.v1.PriorityLevelConfiguration': { createdStatus: {} },
  'flowcontrol.v1.QueuingConfiguration': { fields: { handSize: 8, queues: 64, queueLengthLimit: 50 } },
};
