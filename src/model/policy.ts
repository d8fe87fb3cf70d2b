import type { FactDocument } from './facts.ts';
import type { JsonObject, LabelSelector, Operation, Subject } from './kubernetes.ts';
import type { DocumentSource } from './source.ts';

/** What a finding does: noted, shown to the user, or the end of the request. From mildest to strictest. */
export type Action = 'Audit' | 'Warn' | 'Deny';

export const actions: readonly Action[] = ['Audit', 'Warn', 'Deny'];

export type Severity = 'low' | 'medium' | 'high' | 'critical';

/** From mildest to gravest. */
export const severities: readonly Severity[] = ['low', 'medium', 'high', 'critical'];

/** What an error in a policy means: as if it had found something, or as if it had not. */
export type FailurePolicy = 'Fail' | 'Ignore';

/** What `match` and `exclude` share. Every criterion given must hold; within a list any one does. */
export interface Criteria {
  /** `[group/[version/]]Kind[/subresource]`, with globs. */
  readonly kinds?: readonly string[];
  readonly operations?: readonly (Operation | '*')[];
  /** Globs. */
  readonly names?: readonly string[];
  /** Globs. */
  readonly namespaces?: readonly string[];
  readonly scope?: 'Cluster' | 'Namespaced';
  readonly namespaceSelector?: LabelSelector;
  /** Holds when the new or the old object matches. */
  readonly objectSelector?: LabelSelector;
  readonly subjects?: readonly Subject[];
}

/** An expression of CEL that others can refer to. */
export interface NamedExpression {
  readonly name: string;
  readonly expression: string;
}

export interface Match extends Criteria {
  /** All must be true, as in Kubernetes' `matchConditions`. */
  readonly conditions?: readonly NamedExpression[];
  /** Objects with a deletionTimestamp are judged too. */
  readonly terminating?: boolean;
}

/** The form that a rule's requirement is written in: the name of a registered check, and what the author gave it. */
export interface CheckDocument {
  readonly name: string;
  readonly value: unknown;
}

/** One requirement. */
export interface Rule {
  readonly name: string;
  /** JSONPaths from the target or named selections of a pod; absent: the target itself is the one item. */
  readonly each?: readonly string[];
  /** CEL: items for which it is not true are left alone. */
  readonly when?: string;
  readonly check: CheckDocument;
  /** A template. Absent: the check words its own findings. */
  readonly message?: string;
  /** CEL, a string; where it has no value that can be shown, `message` stands in. */
  readonly messageExpression?: string;
  readonly help?: string;
}

/** One change of what a policy is about. */
export interface Mutation {
  readonly name: string;
  /** As in a rule. */
  readonly each?: readonly string[];
  /** CEL: items for which it is not true are left alone. */
  readonly when?: string;
  /** The name of a registered form, and what the author gave it. */
  readonly form: CheckDocument;
  /** Where items go that a merge adds to a list; absent: behind those that are there. */
  readonly position?: 'first' | 'last';
}

/** What can be set of a policy without editing its rules. */
export interface Parameters {
  /** JSON Schema of `params`, with defaults. */
  readonly schema: JsonObject;
}

/** An action, and when and where it applies; what is not given does not narrow it. */
export interface EnforcementEntry {
  readonly action: Action;
  /** RFC 3339: not before. */
  readonly from?: string;
  /** Globs; never hold for cluster-scoped objects but Namespaces. */
  readonly namespaces?: readonly string[];
  /** Never holds for cluster-scoped objects but Namespaces. */
  readonly namespaceSelector?: LabelSelector;
}

/** The deliberate gesture on an object that lowers what a policy does by one step. */
export interface Override {
  /** Who may set or change it; absent: anybody. */
  readonly subjects?: readonly Subject[];
}

export interface PolicySpec {
  readonly title?: string;
  readonly description?: string;
  readonly category?: string;
  readonly severity: Severity;
  readonly runbook?: string;
  readonly target: 'object' | 'pod';
  readonly match: Match;
  readonly exclude?: Criteria;
  readonly parameters?: Parameters;
  /** Each sees those before it. */
  readonly variables?: readonly NamedExpression[];
  /** The strictest entry that applies wins; where none does, findings are only noted. */
  readonly enforcement: readonly EnforcementEntry[];
  readonly existingViolations: 'Warn' | 'Deny';
  readonly failurePolicy: FailurePolicy;
  /** Absent: the policy cannot be overridden. */
  readonly override?: Override;
  readonly exceptions: 'Allow' | 'Forbid';
  /** Asked only where a binding selects. */
  readonly bindingRequired: boolean;
  readonly rules: readonly Rule[];
  /** In the order in which they are made; absent: none. */
  readonly facts?: readonly FactDocument[];
  readonly mutations?: readonly Mutation[];
}

/** A policy with other parameters or another enforcement, for a part of what it is about. */
export interface PolicyBinding {
  readonly name: string;
  readonly spec: {
    /** The name of the policy. */
    readonly policy: string;
    /** Within what the policy is about. */
    readonly match?: Criteria;
    readonly exclude?: Criteria;
    /** Over the defaults of the policy's schema. */
    readonly parameters?: JsonObject;
    /** Absent: that of the policy. */
    readonly enforcement?: readonly EnforcementEntry[];
  };
  readonly source: DocumentSource;
}

/** Lets something through in spite of policies, for a reason and until a day. */
export interface PolicyException {
  readonly name: string;
  /** What it reaches: objects in this namespace; everything, where that is Abatis's own. */
  readonly namespace: string;
  readonly spec: {
    /** Names of policies, or of their rules as `policy/rule`. */
    readonly policies: readonly string[];
    readonly match?: Criteria;
    readonly reason: string;
    readonly ticket?: string;
    /** RFC 3339: not after. */
    readonly expires?: string;
    /** What is left of what they do. */
    readonly action: 'Audit' | 'Warn';
  };
  readonly source: DocumentSource;
}

/** Everything that is written to decide about changes, by kind of document. */
export interface PolicySet {
  readonly policies: readonly Policy[];
  readonly bindings?: readonly PolicyBinding[];
  readonly exceptions?: readonly PolicyException[];
}

/** A policy document whose shape has been checked and whose defaults are filled in. */
export interface Policy {
  readonly name: string;
  readonly spec: PolicySpec;
  readonly source: DocumentSource;
}
