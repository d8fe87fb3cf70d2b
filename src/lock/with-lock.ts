import { campaign } from './campaign.ts';
import type { LeaseStore } from './lease.ts';
import { type LockOptions, settingsOf } from './options.ts';
import { type Lock, serve } from './term.ts';

/**
 * Waits until the lock is free, does the work while it holds it, gives it back when the work is settled, and answers
 * what the work answered.
 *
 * **The bound.** `lock.signal` aborts at the latest `renewDeadline` after the last renewal that succeeded was sent, by
 * the holder's clock. Nobody else begins earlier than `leaseDuration` after they saw that renewal, by theirs; wall
 * clocks are compared with nothing of another machine's. Between the two lies `leaseDuration - renewDeadline` (5 s
 * unless told otherwise), less what the two clocks differ in speed over a `leaseDuration`: that is how long the work
 * may take to stop. Work that minds the signal never runs beside another holder's.
 *
 * A process that is stopped cannot be told. When it goes on, `lock.isHeld()` and `lock.assertHeld()` know at once,
 * and `lock.signal` as soon as timers run. What has been sent before, or between the check and the pause, arrives when
 * it arrives: where that must do no harm, whoever receives it compares `lock.token`. Deleting the Lease by hand
 * voids all this for one `renewDeadline`.
 *
 * @returns rejects with a LockLost where the lock was lost before the work was settled, whatever became of the work;
 * with the signal's reason where that aborted while waiting; else with what the work rejected with; and with a
 * RangeError where the options do not fit together
 */
export async function withLock<T>(
  store: LeaseStore,
  work: (lock: Lock) => Promise<T> | T,
  options: LockOptions = {},
): Promise<T> {
  const settings = settingsOf(options);
  const term = await campaign(store, settings).acquire(settings.signal);
  if (term === undefined) throw settings.signal.reason;
  const { lost, outcome } = await serve(store, settings, term, work);
  if (lost !== undefined) throw lost;
  if (outcome.status === 'rejected') throw outcome.reason;
  return outcome.value;
}
