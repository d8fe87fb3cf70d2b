import { type Action, actions, type EnforcementEntry } from '../model/index.ts';
import { parseTimestamp } from '../time/index.ts';
import type { Change } from './change.ts';
import { type Criterion, compileCriteria } from './match/criteria.ts';
import { No, type Truth, Unknown, Yes } from './truth.ts';

/** What a finding does in a request. */
export interface Enforced {
  readonly action: Action;
  /** Settled for want of something the context does not know. */
  readonly assumed: boolean;
  /** From when it denies, as the policy states it; undefined where it does already, or will not. */
  readonly deniesFrom: string | undefined;
}

/**
 * @param now in milliseconds since the epoch
 * @param note is told of each entry, in order, what there is to say of it
 */
export type Enforcement = (change: Change, now: number, note?: EntryNote) => Enforced;

/** @param holds whether the change is where the entry applies; @param started whether it applies yet */
export type EntryNote = (entry: EnforcementPart, holds: Truth, started: boolean) => void;

/** One entry of an enforcement. */
export interface EnforcementPart {
  readonly action: Action;
  /** Milliseconds since the epoch. */
  readonly start: number;
  readonly from: string | undefined;
  readonly where: Criterion | undefined;
}

/** From mildest to strictest, as numbers. */
const rank = (action: Action): number => actions.indexOf(action);

/** The strictest of the entries that apply, and the first denial to come. */
export function compileEnforcement(entries: readonly EnforcementEntry[]): Enforcement {
  const compiled = entries.map(compileEntry);
  return (change, now, note) => {
    let action: Action = 'Audit';
    let assumed = false;
    let denial: EnforcementPart | undefined;
    for (const entry of compiled) {
      const holds = entry.where === undefined ? Yes : entry.where(change);
      note?.(entry, holds, entry.start <= now);
      if (holds === No) continue;
      if (entry.start > now) {
        if (entry.action === 'Deny' && (denial === undefined || entry.start < denial.start)) denial = entry;
      } else if (rank(entry.action) > rank(action)) {
        action = entry.action;
        assumed = holds === Unknown;
      }
    }
    return { action, assumed, deniesFrom: action === 'Deny' ? undefined : denial?.from };
  };
}

function compileEntry({ action, from, namespaces, namespaceSelector }: EnforcementEntry): EnforcementPart {
  const criteria = {
    ...(namespaces !== undefined && { namespaces }),
    ...(namespaceSelector !== undefined && { namespaceSelector }),
  };
  // Cluster-scoped objects are in no namespace: as in `exclude`, criteria about namespaces do not hold for them.
  return {
    action,
    from,
    start: from === undefined ? 0 : startOf(from),
    where: compileCriteria(criteria, 'exclude'),
  };
}

function startOf(from: string): number {
  const time = parseTimestamp(from);
  if (typeof time === 'string') throw new Error(`the time ${from} was found without fault`);
  return time.seconds * 1000 + Math.ceil(time.nanos / 1_000_000);
}

/** The strictest action that can ever apply. */
export function strictest(entries: readonly EnforcementEntry[]): Action {
  return entries.reduce<Action>((most, { action }) => (rank(action) > rank(most) ? action : most), 'Audit');
}
