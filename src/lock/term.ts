import type { Term } from './campaign.ts';
import { isSameTerm, type LeaseRecord, type LeaseStore } from './lease.ts';
import { call, type LockSettings, pause, stamp } from './options.ts';
import { ageOf, momentOf } from './timing.ts';

/** A lock that is held no more. The reason of `lock.signal` where it was lost. */
export class LockLost extends Error {
  override readonly name = 'LockLost';
  /** `expired`: it could not be renewed in time, or the process stood still. `taken`: the Lease says otherwise. */
  readonly why: 'expired' | 'taken';

  constructor(why: 'expired' | 'taken') {
    super(
      why === 'expired'
        ? 'the lock was not renewed in time and may be held by another'
        : 'the lock is held by another, or its lease is gone',
    );
    this.why = why;
  }
}

/** What the work that holds a lock is given. */
export interface Lock {
  readonly identity: string;
  /**
   * The fencing token: greater each time the lock is taken (the Lease's `leaseTransitions`). Store it with what the
   * work writes, and refuse writes with a lesser one, where a write that comes late must do no harm.
   */
  readonly token: number;
  /** Aborts when the lock is lost, before anybody else can have it, and when the work is asked to stop. */
  readonly signal: AbortSignal;
  /** Whether it is held at this very moment, by the clock: right after the process stood still, too. */
  isHeld(): boolean;
  /** Throws LockLost where it is not held. To be called right before whatever only its holder may do. */
  assertHeld(): void;
}

/** How a term ended. */
export interface Ending<T> {
  readonly record: LeaseRecord;
  readonly lost: LockLost | undefined;
  readonly outcome: PromiseSettledResult<T>;
}

/** Runs the work while it renews the Lease, and gives it back when the work is settled. Never rejects. */
export async function serve<T>(
  store: LeaseStore,
  settings: LockSettings,
  term: Term,
  work: (lock: Lock) => Promise<T> | T,
): Promise<Ending<T>> {
  const { timing, renewDeadline, identity, signal, onError } = settings;
  const loss = new AbortController();
  const settled = new AbortController();
  let { stored, since } = term;
  let lost: LockLost | undefined;

  function lose(why: 'expired' | 'taken'): void {
    // What happens after the work does not concern it.
    if (lost !== undefined || settled.signal.aborted) return;
    lost = new LockLost(why);
    loss.abort(lost);
  }

  function isHeld(): boolean {
    if (lost === undefined && ageOf(since, timing) >= renewDeadline) lose('expired');
    return lost === undefined && !settled.signal.aborted;
  }

  const lock: Lock = {
    identity,
    token: stored.record.leaseTransitions,
    signal: AbortSignal.any([loss.signal, signal]),
    isHeld,
    assertHeld() {
      if (!isHeld()) throw lost ?? new LockLost('expired');
    },
  };

  async function watch(): Promise<void> {
    while (isHeld()) {
      await timing.sleep(Math.max(1, renewDeadline - ageOf(since, timing)), settled.signal);
    }
  }

  async function renew(): Promise<void> {
    while (isHeld()) {
      await pause(settings, settled.signal);
      if (!isHeld()) return;
      try {
        if (await extend()) continue;
        // Somebody else touched it, or an answer of ours got lost: it may be ours none the less.
        const found = await call(settings, (late) => store.get(late));
        if (found === undefined || !isSameTerm(found.record, stored.record)) return lose('taken');
        stored = found;
        await extend();
      } catch (error) {
        if (isHeld()) onError(error);
      }
    }
  }

  async function extend(): Promise<boolean> {
    const before = momentOf(timing);
    const record = { ...stored.record, renewTime: stamp(settings, stored.record.renewTime) };
    const written = await call(settings, (late) => store.update(record, stored.resourceVersion, late));
    if (written === 'conflict') return false;
    stored = written;
    // Once lost is lost: the work has been told, or will be.
    if (isHeld()) since = before;
    return true;
  }

  async function release(): Promise<void> {
    for (let tries = 0; tries < 2; tries++) {
      const now = stamp(settings, stored.record.renewTime);
      // client-go's release: no holder, and as short a lease as there is.
      const record = { ...stored.record, holderIdentity: '', leaseDurationSeconds: 1, renewTime: now };
      const written = await call(settings, (late) => store.update(record, stored.resourceVersion, late));
      if (written !== 'conflict') return;
      const found = await call(settings, (late) => store.get(late));
      if (found === undefined || !isSameTerm(found.record, stored.record)) return;
      stored = found;
    }
  }

  const around = Promise.all([watch(), renew()]);
  const [outcome] = await Promise.allSettled([(async () => work(lock))()]);
  // The last word on whether it was held to the end.
  isHeld();
  settled.abort();
  await around;
  const { record } = stored;
  if (lost?.why !== 'taken') await release().catch(onError);
  return { record, lost, outcome };
}
