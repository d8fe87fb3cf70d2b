import type { JsonObject } from '../../model/index.ts';
import { pullPolicy } from '../image.ts';
import { isObject, mapItems, mappingAt, own, withEntry, without } from '../object.ts';
import { qosClass, withPodResources, withRequests } from '../pod-resources.ts';
import type { Rules, RuleTable } from '../rules.ts';

const container: Rules = {
  fields: {
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: (container) => pullPolicy(own(container, 'image')),
  },
};

/** What older kubelets read; it is dropped, so that nothing else takes effect than the fields. */
const initContainerAnnotations = new Set([
  'pod.alpha.kubernetes.io/init-container-statuses',
  'pod.alpha.kubernetes.io/init-containers',
  'pod.beta.kubernetes.io/init-container-statuses',
  'pod.beta.kubernetes.io/init-containers',
]);

/** Source: kubernetes pkg/apis/core/v1 and pkg/registry/core/pod. */
export const pod: RuleTable = {
  'core.v1.Container': container,
  'core.v1.EphemeralContainer': container,
  'core.v1.FileKeySelector': { fields: { optional: false } },
  'core.v1.GRPCAction': { fields: { service: '' } },
  'core.v1.HTTPGetAction': { fields: { path: '/', scheme: 'HTTP' } },
  'core.v1.ObjectFieldSelector': { fields: { apiVersion: 'v1' } },
  'core.v1.Pod': {
    before: (pod) => withSpec(pod, (spec) => withPodResources(withHostPorts(withContainerRequests(spec)))),
    within: { spec: { enableServiceLinks: true } },
    after: (pod) => withSpec(withoutInitContainerAnnotations(pod), withGracePeriod),
    createdStatus: (pod) => ({ phase: 'Pending', qosClass: qosClass(mappingAt(pod, 'spec')) }),
  },
  'core.v1.PodSpec': {
    fields: {
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 30,
      dnsPolicy: 'ClusterFirst',
      securityContext: {},
      schedulerName: 'default-scheduler',
    },
    after: withServiceAccount,
  },
  'core.v1.PodTemplateSpec': { after: withoutInitContainerAnnotations },
  'core.v1.Probe': {
    fields: { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 },
  },
};

function withSpec(pod: JsonObject, change: (spec: JsonObject) => JsonObject): JsonObject {
  const spec = own(pod, 'spec');
  return isObject(spec) ? withEntry(pod, 'spec', change(spec)) : pod;
}

function withContainerRequests(spec: JsonObject): JsonObject {
  return eachContainer(spec, (container) => {
    const resources = own(container, 'resources');
    return isObject(resources) ? withEntry(container, 'resources', withRequests(resources)) : container;
  });
}

/** Where a pod has the network of its host, its ports are the host's. */
function withHostPorts(spec: JsonObject): JsonObject {
  if (own(spec, 'hostNetwork') !== true) return spec;
  return eachContainer(spec, (container) => {
    const ports = own(container, 'ports');
    if (!Array.isArray(ports)) return container;
    return withEntry(container, 'ports', mapItems(ports, withHostPort));
  });
}

function withHostPort(port: unknown): unknown {
  if (!isObject(port)) return port;
  const number = own(port, 'containerPort');
  return number === undefined || (own(port, 'hostPort') ?? 0) !== 0
    ? port
    : withEntry(port, 'hostPort', number);
}

function eachContainer(spec: JsonObject, change: (container: JsonObject) => JsonObject): JsonObject {
  let made = spec;
  for (const list of ['containers', 'initContainers']) {
    const containers = own(spec, list);
    if (!Array.isArray(containers)) continue;
    made = withEntry(
      made,
      list,
      mapItems(containers, (item) => (isObject(item) ? change(item) : item)),
    );
  }
  return made;
}

/** `serviceAccount` is the old name of `serviceAccountName`: one is as good as the other, and both are shown. */
function withServiceAccount(spec: JsonObject): JsonObject {
  const name = own(spec, 'serviceAccountName') ?? own(spec, 'serviceAccount');
  if (typeof name !== 'string') return spec;
  return withEntry(withEntry(spec, 'serviceAccountName', name), 'serviceAccount', name);
}

function withGracePeriod(spec: JsonObject): JsonObject {
  const seconds = own(spec, 'terminationGracePeriodSeconds');
  return typeof seconds === 'number' && seconds < 0
    ? withEntry(spec, 'terminationGracePeriodSeconds', 1)
    : spec;
}

function withoutInitContainerAnnotations(carrier: JsonObject): JsonObject {
  const metadata = own(carrier, 'metadata');
  const annotations = own(metadata, 'annotations');
  if (!isObject(metadata) || !isObject(annotations)) return carrier;
  const kept = without(annotations, initContainerAnnotations);
  if (kept === annotations) return carrier;
  const changed =
    Object.keys(kept).length === 0
      ? without(metadata, new Set(['annotations']))
      : withEntry(metadata, 'annotations', kept);
  return withEntry(carrier, 'metadata', changed);
}
