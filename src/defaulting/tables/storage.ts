import type { RuleTable } from '../rules.ts';

/** Source: kubernetes pkg/apis/storage/v1 and pkg/registry/storage. */
export const storage: RuleTable = {
  'storage.v1.CSIDriverSpec': {
    fields: {
      attachRequired: true,
      podInfoOnMount: false,
      storageCapacity: false,
      fsGroupPolicy: 'ReadWriteOnceWithFSType',
      volumeLifecycleModes: ['Persistent'],
      requiresRepublish: false,
      seLinuxMount: false,
    },
  },
  'storage.v1.StorageClass': { fields: { reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' } },
  'storage.v1.VolumeAttachment': { createdStatus: {} },
};
