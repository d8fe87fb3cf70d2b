export { certificatesInFolder, certificatesInMemory, type SelfMade } from './certificate-folder.ts';
export type { KeyPair } from './certificates.ts';
export { type ClusterClient, ClusterError, clusterClient } from './client.ts';
export { discoverKinds } from './discovery.ts';
export {
  type NamespaceCache,
  type NamespaceCacheOptions,
  type NamespaceState,
  namespaceCache,
} from './namespaces.ts';
