import type { Inspected, TargetPlace } from '../compile/index.ts';
import type { KindTable } from '../kinds/index.ts';
import type {
  DiagnosticCode,
  Path,
  Policy,
  PolicyBinding,
  PolicyException,
  PolicySet,
} from '../model/index.ts';
import type { DocumentProblem } from '../yaml/index.ts';

/** What is asked beyond what is always looked for. */
export interface LintOptions {
  /** What a library of policies wants of each: a title, a description, a category, a severity. */
  readonly strict?: boolean;
  /** Say what a ValidatingAdmissionPolicy cannot do. */
  readonly portable?: boolean;
  /** Milliseconds since the epoch, for what has ended; by default nothing has. */
  readonly now?: number;
  /** The namespace that Abatis is in, whose exceptions reach everything. */
  readonly namespace?: string;
}

/** What a rule of lint knows beside the document that it looks at. */
export interface Surroundings {
  readonly set: PolicySet;
  readonly kinds: KindTable;
  readonly options: LintOptions & { readonly namespace: string };
  /** The policy of a name, prepared. */
  policy(name: string): PolicyInQuestion | undefined;
}

/** A policy, and what is known of it. */
export interface PolicyInQuestion extends Inspected {
  readonly policy: Policy;
  /** Where the targets stand; undefined where not all of them have a type that is known. */
  readonly places: readonly TargetPlace[] | undefined;
}

/** Something that is odd about a document, at a path from its root. */
export type Oddity = Omit<DocumentProblem, 'code' | 'severity'> & { readonly path: Path };

/** One thing that lint looks for. */
export interface LintRule {
  readonly code: DiagnosticCode;
  /** `warning` for what is most probably a mistake, `note` for what is worth knowing. */
  readonly severity: 'warning' | 'note';
  /** Given only where it is asked for. */
  readonly only?: 'strict' | 'portable';
  readonly policy?: (policy: PolicyInQuestion, surroundings: Surroundings) => Iterable<Oddity>;
  readonly binding?: (binding: PolicyBinding, surroundings: Surroundings) => Iterable<Oddity>;
  readonly exception?: (exception: PolicyException, surroundings: Surroundings) => Iterable<Oddity>;
}
