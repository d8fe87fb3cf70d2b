import { isSameTerm, type LeaseRecord, type LeaseStore, type StoredLease } from './lease.ts';
import { call, type LockSettings, pause, stamp } from './options.ts';
import { serve } from './term.ts';
import { ageOf, type Moment, momentOf } from './timing.ts';

/** A holding of the Lease that has just begun. */
export interface Term {
  readonly stored: StoredLease;
  /** Before the write that made it was sent. */
  readonly since: Moment;
}

/** One contender for a Lease, with what it has seen of it so far. */
export interface Campaign {
  /** Tries until the Lease is ours; undefined when `signal` aborted first. */
  acquire(signal: AbortSignal): Promise<Term | undefined>;
  /** The work of that term is over: should the Lease still say that it is ours, it need not be waited for. */
  over(record: LeaseRecord): void;
}

export function campaign(store: LeaseStore, settings: LockSettings): Campaign {
  const { timing, identity, leaseDuration, renewDeadline, onHolder, onError } = settings;
  let seen: (StoredLease & { readonly since: number }) | undefined;
  let holder: string | undefined;
  // What was written last, whether or not there was an answer; and a term of ours that is done with.
  let pending: LeaseRecord | undefined;
  let ended: LeaseRecord | undefined;

  function observe(stored: StoredLease | undefined): void {
    if (stored !== undefined && stored.resourceVersion !== seen?.resourceVersion) {
      seen = { ...stored, since: timing.elapsed() };
    }
    const holding = stored?.record.holderIdentity ?? '';
    if (holding !== holder) onHolder(holding);
    holder = holding;
  }

  // A Lease that was deleted is waited for as if it were there: its holder does not know yet.
  function isFree(): boolean {
    if (seen === undefined || seen.record.holderIdentity === '' || isSameTerm(seen.record, ended))
      return true;
    const { leaseDurationSeconds } = seen.record;
    const wait = leaseDurationSeconds > 0 ? leaseDurationSeconds * 1000 : leaseDuration;
    return timing.elapsed() - seen.since >= wait;
  }

  function taken(): LeaseRecord {
    const now = stamp(settings, seen?.record.renewTime);
    return {
      holderIdentity: identity,
      leaseDurationSeconds: leaseDuration / 1000,
      acquireTime: now,
      renewTime: now,
      leaseTransitions: seen === undefined ? 0 : seen.record.leaseTransitions + 1,
    };
  }

  async function attempt(signal: AbortSignal): Promise<Term | undefined> {
    const stored = await call(settings, (late) => store.get(AbortSignal.any([late, signal])));
    observe(stored);
    let record: LeaseRecord;
    // Written by us, though the answer got lost; nothing was done under it, so that it may begin now.
    if (stored !== undefined && isSameTerm(stored.record, pending)) {
      record = { ...stored.record, renewTime: stamp(settings, stored.record.renewTime) };
    } else if (isFree()) record = taken();
    else return undefined;
    if (signal.aborted) return undefined;
    pending = record;
    const since = momentOf(timing);
    const written = await call(settings, (late) =>
      stored === undefined ? store.create(record, late) : store.update(record, stored.resourceVersion, late),
    );
    if (written === 'conflict') return undefined;
    observe(written);
    return ageOf(since, timing) < renewDeadline ? { stored: written, since } : undefined;
  }

  return {
    async acquire(signal) {
      while (!signal.aborted) {
        try {
          const term = await attempt(signal);
          if (term !== undefined) {
            pending = undefined;
            if (!signal.aborted) return term;
            await serve(store, settings, term, () => undefined);
          }
        } catch (error) {
          if (!signal.aborted) onError(error);
        }
        await pause(settings, signal);
      }
      return undefined;
    },
    over(record) {
      ended = record;
    },
  };
}
