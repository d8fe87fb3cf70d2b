import type { JsonObject } from '../../../src/model/index.ts';

/** Something that is there in a cluster only: a field, or the items of a list that have something. */
interface Addition {
  /** Who adds it. */
  readonly by: string;
  /** Absent: to every kind. */
  readonly kind?: string;
  /** `*` stands for each item of a list. */
  readonly fields: readonly string[];
  /** Of a list, only those items go. */
  readonly items?: (item: JsonObject) => boolean;
}

/**
 * All that a cluster adds to an object that is created. None of it is a default: it cannot be known without asking
 * that cluster, or it depends on how its admission is set up.
 */
const additions: readonly Addition[] = [
  {
    by: 'the registry of all kinds',
    fields: ['metadata.uid', 'metadata.creationTimestamp', 'metadata.managedFields', 'metadata.generation'],
  },
  {
    by: 'the registry of Services, by allocation',
    kind: 'Service',
    fields: [
      ...['spec.clusterIP', 'spec.clusterIPs', 'spec.ipFamilies', 'spec.ipFamilyPolicy'],
      ...['spec.ports.*.nodePort', 'spec.healthCheckNodePort'],
    ],
  },
  { by: 'the registry of Jobs', kind: 'Job', fields: ['spec.selector'] },
  {
    // The template's labels, which may be the Job's too.
    by: 'the registry of Jobs',
    kind: 'Job',
    fields: ['spec.template.metadata.labels', 'metadata.labels'].flatMap((labels) =>
      ['controller-uid', 'job-name'].flatMap((name) => [
        `${labels}.${name}`,
        `${labels}.batch~kubernetes~io/${name}`,
      ]),
    ),
  },
  { by: 'the registry of Namespaces', kind: 'Namespace', fields: ['spec.finalizers'] },
  {
    by: 'the registry of PersistentVolumes',
    kind: 'PersistentVolume',
    fields: ['status.lastPhaseTransitionTime'],
  },
  { by: 'the registry of APIServices', kind: 'APIService', fields: ['status.conditions'] },
  {
    by: 'the plugin StorageObjectInUseProtection',
    kind: 'PersistentVolume',
    fields: ['metadata.finalizers'],
  },
  {
    by: 'the plugin StorageObjectInUseProtection',
    kind: 'PersistentVolumeClaim',
    fields: ['metadata.finalizers'],
  },
  { by: 'the plugin TaintNodesByCondition', kind: 'Node', fields: ['spec.taints'] },
  { by: 'the plugin Priority', kind: 'Pod', fields: ['spec.priority', 'spec.preemptionPolicy'] },
  {
    by: 'the plugin DefaultTolerationSeconds',
    kind: 'Pod',
    fields: ['spec.tolerations'],
    items: ({ key }) => /^node\.kubernetes\.io\/(not-ready|unreachable)$/.test(String(key)),
  },
  {
    by: 'the plugin ServiceAccount',
    kind: 'Pod',
    fields: ['spec.volumes'],
    items: ({ name }) => /^kube-api-access-/.test(String(name)),
  },
  {
    by: 'the plugin ServiceAccount',
    kind: 'Pod',
    fields: ['spec.containers.*.volumeMounts', 'spec.initContainers.*.volumeMounts'],
    items: ({ mountPath }) => mountPath === '/var/run/secrets/kubernetes.io/serviceaccount',
  },
];

/** An object without what the cluster adds. */
export function withoutCluster(object: JsonObject): unknown {
  const copy = structuredClone(object) as Mutable;
  for (const { kind, fields, items } of additions) {
    if (kind !== undefined && kind !== object['kind']) continue;
    for (const field of fields)
      remove(
        copy,
        field.split('.').map((key) => key.replaceAll('~', '.')),
        items,
      );
  }
  if (copy['kind'] === 'Pod') withoutDefaultAccount(copy['spec'] as Mutable);
  return copy;
}

type Mutable = { [key: string]: unknown };

/** The plugin ServiceAccount fills in the account's name. */
function withoutDefaultAccount(spec: Mutable): void {
  if (spec['serviceAccountName'] !== 'default') return;
  delete spec['serviceAccountName'];
  delete spec['serviceAccount'];
}

function isEmptyMapping(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

function remove(value: unknown, [first = '', ...rest]: readonly string[], items: Addition['items']): void {
  if (typeof value !== 'object' || value === null) return;
  const container = value as Mutable;
  if (first === '*') {
    for (const item of value as readonly unknown[]) remove(item, rest, items);
  } else if (rest.length > 0) {
    remove(container[first], rest, items);
    // What held nothing else was made for it.
    if (items === undefined && isEmptyMapping(container[first])) delete container[first];
  } else if (items === undefined) delete container[first];
  else if (Array.isArray(container[first])) {
    const kept = (container[first] as readonly JsonObject[]).filter((item) => !items(item));
    if (kept.length === 0) delete container[first];
    else container[first] = kept;
  }
}
