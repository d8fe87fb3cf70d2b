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
    packs: [],
    policies: { 'mine.yaml': policy },
    policyConfigMaps: ['ours', 'more'],
  },
  'a webhook that fails closed': { registration: { failurePolicy: 'Fail', timeoutSeconds: 3 } },
  'mutations, too': { registration: { mutation: { enabled: true } } },
  'no registration': { registration: { mode: 'none' } },
  'cert-manager': { certificates: { mode: 'certManager' } },
  "cert-manager with the company's issuer": {
    certificates: { mode: 'certManager', issuer: { name: 'company', kind: 'ClusterIssuer' } },
  },
  'a certificate of their own': {
    certificates: { mode: 'secret', secretName: 'ours', authority: '-----BEGIN CERTIFICATE-----\nx\n' },
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
