import { campaign } from './campaign.ts';
import type { LeaseStore } from './lease.ts';
import { type LockOptions, pause, settingsOf } from './options.ts';
import { type Lock, serve } from './term.ts';

/**
 * Leader election: whenever the lock is ours, `lead` runs, until `signal` aborts. A leader that loses the lock is told
 * by `lock.signal`, and is a candidate again once `lead` is settled; one whose `lead` returns has resigned, and is one
 * again after a retry period. The bound is that of `withLock`.
 *
 * @returns settled when `signal` aborted, `lead` has ended and the lock is given back. Rejects with what `lead` rejected
 * with while it held the lock and was not asked to stop; after a loss that goes to `onError`
 */
export async function elect(
  store: LeaseStore,
  lead: (lock: Lock) => Promise<void> | void,
  options: LockOptions & { readonly signal: AbortSignal },
): Promise<void> {
  const settings = settingsOf(options);
  const { signal, onError } = settings;
  const candidate = campaign(store, settings);
  while (!signal.aborted) {
    const term = await candidate.acquire(signal);
    if (term === undefined) return;
    const { record, lost, outcome } = await serve(store, settings, term, lead);
    candidate.over(record);
    if (outcome.status === 'rejected' && outcome.reason !== lost && outcome.reason !== signal.reason) {
      if (lost === undefined) throw outcome.reason;
      onError(outcome.reason);
    }
    await pause(settings, signal);
  }
}
