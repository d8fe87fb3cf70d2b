import type { AdmissionInput } from './admission.ts';
import type { Decision, EvaluationError, Finding, MutationResult } from './decision.ts';
import type { FactAnswer } from './facts.ts';
import type { JsonObject } from './kubernetes.ts';
import type { FieldChange } from './patch.ts';
import type { Action, CheckDocument } from './policy.ts';
import type { Path } from './source.ts';

/** `unknown` is for what the context cannot tell, as CI cannot tell who asks. */
export type Holds = 'yes' | 'no' | 'unknown';

/** A decision with the way to it, as it was recorded while it was made. */
export interface Explanation {
  /** What was asked about, before any mutation. */
  readonly input: AdmissionInput;
  /** As of when, in milliseconds since the epoch. */
  readonly now: number;
  readonly mutation: MutationResult;
  readonly decision: Decision;
  /** All there are, in order of name. */
  readonly policies: readonly ExplainedPolicy[];
  /**
   * What became of mutations, in the order in which they were considered, round by round: those of the object, then
   * those that the Pods made of its templates will go through.
   */
  readonly mutations: readonly ExplainedMutation[];
}

/** How one policy came to what it says. */
export interface ExplainedPolicy {
  readonly name: string;
  /** Why it is not asked about the object; absent where it is. */
  readonly stopped?: Stop;
  /** All criteria of `match`, kinds and operations first; none where it never came to them. */
  readonly match: readonly ExplainedCriterion[];
  /** All criteria of `exclude`; none where there are none, or kinds and operations are others. */
  readonly exclude: readonly ExplainedCriterion[];
  readonly bindings: readonly ExplainedBinding[];
  /** Where the pod is that it judges; absent where its target is the object. */
  readonly pod?: ExplainedPod;
  /** Absent where the policy cannot be overridden. */
  readonly override?: ExplainedOverride;
  /** Once for the policy itself, or for each binding that selects. */
  readonly asked: readonly ExplainedSetting[];
  /** Of its findings and errors. */
  readonly verdicts: readonly ExplainedVerdict[];
}

/** What keeps a policy from being asked. */
export type Stop =
  /** Criteria of `match` that do not hold. */
  | { readonly by: 'kinds' | 'operations' | 'match' }
  | { readonly by: 'exclude' }
  /** No binding selects, and the policy waits for one. */
  | { readonly by: 'bindingRequired' }
  /** The target is a pod, and objects of the kind carry none. */
  | { readonly by: 'carriesNoPod' }
  /** This one does not carry a pod. */
  | { readonly by: 'noPod' }
  /** A controller made the object of another one, which was judged. */
  | { readonly by: 'derived' }
  /** It is being deleted. */
  | { readonly by: 'terminating' }
  /** A condition of `match` is false. */
  | { readonly by: 'conditions' };

export interface ExplainedCriterion {
  /** Its field in the document. */
  readonly name: string;
  /** As the document has it, or as it is by default. */
  readonly wanted: unknown;
  /** What it is compared with; undefined where the context does not know, null where there is none. */
  readonly seen: unknown;
  readonly holds: Holds;
}

export interface ExplainedBinding {
  readonly name: string;
  readonly match: readonly ExplainedCriterion[];
  readonly exclude: readonly ExplainedCriterion[];
  readonly selects: Holds;
}

export interface ExplainedPod {
  /** From the object. */
  readonly path: Path;
  /** The mutations, `policy/mutation`, that its Pods will have gone through. */
  readonly mutatedBy: readonly string[];
}

export interface ExplainedOverride {
  readonly annotation: string;
  readonly state: 'none' | 'valid' | 'refused';
  readonly reason?: string;
  /** The user who brings it. */
  readonly by?: string;
  /** Why it is refused. */
  readonly message?: string;
  readonly assumed: boolean;
}

/** A policy as it is asked, with the parameters of one binding or its own. */
export interface ExplainedSetting {
  /** Absent: what the policy itself says. */
  readonly binding?: string;
  readonly params?: JsonObject;
  /** Taken to apply for want of something the context does not know. */
  readonly assumed: boolean;
  readonly conditions: readonly ExplainedExpression[];
  /** The facts that the policy declares, as they were asked for. */
  readonly facts: readonly ExplainedFact[];
  /** What the conditions together say; an error is one of the policy. */
  readonly conditionsHold: Holds | 'error';
  /** Those that somebody read, in the order of their reading. */
  readonly variables: readonly ExplainedExpression[];
  readonly rules: readonly ExplainedRule[];
  /** Of its expressions, conditions left aside, in Kubernetes' units. */
  readonly cost: number;
  /** What they may cost together. */
  readonly limit: number;
}

/** A fact and what is known of it. */
export interface ExplainedFact {
  readonly source: string;
  /** What was asked for. */
  readonly key: string;
  readonly answer: FactAnswer;
}

export interface ExplainedRule {
  readonly name: string;
  /** What is asked of each item, as the document has it. */
  readonly check?: CheckDocument;
  /** Why it could not be judged: `unknown` for want of something the context does not know. */
  readonly error?: { readonly message: string; readonly unknown: boolean };
  /** Those that `each` selects, or the target. */
  readonly items: readonly ExplainedItem[];
  /** Items that were judged and are not among them. */
  readonly more: number;
}

export interface ExplainedItem {
  /** In the object. */
  readonly path: Path;
  /** `when` is not true for it. */
  readonly leftAlone: boolean;
  readonly expressions: readonly ExplainedExpression[];
  /** What of it does not meet the rule. */
  readonly violations: readonly ExplainedViolation[];
  readonly error?: string;
  /** What it reads that is not known, for which it was not judged. */
  readonly unknown?: string;
}

export interface ExplainedViolation {
  readonly message: string;
  readonly path: Path;
  /** What is there; undefined where nothing is. Left out where it is the item itself. */
  readonly found?: { readonly value: unknown };
}

/** One evaluation of an expression. */
export interface ExplainedExpression {
  readonly role:
    | 'condition'
    | 'variable'
    | 'fact'
    | 'when'
    | 'check'
    | 'message'
    | 'messageExpression'
    | 'value';
  /** Of a condition or a variable. */
  readonly name?: string;
  readonly source: string;
  /** A value of CEL, or the error; absent where it was not evaluated. */
  readonly value?: unknown;
  /** Why it was not evaluated: what the context does not know. */
  readonly unknown?: string;
  /** The value of every part, in the order of evaluation. */
  readonly steps: readonly ExplainedStep[];
  /** More was evaluated than is in the steps. */
  readonly cut: boolean;
  /** In Kubernetes' units, that of the variables it is the first to read included. */
  readonly cost: number;
}

/** The value of a part of an expression, which begins and ends there in its source. */
export interface ExplainedStep {
  readonly start: number;
  readonly end: number;
  readonly value: unknown;
}

/** How it was settled what a finding or an error does. */
export interface ExplainedVerdict {
  /** What it is about. */
  readonly of: Finding | EvaluationError;
  /** Where each step of precedence led, in order. */
  readonly steps: readonly VerdictStep[];
  /** It is not in the answer: another one says the same and is as strict. */
  readonly dropped: boolean;
}

/** A step of precedence, and the action after it. */
export type VerdictStep =
  | {
      readonly by: 'enforcement';
      readonly entries: readonly ExplainedEntry[];
      /** From when it will deny. */
      readonly deniesFrom?: string;
      readonly action: Action;
    }
  | { readonly by: 'exception'; readonly exceptions: readonly ExplainedException[]; readonly action: Action }
  | { readonly by: 'override'; readonly action: Action }
  /** Nothing may do more, whatever policies say. */
  | { readonly by: 'ceiling'; readonly action: Action }
  /** Only a fact could not be had, and the policy says what that may do at the most. */
  | { readonly by: 'onUnavailable'; readonly onUnavailable: Action; readonly action: Action }
  | { readonly by: 'existing'; readonly existed: boolean; readonly why: Existing; readonly action: Action }
  | { readonly by: 'controller'; readonly action: Action }
  | {
      readonly by: 'failurePolicy';
      readonly failurePolicy: string;
      readonly denies: boolean;
      readonly action: Action;
    };

/** Why a violation counts as one that the old object had, or does not. */
export type Existing = 'existed' | 'new' | 'policy' | 'readsRequest';

/** An entry of an enforcement. */
export interface ExplainedEntry {
  readonly action: Action;
  readonly from?: string;
  readonly started: boolean;
  readonly where: readonly ExplainedCriterion[];
  readonly holds: Holds;
  /** Whose action it is. */
  readonly applies: boolean;
}

export interface ExplainedException {
  readonly name: string;
  readonly reason: string;
  readonly ticket?: string;
  readonly expires?: string;
  /** The strictest that it leaves. */
  readonly action: Action;
  readonly expired: boolean;
  /** Whether it is about kind and operation. */
  readonly reaches: boolean;
  /** Whether it is about the rule. */
  readonly ofRule: boolean;
  readonly match: readonly ExplainedCriterion[];
  readonly holds: Holds;
  /** Whether it is the one that counts. */
  readonly applies: boolean;
}

/** What became of a mutation, or of all of a policy, in one round. */
export interface ExplainedMutation {
  /** From 1; absent of what is only reported in the end. */
  readonly round?: number;
  readonly policy: string;
  readonly binding?: string;
  readonly mutation: string;
  /** Where in the object the pod is whose Pods will be changed so; absent where the object itself is changed. */
  readonly template?: Path;
  /** `made`, `noted` by a policy that only audits, `off` by an override or exception, `nothing` to do, `failed`. */
  readonly outcome: 'made' | 'noted' | 'off' | 'nothing' | 'failed';
  readonly changes: readonly FieldChange[];
  /** Why it is off, or failed. */
  readonly why?: string;
  readonly facts: readonly ExplainedFact[];
  readonly items: readonly ExplainedItem[];
}
