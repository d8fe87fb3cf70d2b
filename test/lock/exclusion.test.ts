import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { elect, type Lock } from '../../src/lock/index.ts';
import { type Faults, simulation } from './simulation.ts';

vi.setConfig({ testTimeout: 120_000 });

const periods = { leaseDuration: 15_000, renewDeadline: 10_000, retryPeriod: 2_000 };

interface Act {
  readonly who: number;
  readonly token: number;
  readonly at: number;
}

/** Several processes that campaign for one Lease for ten minutes while things go wrong, then for one in peace. */
async function contend(seed: number, contenders: number, faults: Faults, lingers = 0) {
  const world = simulation(seed, faults);
  const acts: Act[] = [];
  const terms: { readonly who: number; readonly token: number; readonly begun: number; told?: number }[] = [];
  const leading = new Map<number, Lock>();
  const problems: string[] = [];
  const stop = new AbortController();
  const processes = Array.from({ length: contenders }, () => world.process());
  const elections = processes.map(({ timing, store }, who) =>
    elect(
      store,
      async (lock) => {
        const term: (typeof terms)[number] = { who, token: lock.token, begun: world.now() };
        terms.push(term);
        leading.set(who, lock);
        lock.signal.addEventListener('abort', () => {
          if (lock.signal.reason?.why === 'expired') term.told = world.now();
        });
        // Not for ever: a leader may resign.
        const end = world.random() < 0.3 ? world.now() + world.random() * 60_000 : Number.POSITIVE_INFINITY;
        while (!lock.signal.aborted && world.now() < end) {
          if (!lock.isHeld()) break;
          acts.push({ who, token: lock.token, at: world.now() });
          await timing.sleep(world.random() * 3_000, lock.signal);
        }
        // It takes this long to stop.
        if (lock.signal.aborted && lingers > 0) await timing.sleep(lingers, new AbortController().signal);
        leading.delete(who);
      },
      { ...periods, timing, signal: stop.signal, identity: `process-${who}` },
    ),
  );
  function check(): void {
    const told = [...leading].filter(([who, lock]) => !processes[who]?.isPaused() && !lock.signal.aborted);
    if (told.length > 1) problems.push(`${told.map(([who]) => who)} lead at ${world.now()}`);
  }
  await world.run(600_000, check);
  world.calm();
  const before = terms.length;
  const held = [...leading.values()].some((lock) => lock.isHeld());
  await world.run(120_000, check);
  const recovered = held || terms.length > before;
  stop.abort();
  await world.run(60_000, check);
  await Promise.all(elections);
  return { acts, terms, problems, recovered, lease: world.lease() };
}

const anyFaults: fc.Arbitrary<Faults> = fc.record({
  latency: fc.integer({ min: 1, max: 3_000 }),
  lostRequests: fc.double({ min: 0, max: 0.4, noNaN: true }),
  lostAnswers: fc.double({ min: 0, max: 0.4, noNaN: true }),
  late: fc.double({ min: 0, max: 0.1, noNaN: true }),
  pauses: fc.double({ min: 0, max: 0.05, noNaN: true }),
  longestPause: fc.integer({ min: 0, max: 60_000 }),
  drift: fc.double({ min: 0, max: 0.1, noNaN: true }),
  clockJumps: fc.double({ min: 0, max: 0.02, noNaN: true }),
});
const anySeed = fc.integer();
const anyCount = fc.integer({ min: 2, max: 5 });

test('whatever goes wrong, nobody acts after one who took the lock later, and two are never told to lead', async () => {
  let [acts, terms] = [0, 0];
  await fc.assert(
    fc.asyncProperty(anySeed, anyCount, anyFaults, async (seed, count, faults) => {
      const run = await contend(seed, count, faults);
      acts += run.acts.length;
      terms += run.terms.length;
      expect(run.problems).toEqual([]);
      for (const [index, act] of run.acts.entries()) {
        const former = run.acts[index - 1];
        if (former === undefined || (former.token === act.token && former.who === act.who)) continue;
        expect(act.token, `at ${act.at}`).toBeGreaterThan(former.token);
      }
      const tokens = run.terms.map(({ token }) => token);
      expect(tokens).toEqual([...new Set(tokens)].sort((a, b) => a - b));
      expect(run.recovered).toBe(true);
    }),
    { numRuns: 150 },
  );
  expect(terms).toBeGreaterThan(150);
  expect(acts).toBeGreaterThan(10_000);
});

test('who is told to stop has what lies between deadline and lease for it, less what the clocks differ', async () => {
  let takeovers = 0;
  await fc.assert(
    fc.asyncProperty(anySeed, anyCount, anyFaults, async (seed, count, faults) => {
      // One that stands still cannot be told.
      const { terms } = await contend(seed, count, { ...faults, pauses: 0, lostRequests: 0.7 }, 20_000);
      const slack = 2 * faults.drift * periods.leaseDuration;
      for (const [index, { who, told }] of terms.entries()) {
        const next = terms[index + 1];
        if (told === undefined || next === undefined || next.who === who) continue;
        takeovers++;
        const { leaseDuration, renewDeadline } = periods;
        expect(next.begun - told).toBeGreaterThan(leaseDuration - renewDeadline - slack);
      }
    }),
    { numRuns: 60 },
  );
  expect(takeovers).toBeGreaterThan(50);
});

test('after the end the lock is given back', async () => {
  const { lease } = await contend(7, 3, {
    latency: 20,
    lostRequests: 0,
    lostAnswers: 0,
    late: 0,
    pauses: 0,
    longestPause: 0,
    drift: 0,
    clockJumps: 0,
  });
  expect(lease?.record.holderIdentity).toBe('');
});
