import { own } from '../object.ts';
import type { RuleTable } from '../rules.ts';

const group = 'rbac.authorization.k8s.io';

/** Source: kubernetes pkg/apis/rbac/v1. */
export const rbac: RuleTable = {
  'rbac.v1.RoleRef': { fields: { apiGroup: group } },
  'rbac.v1.Subject': {
    fields: {
      apiGroup: (subject) => (['User', 'Group'].includes(String(own(subject, 'kind'))) ? group : undefined),
    },
  },
};
