import type { JsonObject } from '../../model/index.ts';
import { isObject, type Making, mappingAt, own, put, withEntry, without } from '../object.ts';
import { filledFrom } from '../quantities.ts';
import type { RuleTable } from '../rules.ts';
import { withLabelsOfTemplate } from './batch.ts';

const namespaceNameLabel = 'kubernetes.io/metadata.name';

/** How long a client keeps its endpoint, in seconds. */
const affinityTimeout = 10_800;

/** Source: kubernetes pkg/apis/core/v1 and pkg/registry/core. */
export const core: RuleTable = {
  'core.v1.EndpointPort': { fields: { protocol: 'TCP' } },
  'core.v1.LimitRangeItem': { before: withLimitsFromEachOther },
  'core.v1.Namespace': { before: withNameLabel, createdStatus: { phase: 'Active' } },
  'core.v1.NamespaceStatus': { fields: { phase: 'Active' } },
  'core.v1.NodeSpec': { fields: { podCIDRs: podRanges, podCIDR: firstPodRange } },
  'core.v1.NodeStatus': { fields: { allocatable: (status) => own(status, 'capacity') } },
  'core.v1.PersistentVolume': {
    createdStatus: { phase: 'Pending' },
    within: {
      spec: { persistentVolumeReclaimPolicy: 'Retain', volumeMode: 'Filesystem' },
      status: { phase: 'Pending' },
    },
  },
  'core.v1.PersistentVolumeClaim': { createdStatus: {}, within: { status: { phase: 'Pending' } } },
  'core.v1.ReplicationController': {
    createdStatus: {},
    before: (controller) => withLabelsOfTemplate(withSelectorOfTemplate(controller)),
  },
  'core.v1.ResourceQuota': { createdStatus: {} },
  'core.v1.Secret': { fields: { type: 'Opaque' }, after: withStringData },
  'core.v1.Service': { createdStatus: {} },
  'core.v1.ServicePort': { before: withTargetPort },
  'core.v1.ServiceSpec': {
    fields: {
      sessionAffinity: 'None',
      type: 'ClusterIP',
      externalTrafficPolicy: (spec) => (isReachedFromOutside(spec) ? 'Cluster' : undefined),
      internalTrafficPolicy: ({ type }) => (type === 'ExternalName' ? undefined : 'Cluster'),
      allocateLoadBalancerNodePorts: ({ type }) => (type === 'LoadBalancer' ? true : undefined),
    },
    after: withAffinity,
  },
};

/** A node's range of pods is the first of its ranges, and the only one where no others are given. */
function podRanges(spec: JsonObject): readonly unknown[] | undefined {
  const range = own(spec, 'podCIDR');
  return range === undefined ? undefined : [range];
}

function firstPodRange(spec: JsonObject): unknown {
  const ranges = own(spec, 'podCIDRs');
  return Array.isArray(ranges) ? ranges[0] : undefined;
}

function withNameLabel(namespace: JsonObject): JsonObject {
  const metadata = mappingAt(namespace, 'metadata');
  const name = own(metadata, 'name');
  if (typeof name !== 'string' || name === '') return namespace;
  const labels = withEntry(mappingAt(metadata, 'labels'), namespaceNameLabel, name);
  return withEntry(namespace, 'metadata', withEntry(metadata, 'labels', labels));
}

function withSelectorOfTemplate(controller: JsonObject): JsonObject {
  const spec = mappingAt(controller, 'spec');
  const labels = own(mappingAt(mappingAt(spec, 'template'), 'metadata'), 'labels');
  if (!isObject(labels) || Object.keys(mappingAt(spec, 'selector')).length > 0) return controller;
  return withEntry(controller, 'spec', withEntry(spec, 'selector', labels));
}

/** Of containers: a limit is the most there may be, a request the limit, else the least. */
function withLimitsFromEachOther(item: JsonObject): JsonObject {
  if (own(item, 'type') !== 'Container') return item;
  const limits = filledFrom(own(item, 'default'), own(item, 'max'));
  const requests = filledFrom(filledFrom(own(item, 'defaultRequest'), limits), own(item, 'min'));
  const limited = limits === undefined ? item : withEntry(item, 'default', limits);
  return requests === undefined ? limited : withEntry(limited, 'defaultRequest', requests);
}

function withTargetPort(port: JsonObject): JsonObject {
  const target = own(port, 'targetPort');
  const number = own(port, 'port') ?? 0;
  if ((target !== undefined && target !== 0 && target !== '') || typeof number !== 'number') return port;
  return withEntry(port, 'targetPort', number);
}

function isReachedFromOutside(spec: JsonObject): boolean {
  const type = own(spec, 'type');
  if (type === 'LoadBalancer' || type === 'NodePort') return true;
  const addresses = own(spec, 'externalIPs');
  return type === 'ClusterIP' && Array.isArray(addresses) && addresses.length > 0;
}

function withAffinity(spec: JsonObject): JsonObject {
  const affinity = own(spec, 'sessionAffinity');
  if (affinity === 'None') return without(spec, affinityConfig);
  const config = own(spec, 'sessionAffinityConfig');
  if (affinity !== 'ClientIP' || own(own(config, 'clientIP'), 'timeoutSeconds') !== undefined) return spec;
  return withEntry(spec, 'sessionAffinityConfig', { clientIP: { timeoutSeconds: affinityTimeout } });
}

const affinityConfig = new Set(['sessionAffinityConfig']);
const stringData = new Set(['stringData']);

/** What was written as text is stored beside the rest, in base64; it is never read again as text. */
function withStringData(secret: JsonObject): JsonObject {
  const texts = own(secret, 'stringData');
  if (!isObject(texts)) return secret;
  const data: Making = { ...mappingAt(secret, 'data') };
  for (const [key, value] of Object.entries(texts)) {
    put(data, key, typeof value === 'string' ? base64(value) : value);
  }
  const stored = without(secret, stringData);
  return Object.keys(data).length === 0 ? stored : withEntry(stored, 'data', data);
}

function base64(text: string): string {
  let bytes = '';
  for (const byte of new TextEncoder().encode(text)) bytes += String.fromCharCode(byte);
  return btoa(bytes);
}
