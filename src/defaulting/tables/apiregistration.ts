import type { RuleTable } from '../rules.ts';

/** Source: kube-aggregator pkg/apis/apiregistration/v1 and its registry. */
export const apiregistration: RuleTable = {
  'apiregistration.v1.APIService': { createdStatus: {} },
  'apiregistration.v1.ServiceReference': { fields: { port: 443 } },
};
