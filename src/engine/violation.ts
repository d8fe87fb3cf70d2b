import {
  type Candidate,
  type CompiledRule,
  isObject,
  type OverrideState,
  type Setting,
} from '../compile/index.ts';
import { valueAt } from '../jsonpatch/index.ts';
import type { Action, FactRequest, Path } from '../model/index.ts';

/** A rule that is not met, before it is known what that does. */
export interface Violation {
  readonly candidate: Candidate;
  readonly setting: Setting;
  readonly rule: CompiledRule;
  readonly message: string;
  /** From the judged object. */
  readonly path: Path;
  readonly assumed: boolean;
  /** The strictest that it can do, whatever the policy says. */
  readonly cap?: Action;
  /** How to mend it, where that is not the rule's to say. */
  readonly help?: string;
}

/** An override that nobody may bring, or that gives no reason, is itself against the policy. */
export const overrideRule: CompiledRule = {
  name: 'override',
  check: () => undefined,
  needs: { user: false, namespace: false, request: true },
};

/** What evaluating policies brought, before actions are decided. */
export interface Outcome {
  readonly violations: Violation[];
  readonly errors: {
    readonly candidate: Candidate;
    readonly setting: Setting;
    /** Absent where no single rule is at fault. */
    readonly rule?: CompiledRule;
    readonly message: string;
    readonly unknown: boolean;
  }[];
  /** Of the policies that are overridden, by their name. */
  readonly overrides: Map<string, Extract<OverrideState, { kind: 'valid' }>>;
  readonly evaluated: string[];
  /** What has to be found out before there is an answer. */
  readonly wanted: FactRequest[];
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
