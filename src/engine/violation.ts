import { type Candidate, type CompiledRule, isObject } from '../compile/index.ts';
import type { Path } from '../model/index.ts';
import { valueAt } from './place.ts';

/** A rule that is not met, before it is known what that does. */
export interface Violation {
  readonly candidate: Candidate;
  readonly rule: CompiledRule;
  readonly message: string;
  /** From the judged object. */
  readonly path: Path;
  readonly assumed: boolean;
}

/** What evaluating policies brought, before actions are decided. */
export interface Outcome {
  readonly violations: Violation[];
  readonly errors: { readonly candidate: Candidate; readonly rule: CompiledRule; readonly message: string }[];
  readonly evaluated: string[];
}

/** A policy that applies, and what it judges. */
export interface Judged {
  readonly candidate: Candidate;
  readonly target: unknown;
  /** It is taken to apply for want of something the context does not know. */
  readonly assumed: boolean;
}

/**
 * What a policy calls `$`. Undefined where it is a pod and the object carries none: the API server refuses such
 * an object itself, and there is nothing here to judge.
 */
export function targetOf(candidate: Candidate, judged: unknown): unknown {
  if (candidate.podPath === undefined) return judged ?? null;
  const pod = valueAt(judged, candidate.podPath);
  return isObject(pod) ? pod : undefined;
}
