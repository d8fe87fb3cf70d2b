import type { Values } from '../helm/index.ts';

const policy = `apiVersion: abatis.dev/v1alpha1
kind: Policy
metadata: { name: mine }
spec:
  match: { kinds: [ConfigMap] }
  rules:
    - name: bad
      forbid: [data.bad]
      message: '{{ object.metadata.name }} is bad'
`;

/** What people may want of the chart: each must hold whatever is promised of all. */
export const manyValues: Readonly<Record<string, Values>> = {
  'nothing but the defaults': {},
  'policies of their own': {
    clusterPolicies: false,
    packs: [],
    policies: { 'mine.yaml': policy },
    policyConfigMaps: ['ours', 'more'],
  },
  'policies of the cluster alone': { packs: [] },
  'a static webhook': { registration: { mode: 'static' } },
  'a webhook that fails closed': {
    registration: { mode: 'static', failurePolicy: 'Fail', timeoutSeconds: 3 },
  },
  'mutations, too': { registration: { mode: 'static', mutation: { enabled: true } } },
  'no registration': { registration: { mode: 'none' } },
  'cert-manager': { certificates: { mode: 'certManager' } },
  "cert-manager with the company's issuer": {
    certificates: { mode: 'certManager', issuer: { name: 'company', kind: 'ClusterIssuer' } },
  },
  'a certificate of their own': {
    certificates: { mode: 'secret', secretName: 'ours', authority: '-----BEGIN CERTIFICATE-----\nx\n' },
  },
  'a static webhook and a certificate of their own': {
    registration: { mode: 'static' },
    certificates: { mode: 'secret', secretName: 'ours', authority: '-----BEGIN CERTIFICATE-----\nx\n' },
  },
  'the least rights that there are': {
    clusterPolicies: false,
    registration: { mode: 'none' },
    certificates: { mode: 'secret', secretName: 'ours' },
  },
  'facts about images, with the pull secrets of pods, and Events': {
    images: {
      enabled: true,
      config: { allowedHosts: ['registry.example'], credentials: { pullSecrets: true }, warm: true },
    },
    events: true,
    emergency: { configMap: 'brake' },
    maxInFlight: 100,
  },
  'lookups of Leases, and none of stock policies': {
    lookups: {
      stock: false,
      rules: [{ apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['get', 'list', 'watch'] }],
    },
  },
  'facts about images, and no secrets': {
    images: { enabled: true, config: { allowedHosts: ['registry.example'], cache: { folder: '/cache' } } },
    extraVolumes: [{ name: 'cache', emptyDir: { sizeLimit: '1Gi' } }],
    extraVolumeMounts: [{ name: 'cache', mountPath: '/cache', readOnly: false }],
  },
  'files of their own': {
    extraVolumes: [{ name: 'more', configMap: { name: 'ours' } }],
    extraVolumeMounts: [{ name: 'more', mountPath: '/more' }],
    extraArgs: ['--policies=/more/policies'],
    networkPolicy: { egress: [{ ports: [{ port: 53, protocol: 'UDP' }] }] },
    rbac: { clusterRules: [{ apiGroups: [''], resources: ['pods'], verbs: ['list', 'watch'] }] },
  },
  'client certificates': { clientCertificates: { configMap: 'api-server', names: ['api-server'] } },
  'autoscaling and all of monitoring': {
    autoscaling: { enabled: true },
    metrics: {
      serviceMonitor: { enabled: true, labels: { release: 'prometheus' } },
      rules: { enabled: true },
      dashboard: { enabled: true },
    },
  },
  'another name and image': {
    fullnameOverride: 'gate',
    image: { repository: 'registry.example/mirror/abatis', digest: `sha256:${'0'.repeat(64)}` },
    imagePullSecrets: [{ name: 'pull' }],
    serviceAccount: { create: false, name: 'given' },
    rbac: { create: false },
    networkPolicy: { enabled: false },
    disruptionBudget: { enabled: false },
    priorityClassName: '',
    hostNetwork: true,
  },
  'namespace admins who write exceptions': { rbac: { people: { exceptions: ['admin'] } } },
  'much logged': { log: { level: 'debug', allowed: true }, extraArgs: ['--kubernetes-version=1.34'] },
};
