import type { Policy } from '../model/index.ts';
import type { CompiledPolicy } from './program.ts';
import { acceptsAll, type ScreenPart } from './screen.ts';

/** Rules of several policies that are screened at once: they are about the same pods, and go through the same containers. */
export interface ScreenGroup {
  /** Whether no rule that has a screen, of any policy of the group, finds anything in a target. */
  readonly accepts: (target: unknown) => boolean;
}

/** More in one function, and it is too large to be made fast. */
const mostPolicies = 12;

/**
 * Puts policies about pods into groups. Those of a group apply to the same pods, or a pod that one does not apply to would be
 * looked at more closely for its sake.
 * @param recall finds a group that was made of the same parts before
 */
export function screenGroups(
  policies: readonly { readonly written: Policy; readonly compiled: CompiledPolicy }[],
  recall: (parts: readonly ScreenPart[], make: () => ScreenGroup | undefined) => ScreenGroup | undefined,
): ReadonlyMap<CompiledPolicy, ScreenGroup> {
  const screened = policies.filter(
    ({ written, compiled }) =>
      written.spec.target === 'pod' && compiled.rules.some(({ screen }) => screen !== undefined),
  );
  const groups = new Map<CompiledPolicy, ScreenGroup>();
  for (const alike of Map.groupBy(screened, ({ written }) => reachOf(written)).values()) {
    for (let from = 0; from < alike.length; from += mostPolicies) {
      const members = alike.slice(from, from + mostPolicies).map(({ compiled }) => compiled);
      const parts = members.flatMap(({ rules }) => rules.flatMap(({ screen }) => screen?.parts ?? []));
      const group = recall(parts, () => {
        const accepts = acceptsAll(parts);
        return accepts && { accepts };
      });
      if (group === undefined) continue;
      for (const member of members) groups.set(member, group);
    }
  }
  return groups;
}

/** What a policy applies to, but for what most pods are of. */
function reachOf({ spec }: Policy): string {
  const { operations: _o, conditions: _c, ...match } = spec.match;
  return JSON.stringify([match, spec.exclude]);
}
