import type { RuleTable } from '../rules.ts';

/** Source: kubernetes pkg/apis/discovery/v1. */
export const discovery: RuleTable = {
  'discovery.v1.EndpointPort': { fields: { name: '', protocol: 'TCP' } },
};
