export { serverSideApply } from './apply.ts';
export { type BundlePublisher, bundlesByHand, webhookConfigurations } from './ca-bundles.ts';
export {
  certificatesInFolder,
  certificatesInMemory,
  type KeptFile,
  makeInFolder,
  type SelfMade,
} from './certificate-folder.ts';
export type { Lives } from './certificate-plan.ts';
export { certificatesInSecret, type SecretOptions } from './certificate-secret.ts';
export type { KeyPair } from './certificates.ts';
export {
  type ClusterAnswer,
  type ClusterClient,
  ClusterError,
  type ClusterRequest,
  clusterClient,
} from './client.ts';
export { discoverKinds } from './discovery.ts';
export {
  type EmergencySwitch,
  type EmergencyWatch,
  type EmergencyWatchOptions,
  emergencyWatch,
} from './emergency.ts';
export {
  type EventRecorder,
  type EventRecorderOptions,
  type EventSubject,
  eventRecorder,
  type NotedEvent,
} from './events.ts';
export type { LookupState } from './followed-kind.ts';
export { clusterLease } from './lease.ts';
export { type ClusterLookups, type ClusterLookupsOptions, clusterLookups } from './lookups.ts';
export {
  type NamespaceCache,
  type NamespaceCacheOptions,
  type NamespaceState,
  namespaceCache,
} from './namespaces.ts';
export {
  type ClusterDocument,
  type DocumentResource,
  type DocumentsState,
  type PolicyDocuments,
  type PolicyDocumentsOptions,
  policyDocuments,
} from './policy-documents.ts';
export { type Registered, registerWebhooks } from './registration.ts';
export { type RunningPod, type RunningPods, type RunningPodsOptions, runningPods } from './running-pods.ts';
