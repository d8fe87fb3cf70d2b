import { describe, expect, test } from 'vitest';
import {
  elect,
  type LeaseRecord,
  type Lock,
  LockLost,
  type LockOptions,
  withLock,
} from '../../src/lock/index.ts';
import { simulation } from './simulation.ts';

const peace = {
  latency: 10,
  lostRequests: 0,
  lostAnswers: 0,
  late: 0,
  pauses: 0,
  longestPause: 0,
  drift: 0,
  clockJumps: 0,
};

const others: LeaseRecord = {
  holderIdentity: 'other',
  leaseDurationSeconds: 15,
  acquireTime: 1,
  renewTime: 1,
  leaseTransitions: 4,
};

function world() {
  const made = simulation(1, peace);
  const { timing, store } = made.process();
  return { ...made, timing, store, forever: (lock: Lock) => timing.sleep(1e9, lock.signal) };
}

const settledWith = (promise: Promise<unknown>) => {
  const seen: { value?: unknown; error?: unknown } = {};
  promise.then(
    (value) => Object.assign(seen, { value }),
    (error) => Object.assign(seen, { error }),
  );
  return seen;
};

describe('withLock', () => {
  test('makes the Lease, answers what the work answers, and gives the lock back', async () => {
    const { timing, store, run, lease } = world();
    let during: LeaseRecord | undefined;
    const result = settledWith(
      withLock(
        store,
        (lock) => {
          during = lease()?.record;
          return [lock.identity, lock.token, lock.isHeld()];
        },
        { timing, identity: 'me' },
      ),
    );
    await run(1_000);
    expect(result).toEqual({ value: ['me', 0, true] });
    expect(during).toMatchObject({ holderIdentity: 'me', leaseDurationSeconds: 15, leaseTransitions: 0 });
    expect(lease()?.record).toMatchObject({ holderIdentity: '', leaseTransitions: 0 });
  });

  test('rejects with what the work rejects with, and gives the lock back', async () => {
    const { timing, store, run, lease } = world();
    const work = () => Promise.reject(new Error('no luck'));
    const result = settledWith(withLock(store, work, { timing }));
    await run(1_000);
    expect(result.error).toEqual(new Error('no luck'));
    expect(lease()?.record.holderIdentity).toBe('');
  });

  test.each([
    ['a free Lease is taken at once', { ...others, holderIdentity: '' }, 1_000],
    ['a Lease of another is waited for, however old it says it is', others, 19_000],
    ['for as long as it says', { ...others, leaseDurationSeconds: 60 }, 64_000],
    [
      'where it does not say, for as long as our own would last',
      { ...others, leaseDurationSeconds: 0 },
      19_000,
    ],
  ])('%s', async (_what, record, until) => {
    const { timing, store, run, change } = world();
    change(record);
    const result = settledWith(withLock(store, ({ token }) => token, { timing }));
    await run(Math.max(0, until - 4_500));
    if (until > 4_500) expect(result).toEqual({});
    await run(4_500);
    expect(result).toEqual({ value: 5 });
  });

  test('waits on while the holder renews, though its clock stands still or goes back', async () => {
    const { timing, store, run, process } = world();
    const holder = process();
    let clock = 1e12;
    const stop = new AbortController();
    const frozen = { ...holder.timing, now: () => clock-- };
    const held = elect(holder.store, (lock) => holder.timing.sleep(1e9, lock.signal), {
      timing: frozen,
      signal: stop.signal,
    });
    await run(1_000);
    const result = settledWith(withLock(store, () => 'mine', { timing }));
    await run(300_000);
    expect(result).toEqual({});
    stop.abort();
    await run(5_000);
    await held;
    expect(result).toEqual({ value: 'mine' });
  });

  test('gives up waiting when it is told to, with the reason', async () => {
    const { timing, store, run, change, lease } = world();
    change(others);
    const stop = new AbortController();
    const result = settledWith(withLock(store, () => 'mine', { timing, signal: stop.signal }));
    await run(1_000);
    stop.abort('enough');
    await run(100);
    expect(result).toEqual({ error: 'enough' });
    expect(lease()?.record).toEqual(others);
  });

  test('told to stop while it is being given the lock, it does no work and gives it back', async () => {
    const { timing, store, run, lease } = world();
    const stop = new AbortController();
    const result = settledWith(
      withLock(
        {
          ...store,
          create: (record, signal) => {
            stop.abort('enough');
            return store.create(record, signal);
          },
        },
        () => 'worked',
        { timing, signal: stop.signal },
      ),
    );
    await run(1_000);
    expect(result).toEqual({ error: 'enough' });
    expect(lease()?.record.holderIdentity).toBe('');
  });

  test('told to stop while it works, it tells the work, and holds on until that is done', async () => {
    const { timing, store, run, lease } = world();
    const stop = new AbortController();
    const result = settledWith(
      withLock(
        store,
        async (lock) => {
          await timing.sleep(1e9, lock.signal);
          await timing.sleep(60_000, new AbortController().signal);
          return lock.isHeld();
        },
        { timing, signal: stop.signal, identity: 'me' },
      ),
    );
    await run(1_000);
    stop.abort();
    await run(59_000);
    expect(lease()?.record.holderIdentity).toBe('me');
    await run(2_000);
    expect(result).toEqual({ value: true });
  });
});

describe('a lock that is held', () => {
  test.each([
    [
      'goes on when somebody else touches the Lease',
      (record: LeaseRecord) => ({ ...record, renewTime: 7 }),
      true,
    ],
    [
      'is lost when the Lease names another',
      (record: LeaseRecord) => ({ ...record, holderIdentity: 'x' }),
      false,
    ],
    [
      'is lost when the Lease was taken and given back',
      (record: LeaseRecord) => ({ ...record, leaseTransitions: 9 }),
      false,
    ],
    ['is lost when the Lease is deleted', () => undefined, false],
  ])('%s', async (_what, changed, goesOn) => {
    const { timing, store, run, change, lease, forever } = world();
    const stop = new AbortController();
    const result = settledWith(withLock(store, forever, { timing, signal: stop.signal }));
    await run(1_000);
    change(changed(lease()?.record ?? others));
    await run(5_000);
    expect(result.error instanceof LockLost && result.error.why === 'taken').toBe(!goesOn);
  });

  test('is lost after the deadline when it cannot be renewed, and not before', async () => {
    const { timing, store, run, forever } = world();
    let begun = 0;
    const failures: unknown[] = [];
    const result = settledWith(
      withLock(
        { ...store, update: () => Promise.reject(new Error('refused')) },
        (lock) => {
          begun = timing.elapsed();
          return forever(lock);
        },
        { timing, onError: (error) => failures.push(error) },
      ),
    );
    await run(9_900);
    expect(result).toEqual({});
    await run(200);
    expect(result.error).toMatchObject({ name: 'LockLost', why: 'expired' });
    expect(begun).toBeGreaterThan(0);
    expect(failures.length).toBeGreaterThan(2);
  });

  test('is known to be lost by the clock alone: before any timer has run', async () => {
    const { timing, store, run, forever } = world();
    let leap = 0;
    const clocks = { ...timing, elapsed: () => timing.elapsed() + leap };
    let lock: Lock | undefined;
    const work = (given: Lock) => {
      lock = given;
      return forever(given);
    };
    void withLock(store, work, { timing: clocks }).catch(() => undefined);
    await run(1_000);
    expect(lock?.isHeld()).toBe(true);
    leap = 9_999;
    expect(() => lock?.assertHeld()).toThrow(LockLost);
    expect(lock?.signal.aborted).toBe(true);
  });

  test('is not lost by a renewal that gets no answer until after the work is done', async () => {
    const { timing, store, run } = world();
    let renewals = 0;
    const never = new Promise<never>(() => undefined);
    const result = settledWith(
      withLock(
        {
          ...store,
          update: () => {
            renewals++;
            return never;
          },
        },
        () => timing.sleep(9_000, new AbortController().signal).then(() => 'done'),
        { timing },
      ),
    );
    await run(30_000);
    expect(renewals).toBeGreaterThan(0);
    expect(result).toEqual({ value: 'done' });
  });

  test('is lost when only the wall clock saw the machine sleep', async () => {
    const { timing, store, run, forever } = world();
    let leap = 0;
    const clocks = { ...timing, now: () => timing.now() + leap };
    const result = settledWith(withLock(store, forever, { timing: clocks }));
    await run(1_000);
    leap = 3_600_000;
    await run(3_000);
    expect(result.error).toMatchObject({ why: 'expired' });
  });
});

describe('a Lease', () => {
  test('that is deleted while another holds it is waited for all the same, and its tokens go on', async () => {
    const { timing, store, run, change } = world();
    change(others);
    const result = settledWith(withLock(store, ({ token }) => token, { timing }));
    await run(1_000);
    change(undefined);
    await run(10_000);
    expect(result).toEqual({});
    await run(9_000);
    expect(result).toEqual({ value: 5 });
  });

  test('that was taken by a request whose answer got lost is ours', async () => {
    const { timing, store, run } = world();
    let lost = 0;
    const result = settledWith(
      withLock(
        {
          ...store,
          create: async (record, signal) => {
            await store.create(record, signal);
            lost++;
            throw new Error('connection reset');
          },
        },
        ({ token }) => token,
        { timing },
      ),
    );
    await run(4_000);
    expect([result, lost]).toEqual([{ value: 0 }, 1]);
  });

  test('that names us, from a former life, is waited for: it may not be over', async () => {
    const { timing, store, run, change } = world();
    change(others);
    const result = settledWith(withLock(store, ({ token }) => token, { timing, identity: 'other' }));
    await run(14_000);
    expect(result).toEqual({});
    await run(5_000);
    expect(result).toEqual({ value: 5 });
  });
});

describe('elect', () => {
  test('takes the lock again after it was lost, with a greater token, and says who held it', async () => {
    const { timing, store, run, change, lease, forever } = world();
    const stop = new AbortController();
    const tokens: number[] = [];
    const holders: string[] = [];
    const election = elect(
      store,
      (lock) => {
        tokens.push(lock.token);
        return forever(lock);
      },
      { timing, signal: stop.signal, identity: 'me', onHolder: (holder) => holders.push(holder) },
    );
    await run(5_000);
    change(others);
    await run(25_000);
    stop.abort();
    await run(1_000);
    await election;
    expect(tokens).toEqual([0, 5]);
    expect(holders).toEqual(['', 'me', 'other', 'me']);
    expect(lease()?.record.holderIdentity).toBe('');
  });

  test('a leader that returns has resigned: another comes first', async () => {
    const { timing, store, run, process } = world();
    const other = process();
    const stop = new AbortController();
    const order: string[] = [];
    const lead = (who: string) => () => {
      order.push(who);
      return timing.sleep(1_000, stop.signal);
    };
    const elections = [
      elect(store, lead('a'), { timing, signal: stop.signal }),
      elect(other.store, lead('b'), { timing: other.timing, signal: stop.signal }),
    ];
    await run(60_000);
    stop.abort();
    await run(10_000);
    await Promise.all(elections);
    expect(new Set(order)).toEqual(new Set(['a', 'b']));
  });

  test('a leader that fails ends the election, the lock given back', async () => {
    const { timing, store, run, lease } = world();
    const { signal } = new AbortController();
    const result = settledWith(elect(store, () => Promise.reject(new Error('bug')), { timing, signal }));
    await run(1_000);
    expect(result.error).toEqual(new Error('bug'));
    expect(lease()?.record.holderIdentity).toBe('');
  });
});

test.each<[string, LockOptions]>([
  ['whole seconds', { leaseDuration: 1_500, renewDeadline: 1_000, retryPeriod: 100 }],
  ['less than `leaseDuration`', { renewDeadline: 15_000 }],
  ['less than `renewDeadline`', { retryPeriod: 9_000 }],
  ['more than 0', { retryPeriod: 0 }],
  ['must not be empty', { identity: '' }],
])('periods that do not fit together are refused: %s', async (message, options) => {
  const { store } = world();
  await expect(withLock(store, () => 1, options)).rejects.toThrow(message);
});
