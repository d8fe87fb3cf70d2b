import { pullPolicy } from '../image.ts';
import { own } from '../object.ts';
import type { Fills, RuleTable } from '../rules.ts';

const readable: Fills = { defaultMode: 0o644 };

/** Source: kubernetes pkg/apis/core/v1. */
export const volumes: RuleTable = {
  'core.v1.AzureDiskVolumeSource': { fields: { readOnly: false } },
  'core.v1.ConfigMapVolumeSource': { fields: readable },
  'core.v1.DownwardAPIVolumeSource': { fields: readable },
  'core.v1.HostPathVolumeSource': { fields: { type: '' } },
  'core.v1.ImageVolumeSource': { fields: { pullPolicy: (image) => pullPolicy(own(image, 'reference')) } },
  'core.v1.PersistentVolumeClaimSpec': { fields: { volumeMode: 'Filesystem' } },
  'core.v1.ProjectedVolumeSource': { fields: readable },
  'core.v1.SecretVolumeSource': { fields: readable },
  'core.v1.ServiceAccountTokenProjection': { fields: { expirationSeconds: 3600 } },
  'core.v1.Volume': {
    fields: { emptyDir: (volume) => (Object.keys(volume).every((key) => key === 'name') ? {} : undefined) },
  },
};
