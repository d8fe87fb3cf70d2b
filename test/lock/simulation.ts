import type { LeaseRecord, LeaseStore, StoredLease, Timing } from '../../src/lock/index.ts';

/** What goes wrong, and how often: shares from 0 to 1, times in milliseconds. */
export interface Faults {
  readonly latency: number;
  /** Of requests that never arrive. */
  readonly lostRequests: number;
  /** Of answers that never arrive, though the request was obeyed. */
  readonly lostAnswers: number;
  /** Of requests that arrive much later than anybody waits. */
  readonly late: number;
  /** Of a process that stands still, after each thing that it does. */
  readonly pauses: number;
  readonly longestPause: number;
  /** How much faster or slower than the true time a clock may go. */
  readonly drift: number;
  /** Of wall clocks that are set to another time, after each thing that the process does. */
  readonly clockJumps: number;
}

/** Numbers from a seed, so that a run that fails can be had again. */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** In milliseconds: for a process that goes on to hear of everything that came meanwhile. */
const waking = 0.001;

/** Time that passes only from event to event, and one Lease in it. */
export function simulation(seed: number, faults: Faults) {
  const random = randomNumbers(seed);
  const queue: { readonly at: number; readonly run: () => void }[] = [];
  let now = 0;
  let calm = false;
  let stored: StoredLease | undefined;
  let versions = 0;

  const happens = (share: number) => !calm && random() < share;
  const at = (time: number, run: () => void) => void queue.push({ at: Math.max(time, now), run });

  function apply(write: (() => LeaseRecord | 'conflict') | undefined): StoredLease | 'conflict' | undefined {
    if (write === undefined) return stored;
    const record = write();
    if (record === 'conflict') return 'conflict';
    // As etcd: what is written as it was is no change.
    if (JSON.stringify(record) === JSON.stringify(stored?.record)) return stored;
    versions++;
    stored = { record, resourceVersion: String(versions) };
    return stored;
  }

  /** A process with clocks of its own, which can stand still. */
  function process() {
    const rate = 1 + (random() * 2 - 1) * faults.drift;
    const begun = random() * 1e6;
    let wallOffset = (random() - 0.5) * 1e9;
    let pausedUntil = 0;

    // Whatever comes while it stands still waits, and comes in any order.
    function wake(run: () => void): void {
      if (now < pausedUntil) {
        at(pausedUntil + random() * waking, () => wake(run));
        return;
      }
      run();
      if (happens(faults.pauses)) pausedUntil = now + random() * faults.longestPause;
      if (happens(faults.clockJumps)) wallOffset += (random() - 0.5) * 60_000;
    }

    function travel<T>(obey: () => T): Promise<T> {
      return new Promise((resolve, reject) => {
        const isLost = happens(faults.lostRequests);
        const arrival = now + random() * faults.latency * (happens(faults.late) ? 100 : 1);
        at(arrival, () => {
          if (isLost) return void wake(() => reject(new Error('connection refused')));
          const answer = obey();
          if (happens(faults.lostAnswers)) {
            // Half of them are noticed.
            if (random() < 0.5) wake(() => reject(new Error('connection reset')));
            return;
          }
          at(now + random() * faults.latency, () => wake(() => resolve(answer)));
        });
      });
    }

    const timing: Timing = {
      elapsed: () => begun + now * rate,
      now: () => 1.8e12 + now * rate + wallOffset,
      random,
      sleep: (milliseconds, signal) =>
        new Promise((resolve) => {
          if (signal.aborted) return resolve();
          signal.addEventListener('abort', () => resolve());
          at(now + milliseconds / rate, () => wake(resolve));
        }),
    };
    const store: LeaseStore = {
      get: () => travel(() => stored),
      create: (record) =>
        travel(() => apply(() => (stored === undefined ? record : 'conflict')) ?? 'conflict'),
      update: (record, version) =>
        travel(() => apply(() => (stored?.resourceVersion === version ? record : 'conflict')) ?? 'conflict'),
    };
    return {
      timing,
      store /** Or has only begun to catch up. */,
      isPaused: () => now <= pausedUntil + waking,
    };
  }

  return {
    random,
    process,
    now: () => now,
    lease: () => stored,
    /** Changes the Lease as somebody else would. */
    change(record: LeaseRecord | undefined): void {
      if (record === undefined) stored = undefined;
      else apply(() => record);
    },
    /** From now on nothing goes wrong. */
    calm: () => {
      calm = true;
    },
    at,
    /** Lets that much time pass, and calls `check` after each event. */
    async run(milliseconds: number, check: () => void = () => undefined): Promise<void> {
      const end = now + milliseconds;
      for (;;) {
        await settle();
        let next = -1;
        for (let i = 0; i < queue.length; i++) {
          if (next < 0 || (queue[i]?.at ?? 0) < (queue[next]?.at ?? 0)) next = i;
        }
        const event = queue[next];
        if (event === undefined || event.at > end) break;
        queue.splice(next, 1);
        now = event.at;
        event.run();
        await settle();
        check();
      }
      now = end;
    },
  };
}

/** Everything that follows without time passing has happened. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
