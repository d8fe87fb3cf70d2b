import { own } from '../object.ts';
import type { RuleTable } from '../rules.ts';

/** Source: kubernetes pkg/apis/networking/v1 and pkg/registry/networking. */
export const networking: RuleTable = {
  'networking.v1.Ingress': { createdStatus: {} },
  'networking.v1.IngressClassParametersReference': { fields: { scope: 'Cluster' } },
  'networking.v1.NetworkPolicyPort': { fields: { protocol: 'TCP' } },
  'networking.v1.NetworkPolicySpec': {
    fields: {
      policyTypes: (spec) => (own(spec, 'egress') === undefined ? ['Ingress'] : ['Ingress', 'Egress']),
    },
  },
  'networking.v1.ServiceCIDR': { createdStatus: {} },
  'networking.v1beta1.ServiceCIDR': { createdStatus: {} },
};
