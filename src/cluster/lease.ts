import { kubernetesLease, type LeaseStore } from '../lock/index.ts';
import type { ClusterClient } from './client.ts';

/** In milliseconds: longer than the lock itself waits, which has its own idea of how long an answer is of use. */
const timeout = 60_000;

/** A Lease of this cluster, for `withLock` and `elect`. Takes the verbs get, create and patch on `leases`. */
export function clusterLease(
  client: ClusterClient,
  lease: { readonly namespace: string; readonly name: string },
): LeaseStore {
  return kubernetesLease((request) => client.send({ ...request, timeout }), lease);
}
