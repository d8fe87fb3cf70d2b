import type { JsonObject } from '../../model/index.ts';
import { itemsAt, mappingAt, own, withEntry } from '../object.ts';
import type { RuleTable } from '../rules.ts';

const revisions = { revisionHistoryLimit: 10 };

/** Where a DaemonSet shows a field that apps/v1 no longer has. */
const templateGeneration = 'deprecated.daemonset.template.generation';

/** Source: kubernetes pkg/apis/apps/v1 and pkg/registry/apps. */
export const apps: RuleTable = {
  'apps.v1.DaemonSet': { createdStatus: {}, created: withTemplateGeneration },
  'apps.v1.DaemonSetSpec': { fields: revisions },
  'apps.v1.DaemonSetUpdateStrategy': {
    fields: {
      type: 'RollingUpdate',
      rollingUpdate: ({ type }) =>
        type === 'RollingUpdate' ? { maxUnavailable: 1, maxSurge: 0 } : undefined,
    },
  },
  'apps.v1.Deployment': { createdStatus: {} },
  'apps.v1.DeploymentSpec': { fields: { replicas: 1, ...revisions, progressDeadlineSeconds: 600 } },
  'apps.v1.DeploymentStrategy': {
    fields: {
      type: 'RollingUpdate',
      rollingUpdate: ({ type }) =>
        type === 'RollingUpdate' ? { maxUnavailable: '25%', maxSurge: '25%' } : undefined,
    },
  },
  'apps.v1.ReplicaSet': { createdStatus: {} },
  'apps.v1.ReplicaSetSpec': { fields: { replicas: 1 } },
  'apps.v1.RollingUpdateDaemonSet': { fields: { maxUnavailable: 1, maxSurge: 0 } },
  'apps.v1.RollingUpdateDeployment': { fields: { maxUnavailable: '25%', maxSurge: '25%' } },
  'apps.v1.RollingUpdateStatefulSetStrategy': { fields: { partition: 0 } },
  'apps.v1.StatefulSet': { createdStatus: {} },
  'apps.v1.StatefulSetPersistentVolumeClaimRetentionPolicy': {
    fields: { whenDeleted: 'Retain', whenScaled: 'Retain' },
  },
  'apps.v1.StatefulSetSpec': {
    fields: {
      podManagementPolicy: 'OrderedReady',
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
      replicas: 1,
      ...revisions,
    },
    after: withNamedClaims,
  },
  'apps.v1.StatefulSetUpdateStrategy': { before: withStatefulStrategy },
};

/** A strategy that names no type gets room for its parameters, too; one that does gets none. */
function withStatefulStrategy(strategy: JsonObject): JsonObject {
  if ((own(strategy, 'type') ?? '') !== '') return strategy;
  const typed = withEntry(strategy, 'type', 'RollingUpdate');
  return own(typed, 'rollingUpdate') === undefined ? withEntry(typed, 'rollingUpdate', {}) : typed;
}

function withNamedClaims(spec: JsonObject): JsonObject {
  const claims = itemsAt(spec, 'volumeClaimTemplates');
  if (claims.length === 0 || claims.length !== (own(spec, 'volumeClaimTemplates') as unknown[]).length)
    return spec;
  const named = claims.map((claim) =>
    withEntry(withEntry(claim, 'apiVersion', 'v1'), 'kind', 'PersistentVolumeClaim'),
  );
  return named.every((claim, index) => claim === claims[index])
    ? spec
    : withEntry(spec, 'volumeClaimTemplates', named);
}

function withTemplateGeneration(daemonSet: JsonObject): JsonObject {
  const metadata = mappingAt(daemonSet, 'metadata');
  const annotations = mappingAt(metadata, 'annotations');
  const written = own(annotations, templateGeneration);
  if (typeof written === 'string' && Number(written) >= 1) return daemonSet;
  return withEntry(
    daemonSet,
    'metadata',
    withEntry(metadata, 'annotations', withEntry(annotations, templateGeneration, '1')),
  );
}
