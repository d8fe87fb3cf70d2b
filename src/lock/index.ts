export { elect } from './elect.ts';
export { kubernetesLease, type LeaseRequest, type SendRequest } from './kubernetes.ts';
export type { LeaseRecord, LeaseStore, StoredLease } from './lease.ts';
export type { LockOptions } from './options.ts';
export { systemTiming } from './system-timing.ts';
export { type Lock, LockLost } from './term.ts';
export type { Timing } from './timing.ts';
export { withLock } from './with-lock.ts';
