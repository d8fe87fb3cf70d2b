import { kindTable } from '../kinds/index.ts';
import type { AdmissionInput, Diagnostic, PolicySet, ResourceKind, Subject } from '../model/index.ts';
import { diagnose } from '../yaml/index.ts';
import { candidateIndex, type Reaching } from './candidates.ts';
import { checks } from './checks/index.ts';
import { compileSubjects } from './match/subjects.ts';
import { compilePolicy } from './policy.ts';
import type { Problem } from './problem.ts';
import type { Program } from './program.ts';

export { Change, isObject, own } from './change.ts';
export { type Check, type Report, tooLarge } from './checks/index.ts';
export type { Enforced } from './enforcement.ts';
export { CelError, errorText, unknownOf } from './expressions/index.ts';
export type { OverrideState } from './override.ts';
export type { Candidate, CompiledPolicy, CompiledRule, Program } from './program.ts';
export { requestObject } from './request.ts';
export { Scope } from './scope.ts';
export { No, type Truth, Unknown, Yes } from './truth.ts';

/** What policy documents may hold that is decided by registries: the words that `load` checks them against. */
export const vocabulary = { checks: checks.map(({ name, schema }) => ({ name, schema })) };

/**
 * Who makes objects from other objects' templates: the controllers of kube-system, under their own names or
 * all under one. Source: kube-controller-manager `--use-service-account-credentials`.
 */
export const defaultControllers: readonly Subject[] = [
  { kind: 'Group', name: 'system:serviceaccounts:kube-system' },
  { kind: 'User', name: 'system:kube-controller-manager' },
];

export interface CompileOptions {
  /** Kinds beside the built-in ones: of CustomResourceDefinitions, of a cluster's discovery. */
  readonly kinds?: readonly ResourceKind[];
  /** The version of Kubernetes, `1.34`, that expressions must be at home in; by default the latest known. */
  readonly kubernetes?: string;
  /** Whom to take for a workload controller; by default `defaultControllers`. */
  readonly controllers?: readonly Subject[];
}

export type Compiled =
  | { readonly ok: true; readonly program: Program; readonly diagnostics: readonly Diagnostic[] }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/**
 * Makes policies ready to be evaluated. All problems of all policies are reported; those that are warnings do
 * not stand in the way of a program.
 */
export function compile({ policies }: PolicySet, options: CompileOptions = {}): Compiled {
  const kinds = kindTable(options.kinds);
  const diagnostics: Diagnostic[] = [];
  const reaching: Reaching[] = [];
  const inOrder = policies.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  for (const policy of inOrder) {
    const problems: Problem[] = [];
    reaching.push(compilePolicy(policy, { kinds, kubernetes: options.kubernetes }, problems));
    diagnostics.push(...problems.map((problem) => diagnose(problem, policy.source)));
  }
  if (diagnostics.some((diagnostic) => diagnostic.severity === 'error')) return { ok: false, diagnostics };
  const candidates = candidateIndex(reaching, kinds);
  const program: Program = {
    policies: reaching.map(({ policy }) => policy),
    kinds,
    candidates: (input: AdmissionInput) => candidates(input),
    isController: compileSubjects(options.controllers ?? defaultControllers),
  };
  return { ok: true, program, diagnostics };
}
