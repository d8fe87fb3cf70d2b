export { certificatesInFolder, certificatesInMemory, type SelfMade } from './certificate-folder.ts';
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
