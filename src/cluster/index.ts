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
export { clusterLease } from './lease.ts';
export {
  type NamespaceCache,
  type NamespaceCacheOptions,
  type NamespaceState,
  namespaceCache,
} from './namespaces.ts';
