import type { FactRequest } from './facts.ts';
import type { JsonObject } from './kubernetes.ts';
import type { FieldChange, PatchOperation } from './patch.ts';
import type { Action, Severity } from './policy.ts';
import type { Path } from './source.ts';

/** A rule that is not met, at a place. */
export interface Finding {
  readonly policy: string;
  readonly rule: string;
  /** What it does in this request, everything that lowers it taken into account. */
  readonly action: Action;
  readonly severity: Severity;
  readonly message: string;
  readonly help?: string;
  readonly runbook?: string;
  /** In the submitted object (on DELETE, the old one): of the value that is wrong or missing. */
  readonly path: Path;
  /** The policy was taken to apply for want of something the context does not know. */
  readonly assumed: boolean;
  /** The override that lowered it by a step, as its author put it; with who that was, in the request that brings it. */
  readonly overridden?: { readonly reason: string; readonly by?: string };
  /** How it could be overridden, in words; of a denial, where nobody has tried. */
  readonly overridable?: string;
  /** The binding whose parameters and enforcement it is about; absent where they are the policy's own. */
  readonly binding?: string;
  /** The exception that lowered it, or that would have but for its end. */
  readonly exception?: Excepted;
  /** From when it will deny, as the policy states it; absent where it does already, or will not. */
  readonly deniesFrom?: string;
  /** The old object had it already; that is why a denial became a warning. */
  readonly existing: boolean;
}

/** A PolicyException that is about a finding. */
export interface Excepted {
  /** `namespace/name`. */
  readonly name: string;
  readonly reason: string;
  readonly ticket?: string;
  /** As its author put it. */
  readonly expires?: string;
  /** `Expiring` holds still, for some days; `Expired` does not any more. */
  readonly state: 'Active' | 'Expiring' | 'Expired';
}

/** A policy that could not be evaluated: neither a finding nor silence. */
export interface EvaluationError {
  readonly policy: string;
  /** Absent where no single rule is at fault. */
  readonly rule?: string;
  /** Where a mutation is at fault. */
  readonly mutation?: string;
  readonly message: string;
  /** What a finding of the policy would have done. */
  readonly action: Action;
  /** Whether it denies the request: it would have denied, and the policy fails closed. */
  readonly denies: boolean;
  /** Nothing went wrong: the context does not know what the policy asks, as CI does not know the user. */
  readonly unknown: boolean;
}

/** The answer to one change. */
export interface Decision {
  readonly allowed: boolean;
  /** Strictest action first, then gravest severity, then in order of policy, rule and place. */
  readonly findings: readonly Finding[];
  readonly errors: readonly EvaluationError[];
  /** The policies that applied, by name, whether or not they found anything. */
  readonly evaluated: readonly string[];
  /**
   * An expression met an integer beyond 2^53 that `JSON.parse` had rounded, and its answer may be wrong: read the
   * objects again with `parseExact` and ask again.
   */
  readonly imprecise: boolean;
  /** What has to be found out first: this is no answer until then. Absent where nothing is missing. */
  readonly wanted?: readonly FactRequest[];
}

/** What one mutation of a policy changes, or would change. */
export interface Mutated {
  readonly policy: string;
  readonly mutation: string;
  /** In the order in which they were made, each path as it was when its turn came. Never empty. */
  readonly changes: readonly FieldChange[];
  /** The policy was taken to apply for want of something the context does not know. */
  readonly assumed: boolean;
  /** The binding whose parameters it was made with; absent where they are the policy's own. */
  readonly binding?: string;
  /** The override that switched it off. */
  readonly overridden?: Finding['overridden'];
  /** The exception that switched it off. */
  readonly exception?: Excepted;
}

/** What mutations make of a change before it is judged. */
export interface MutationResult {
  /** As it is from now on; the one submitted where nothing is changed. */
  readonly object: JsonObject | null;
  /** What leads there, as few operations as the changes need. */
  readonly patch: readonly PatchOperation[];
  /** Who changed what, in the order in which it was done. */
  readonly applied: readonly Mutated[];
  /** What would have been changed if the policy did more than note it, or were not overridden. */
  readonly reported: readonly Mutated[];
  readonly errors: readonly EvaluationError[];
  /** False where a policy that would deny fails closed. */
  readonly allowed: boolean;
  /** The policies with mutations that applied, by name, whether or not they changed anything. */
  readonly evaluated: readonly string[];
  /** As in a Decision. */
  readonly imprecise: boolean;
  /** As in a Decision. */
  readonly wanted?: readonly FactRequest[];
}
