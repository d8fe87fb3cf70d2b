import { type Candidate, type Change, No, type Setting, Unknown, Yes } from '../compile/index.ts';

const none: readonly Setting[] = [];

/**
 * What a policy is asked with: what the bindings that select say, all of them; where none does what the policy says
 * itself, unless it waits for a binding.
 */
export function settingsOf({ policy, bindings }: Candidate, change: Change): readonly Setting[] {
  const own = policy.bindingRequired ? none : policy.settings;
  if (bindings === undefined) return own;
  const selected: Setting[] = [];
  for (const { match, exclude, setting, assumed } of bindings) {
    const applies = match === undefined ? Yes : match(change);
    if (applies === No) continue;
    const excluded = exclude === undefined ? No : exclude(change);
    if (excluded === Yes) continue;
    selected.push(applies === Unknown || excluded === Unknown ? assumed : setting);
  }
  return selected.length === 0 ? own : selected;
}
