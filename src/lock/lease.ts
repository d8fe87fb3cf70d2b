/** The spec of a coordination.k8s.io/v1 Lease, as far as it says who holds it. */
export interface LeaseRecord {
  /** Empty: nobody. */
  readonly holderIdentity: string;
  /** For how long others leave it alone after they saw it change. 0 where the Lease does not say. */
  readonly leaseDurationSeconds: number;
  /** When this holder took it. Microseconds since 1970, by the holder's clock: for people to read. */
  readonly acquireTime: number;
  /** When this holder last renewed it. The same. */
  readonly renewTime: number;
  /** How often it was taken since it was made. */
  readonly leaseTransitions: number;
}

/** A Lease as it is stored, and the version of it that this is. */
export interface StoredLease {
  readonly record: LeaseRecord;
  /** Another one after every change, and never the same again. */
  readonly resourceVersion: string;
}

/**
 * One Lease, where all contenders see it. Each write is atomic and happens only if nobody was faster, in which case
 * the answer is `conflict`. A call that fails for any other reason rejects, and may have happened all the same.
 * `signal` ends a call that takes too long.
 */
export interface LeaseStore {
  /** Undefined where there is no such Lease. Must not be answered by a cache. */
  get(signal: AbortSignal): Promise<StoredLease | undefined>;
  /** Makes the Lease; a conflict where there is one. */
  create(record: LeaseRecord, signal: AbortSignal): Promise<StoredLease | 'conflict'>;
  /** Changes the Lease; a conflict where it is gone, or not of this version any more. */
  update(
    record: LeaseRecord,
    resourceVersion: string,
    signal: AbortSignal,
  ): Promise<StoredLease | 'conflict'>;
}

/** Whether two records are of the same holding of the Lease: nobody else held it in between. */
export function isSameTerm(a: LeaseRecord, b: LeaseRecord | undefined): boolean {
  return (
    b !== undefined &&
    a.holderIdentity === b.holderIdentity &&
    a.leaseTransitions === b.leaseTransitions &&
    a.acquireTime === b.acquireTime
  );
}
