import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  nextStep,
  type PlannedAuthority,
  type PlannedState,
  type Published,
  type Situation,
  type Step,
} from '../../src/cluster/certificate-plan.ts';

const lives = { leaf: 90_000, authority: 900_000, settling: 1_000 };
const now = 10_000_000;

const authority = (id: string, left: number, signs = true): PlannedAuthority => ({
  id,
  notAfter: now + left,
  signs,
});
const leaf = (issuer: string, left: number, fits = true) => ({ issuer, notAfter: now + left, fits });
const both = [authority('old', 250_000), authority('new', 900_000)];

describe('what is due next', () => {
  const cases: readonly [string, Partial<Situation['state']>, Partial<Situation>, Step][] = [
    ['nothing is there: an authority', { authorities: [], leaf: undefined }, {}, { step: 'make authority' }],
    [
      'none can sign: an authority',
      { authorities: [authority('a', 800_000, false)] },
      {},
      { step: 'make authority' },
    ],
    ['all have expired: an authority', { authorities: [authority('a', 0)] }, {}, { step: 'make authority' }],
    [
      'an authority without a leaf: a leaf at once, though nobody trusts it yet',
      { authorities: [authority('a', 800_000)], leaf: undefined },
      { published: [[]] },
      { step: 'issue leaf', by: 'a' },
    ],
    ['the leaf has expired: another at once', { leaf: leaf('a', 0) }, {}, { step: 'issue leaf', by: 'a' }],
    [
      'the leaf is by a stranger: another at once',
      { leaf: leaf('x', 80_000) },
      {},
      { step: 'issue leaf', by: 'a' },
    ],
    ['all is well: nothing', {}, {}, { step: 'wait' }],
    [
      'a bundle lacks the authority: it is published',
      {},
      { published: [['a'], []] },
      { step: 'publish', bundle: ['a'] },
    ],
    [
      'a bundle has one too many: it is published',
      {},
      { published: [['a', 'x']] },
      { step: 'publish', bundle: ['a'] },
    ],
    ['the bundles are not known: nothing', {}, { published: 'unknown' }, { step: 'wait' }],
    [
      'the leaf is in its last third: another',
      { leaf: leaf('a', 30_000) },
      {},
      { step: 'issue leaf', by: 'a' },
    ],
    [
      'another even if the bundles are not known',
      { leaf: leaf('a', 30_000) },
      { published: 'unknown' },
      { step: 'issue leaf', by: 'a' },
    ],
    [
      'the leaf lacks a name: another',
      { leaf: leaf('a', 80_000, false) },
      {},
      { step: 'issue leaf', by: 'a' },
    ],
    [
      'the authority is in its last third: a successor',
      { authorities: [authority('a', 300_000)] },
      {},
      { step: 'make authority' },
    ],
    [
      'an expired authority: forgotten',
      { authorities: [authority('x', 0), authority('a', 800_000)] },
      {},
      { step: 'drop expired' },
    ],
    [
      'a successor that is not published: it is, beside the old one',
      { authorities: both, leaf: leaf('old', 80_000) },
      { published: [['old']] },
      { step: 'publish', bundle: ['old', 'new'] },
    ],
    [
      'a successor that was published just now: nothing',
      { authorities: both, leaf: leaf('old', 80_000) },
      { published: [['old', 'new']], trustedSince: now - 999 },
      { step: 'wait' },
    ],
    [
      'meanwhile the old one signs what is due',
      { authorities: both, leaf: leaf('old', 20_000) },
      { published: [['old', 'new']], trustedSince: now - 999 },
      { step: 'issue leaf', by: 'old' },
    ],
    [
      'a successor that all trust: it signs the next leaf, though none is due',
      { authorities: both, leaf: leaf('old', 80_000) },
      { published: [['old', 'new']], trustedSince: now - 1_000 },
      { step: 'issue leaf', by: 'new' },
    ],
    [
      'a successor, and nobody to ask who trusts it: nothing',
      { authorities: both, leaf: leaf('old', 80_000) },
      { published: 'unknown', trustedSince: now - 5_000 },
      { step: 'wait' },
    ],
    [
      'carried by hand, the successor signs when the old one cannot for a whole life',
      { authorities: [authority('old', 90_000), authority('new', 700_000)], leaf: leaf('old', 80_000) },
      { published: 'by hand' },
      { step: 'issue leaf', by: 'new' },
    ],
    [
      'and not before',
      { authorities: [authority('old', 90_001), authority('new', 700_000)], leaf: leaf('old', 80_000) },
      { published: 'by hand' },
      { step: 'wait' },
    ],
    [
      'a leaf of the old authority that could not live longer than this one: nothing',
      { authorities: [authority('old', 20_500), authority('new', 700_000)], leaf: leaf('old', 20_000) },
      { published: 'unknown' },
      { step: 'wait' },
    ],
    [
      'the old authority has handed over: nothing, and it stays in the bundle',
      {
        authorities: [authority('old', 200_000, false), authority('new', 800_000)],
        leaf: leaf('new', 80_000),
      },
      { published: [['old', 'new']] },
      { step: 'wait' },
    ],
  ];

  test.each(cases)('%s', (_what, given, situation, step) => {
    const state = { authorities: [authority('a', 800_000)], leaf: leaf('a', 80_000), ...given };
    expect(nextStep({ state, published: [['a']], trustedSince: 0, now, lives, ...situation })).toEqual(step);
  });
});

/** A stretch of time in which something does not work. */
const anyOutage = fc.record({
  from: fc.integer({ min: 0, max: 9_000_000 }),
  share: fc.double({ min: 0, max: 1, noNaN: true }),
});

test('whatever does not work for a while, what each replica serves is trusted by every client at every moment', () => {
  let [leaves, authorities] = [0, 0];
  fc.assert(
    fc.property(
      fc.array(anyOutage, { maxLength: 8 }),
      fc.array(anyOutage, { maxLength: 8 }),
      fc.array(fc.integer({ min: 1, max: 2_000 }), { minLength: 50, maxLength: 200 }),
      fc.integer({ min: 1, max: 4 }),
      (publishing, reading, ticks, replicas) => {
        const world = newWorld(replicas);
        const isOut = (outages: typeof publishing, longest: number, time: number) =>
          outages.some(({ from, share }) => time >= from && time < from + share * longest);
        for (let tick = 0; world.time < 9_000_000; tick++) {
          world.time += ticks[tick % ticks.length] ?? 1;
          // A quarter of an authority's life may pass without publishing, a quarter of a leaf's without the Secret.
          const published = !isOut(publishing, lives.authority / 4, world.time);
          world.look(tick % replicas, published, !isOut(reading, lives.leaf / 4, world.time));
          expect(world.distrusted()).toEqual([]);
        }
        leaves += world.counts.leaves;
        authorities += world.counts.authorities;
      },
    ),
    { numRuns: 60 },
  );
  expect(authorities).toBeGreaterThan(60 * 10);
  expect(leaves).toBeGreaterThan(60 * 100);
});

/** Replicas that share a state, clients that learn of their bundle late, and one clock. */
function newWorld(replicas: number) {
  let state: PlannedState = { authorities: [], leaf: undefined };
  const serving: (PlannedState['leaf'] | undefined)[] = Array.from({ length: replicas }, () => undefined);
  const trusted = new Map<number, { readonly id: string; readonly since: number }>();
  // What was published, and when; clients go by the newest that is old enough.
  const bundles: { readonly ids: readonly string[]; readonly at: number }[] = [];
  const counts = { leaves: 0, authorities: 0 };
  const published = (): Published => [bundles.at(-1)?.ids ?? []];

  const world = {
    time: 0,
    counts,
    look(replica: number, canPublish: boolean, canRead: boolean): void {
      if (!canRead) return;
      let refused = !canPublish;
      for (let steps = 0; steps < 10; steps++) {
        const { time } = world;
        const known = refused ? 'unknown' : published();
        const newest = state.authorities.findLast(({ signs }) => signs)?.id ?? '';
        if (!Array.isArray(known) || !known.every((ids) => ids.includes(newest))) trusted.delete(replica);
        else if (trusted.get(replica)?.id !== newest) trusted.set(replica, { id: newest, since: time });
        const trustedSince = trusted.get(replica)?.since;
        const step = nextStep({ state, published: known, trustedSince, now: time, lives });
        if (step.step === 'wait') break;
        if (step.step === 'publish') {
          bundles.push({ ids: step.bundle, at: time });
          refused = false;
        } else state = after(state, step, time);
      }
      serving[replica] = state.leaf;
    },
    /** Replicas whose leaf some client would refuse. Clients learn of a bundle within the time for settling. */
    distrusted(): number[] {
      const { time } = world;
      const current = bundles.findLastIndex(({ at }) => time - at >= lives.settling);
      if (current < 0) return [];
      const inUse = bundles.slice(current);
      return serving.flatMap((shown, replica) => {
        if (shown === undefined) return [];
        const isGood = shown.notAfter > time && inUse.every(({ ids }) => ids.includes(shown.issuer));
        return isGood ? [] : [replica];
      });
    },
  };
  return world;

  function after({ authorities, leaf: shown }: PlannedState, step: Step, time: number): PlannedState {
    const alive = authorities.filter(({ notAfter }) => notAfter > time);
    if (step.step === 'make authority') {
      const made = { id: `authority-${counts.authorities++}`, notAfter: time + lives.authority, signs: true };
      return { authorities: [...alive, made], leaf: shown };
    }
    if (step.step !== 'issue leaf') return { authorities: alive, leaf: shown };
    counts.leaves++;
    const at = alive.findIndex(({ id }) => id === step.by);
    return {
      authorities: alive.map((one, index) => (index < at ? { ...one, signs: false } : one)),
      leaf: { issuer: step.by, notAfter: Math.min(time + lives.leaf, alive[at]?.notAfter ?? 0), fits: true },
    };
  }
}
