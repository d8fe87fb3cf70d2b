import { expect, it } from 'vitest';
import { describeWithControlPlane } from '../control-plane/index.ts';
import { judgeOurselves, type Surroundings } from './cel/ours.ts';
import { judgeOf } from './cel/theirs.ts';
import { randomTrees, smaller, type Tree, whole, write } from './cel/trees.ts';
import { TRICKY } from './cel/tricky.ts';
import type { Verdict } from './cel/verdict.ts';

/** How many random expressions, and which: both are in the test's name, so that a run can be had again. */
const count = Number(process.env['ABATIS_CEL_CASES'] ?? 1500);
const seed = Number(process.env['ABATIS_CEL_SEED'] ?? 20261121);

/** How many differences are made smaller, and how many smaller expressions each is given a try at once. */
const shrunk = 12;
const tries = 24;

interface Comparison {
  readonly tree: Tree;
  readonly theirs: Verdict;
  readonly ours: Verdict;
}

type Compare = (trees: readonly Tree[]) => Promise<readonly Comparison[]>;

describeWithControlPlane('CEL', { needs: '1.30' }, ({ controlPlane }) => {
  it(`is what the API server takes it for (ABATIS_CEL_SEED=${seed} ABATIS_CEL_CASES=${count})`, async () => {
    const judge = await judgeOf(controlPlane(), 'default');
    const { body } = await controlPlane().request('/api/v1/namespaces/default');
    const surroundings: Surroundings = {
      kubernetes: controlPlane().version.split('.', 2).join('.'),
      namespace: body as Surroundings['namespace'],
    };
    let last = 0;
    const compare: Compare = async (trees) => {
      const named = new Map(trees.map((tree) => [`case-${++last}`, tree]));
      const verdicts = await judge(new Map([...named].map(([name, tree]) => [name, write(tree)])));
      return [...named].map(([name, tree]) => ({
        tree,
        theirs: verdicts.get(name) as Verdict,
        ours: judgeOurselves(write(tree), name, surroundings),
      }));
    };
    const compared = await compare([...TRICKY.map(whole), ...randomTrees(seed, count)]);
    const different = compared.filter(differ);
    const minimal = await shrink(different.slice(0, shrunk), compare);

    expect([...minimal, ...different.slice(shrunk)].map(show)).toEqual([]);
    // Expressions that all came to the same end would compare little.
    const share = (verdict: Verdict['verdict']): number =>
      compared.filter(({ theirs }) => theirs.verdict === verdict).length / compared.length;
    for (const verdict of ['compile-error', 'error', 'true', 'false'] as const) {
      expect(share(verdict), verdict).toBeGreaterThan(0.05);
    }
    expect(share('none')).toBeLessThan(0.01);
  }, 600_000);
});

const differ = ({ theirs, ours }: Comparison): boolean =>
  theirs.verdict !== 'none' && theirs.verdict !== ours.verdict;

/** Puts smaller expressions in the place of those that differ, as long as they differ in the same way. */
async function shrink(differences: readonly Comparison[], compare: Compare): Promise<readonly Comparison[]> {
  const candidates = differences.map(({ tree }) => smaller(tree).slice(0, tries));
  if (candidates.every((list) => list.length === 0)) return differences;
  const found = (await compare(candidates.flat())).values();
  const next = differences.map((difference, index) => {
    const mine = found.take(candidates[index]?.length ?? 0).toArray();
    return mine.find((one) => alike(one, difference)) ?? difference;
  });
  return next.some((one, index) => one !== differences[index]) ? shrink(next, compare) : next;
}

const alike = (one: Comparison, other: Comparison): boolean =>
  one.theirs.verdict === other.theirs.verdict && one.ours.verdict === other.ours.verdict;

function show({ tree, theirs, ours }: Comparison): string {
  const say = ({ verdict, message }: Verdict): string => `${verdict}${message === '' ? '' : ` (${message})`}`;
  return `${write(tree)}\n  the API server: ${say(theirs)}\n  ours: ${say(ours)}`;
}
