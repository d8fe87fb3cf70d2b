import type { RuleTable } from '../rules.ts';

/** Source: kubernetes pkg/registry/apiserverinternal and pkg/registry/storagemigration. */
export const internal: RuleTable = {
  'apiserverinternal.v1alpha1.StorageVersion': { createdStatus: {} },
  'storagemigration.v1beta1.StorageVersionMigration': { createdStatus: {} },
};
