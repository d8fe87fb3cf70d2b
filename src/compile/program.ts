import type { KindTable } from '../kinds/index.ts';
import type {
  Action,
  AdmissionInput,
  CheckDocument,
  FailurePolicy,
  Path,
  Severity,
  UserInfo,
} from '../model/index.ts';
import type { Considered } from './candidates.ts';
import type { Check } from './checks/index.ts';
import type { CompiledException } from './exceptions.ts';
import type { CompiledVariables, Conditions, Expression, Needs } from './expressions/index.ts';
import type { CompiledFacts } from './facts/index.ts';
import type { Items } from './items.ts';
import type { Criterion } from './match/criteria.ts';
import type { Mutate } from './mutations/index.ts';
import type { CompiledOverride } from './override.ts';
import type { Screen } from './screen.ts';
import type { ScreenGroup } from './screen-group.ts';
import type { BindingCandidate, Setting } from './setting.ts';
import type { Template } from './template.ts';

/** Policies made ready to be evaluated. Immutable: a change of policies is another program. */
export interface Program {
  /** In order of name. */
  readonly policies: readonly CompiledPolicy[];
  /** Whether any of them has mutations. */
  readonly mutates: boolean;
  readonly kinds: KindTable;
  /** The most that anything of it does, whatever policies, bindings and exceptions say. Absent: what they say. */
  readonly ceiling?: Action;
  /** The policies within whose reach the kind and operation of a change are. Costs the same however many there are. */
  candidates(input: AdmissionInput): readonly Candidate[];
  /** Every policy, in order of name, with why it cannot concern a change. For who asks why; slow. */
  consider(input: AdmissionInput): readonly Considered[];
  /** Whether a user is a workload controller. */
  isController(user: UserInfo): boolean;
}

export interface CompiledPolicy {
  readonly name: string;
  readonly severity: Severity;
  readonly runbook?: string;
  /** The strictest action that can ever apply. */
  readonly action: Action;
  /** What the policy itself says: what it is asked with unless a binding selects. */
  readonly settings: readonly [Setting];
  /** Only what a binding selects is judged. */
  readonly bindingRequired: boolean;
  readonly failurePolicy: FailurePolicy;
  /** A denial that the old object would have met too is a warning. */
  readonly sparesExisting: boolean;
  readonly judgesTerminating: boolean;
  /** `match` but for kinds and operations; undefined where it asks for nothing else. */
  readonly match?: Criterion;
  /** `match.conditions`; undefined where there are none. */
  readonly conditions?: Conditions;
  /** Undefined where the policy declares none. */
  readonly facts?: CompiledFacts;
  /** Undefined where the policy has none. */
  readonly variables?: CompiledVariables;
  /** Undefined where the policy cannot be overridden. */
  readonly override?: CompiledOverride;
  /** How it is overridden, in words. */
  readonly overrideAdvice?: string;
  readonly rules: readonly CompiledRule[];
  /** Every rule has a screen. */
  readonly isScreened: boolean;
  /** In the order in which they are made. */
  readonly mutations: readonly CompiledMutation[];
}

export interface CompiledRule {
  readonly name: string;
  readonly help?: string;
  /** The check as the document has it, for who asks why; absent of a rule that no document has. */
  readonly written?: CheckDocument;
  /** Undefined: the target is the one item. */
  readonly items?: Items;
  /** Items for which this is not true are left alone. */
  readonly when?: Expression;
  readonly check: Check;
  /** Undefined where items have to be gone through. */
  readonly screen?: Screen;
  /** What decides whether the rule is met, besides the object. */
  readonly needs: Needs;
  /** Comes before `message`. */
  readonly messageExpression?: Expression;
  /** Undefined: the check words its findings. */
  readonly message?: Template;
}

export interface CompiledMutation {
  readonly name: string;
  /** Undefined: the target is the one item. */
  readonly items?: Items;
  /** Items for which this is not true are left alone. */
  readonly when?: Expression;
  readonly mutate: Mutate;
  /** What it reads besides the object. */
  readonly needs: Needs;
}

/** A policy, with what is known of how it concerns a kind of object. */
export interface Candidate {
  readonly policy: CompiledPolicy;
  /** From the object to the pod it carries; undefined where the policy's target is the object. */
  readonly podPath?: Path;
  /** What is left of `exclude` once kinds and operations hold; undefined where they do not or it is not there. */
  readonly exclude?: Criterion;
  /** The bindings that may select; undefined where none can. */
  readonly bindings?: readonly BindingCandidate[];
  /** The exceptions that may hold; undefined where none can. */
  readonly exceptions?: readonly CompiledException[];
  /** Says at once of a pod that no rule with a screen finds anything; undefined where no rule has one. */
  readonly group?: ScreenGroup;
  /** The object's template comes from another object's when a controller made it. */
  readonly derived: boolean;
}
