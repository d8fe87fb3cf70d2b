import { type Candidate, type Change, No, type Setting, Unknown, Yes } from '../compile/index.ts';
import type { PolicyRecord } from './explaining/policy-record.ts';

const none: readonly Setting[] = [];

/**
 * What a policy is asked with: what the bindings that select say, all of them; where none does what the policy says
 * itself, unless it waits for a binding.
 */
export function settingsOf(
  { policy, bindings }: Candidate,
  change: Change,
  record?: PolicyRecord,
): readonly Setting[] {
  const own = policy.bindingRequired ? none : policy.settings;
  if (bindings === undefined) return own;
  const selected: Setting[] = [];
  for (const binding of bindings) {
    const { match, exclude, setting, assumed } = binding;
    const applies = match === undefined ? Yes : match(change);
    const excluded = applies === No || exclude === undefined ? No : exclude(change);
    const isUnknown = applies === Unknown || excluded === Unknown;
    const selects = applies === No || excluded === Yes ? No : isUnknown ? Unknown : Yes;
    record?.selected(binding, selects, change);
    if (selects === No) continue;
    selected.push(selects === Unknown ? assumed : setting);
  }
  return selected.length === 0 ? own : selected;
}
