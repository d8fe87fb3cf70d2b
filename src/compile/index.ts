import type {
  AdmissionInput,
  Diagnostic,
  DocumentSource,
  Policy,
  PolicySet,
  ResourceKind,
  Subject,
} from '../model/index.ts';
import { diagnose } from '../yaml/index.ts';
import { unknownPolicy } from './bindings.ts';
import { candidateIndex, consider, type Reaching } from './candidates.ts';
import { checks } from './checks/index.ts';
import { compileExceptions } from './exceptions.ts';
import { factSources } from './facts/index.ts';
import { compileSubjects } from './match/subjects.ts';
import { memoryOf } from './memory.ts';
import { mutationForms } from './mutations/index.ts';
import type { Problem } from './problem.ts';
import type { Program } from './program.ts';
import { screenGroups } from './screen-group.ts';

export type { Considered } from './candidates.ts';
export { Change, isObject, overridePrefix, own } from './change.ts';
export { type Check, type Report, tooLarge } from './checks/index.ts';
export type { Enforced, EntryNote } from './enforcement.ts';
export type { CompiledException } from './exceptions.ts';
export {
  CelError,
  type Expression,
  errorText,
  type TargetPlace,
  targetPlaces,
  unknownOf,
} from './expressions/index.ts';
export type { Lacking } from './facts/index.ts';
export { type ExpressionRole, expressionsOf, type Inspected, type WrittenExpression } from './inspect.ts';
export { type Items, selections } from './items.ts';
export type { Criterion } from './match/criteria.ts';
export { Allowance, fixedChange } from './mutations/index.ts';
export type { OverrideState } from './override.ts';
export type { Candidate, CompiledMutation, CompiledPolicy, CompiledRule, Program } from './program.ts';
export { requestObject } from './request.ts';
export { Scope } from './scope.ts';
export type { BindingCandidate, Setting } from './setting.ts';
export { No, type Truth, Unknown, Yes } from './truth.ts';

/** The kinds of objects that policies look up, each once: `coordination.k8s.io/v1/Lease`, `v1/Pod`. */
export function lookedUpKinds({ policies }: Program): readonly string[] {
  return [...new Set(policies.flatMap(({ facts }) => facts?.lookedUp ?? []))].sort();
}

/** What policy documents may hold that is decided by registries: the words that `load` checks them against. */
export const vocabulary = {
  checks: checks.map(({ name, schema }) => ({ name, schema })),
  mutations: mutationForms.map(({ name, schema }) => ({ name, schema })),
  facts: factSources.map(({ name, schema }) => ({ name, schema })),
};

/**
 * Who makes objects from other objects' templates: the controllers of kube-system, under their own names or
 * all under one. Source: kube-controller-manager `--use-service-account-credentials`.
 */
export const defaultControllers: readonly Subject[] = [
  { kind: 'Group', name: 'system:serviceaccounts:kube-system' },
  { kind: 'User', name: 'system:kube-controller-manager' },
];

/** Where Abatis is installed unless somebody says otherwise. */
export const defaultNamespace = 'abatis-system';

export interface CompileOptions {
  /** Kinds beside the built-in ones: of CustomResourceDefinitions, of a cluster's discovery. */
  readonly kinds?: readonly ResourceKind[];
  /** The version of Kubernetes, `1.34`, that expressions must be at home in; by default the latest known. */
  readonly kubernetes?: string;
  /** Whom to take for a workload controller; by default `defaultControllers`. */
  readonly controllers?: readonly Subject[];
  /** The namespace that Abatis is in, whose exceptions reach everything; by default `defaultNamespace`. */
  readonly namespace?: string;
  /** A program that is to be replaced: what has not changed since is taken over, and not compiled again. */
  readonly former?: Program;
}

export type Compiled =
  | { readonly ok: true; readonly program: Program; readonly diagnostics: readonly Diagnostic[] }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/**
 * Makes policies, and what is written about them, ready to be evaluated. All problems of all documents are reported;
 * those that are warnings do not stand in the way of a program.
 */
export function compile(set: PolicySet, options: CompileOptions = {}): Compiled {
  const memory = memoryOf(options);
  const { kinds } = memory;
  const { policies, bindings = [], exceptions = [] } = set;
  const diagnostics: Diagnostic[] = [];
  const report = ({ source }: { readonly source: DocumentSource }, problems: readonly Problem[]) =>
    diagnostics.push(...problems.map((problem) => diagnose(problem, source)));
  const excepted = compileExceptions(exceptions, policies, kinds, options.namespace ?? defaultNamespace);
  const bound = Map.groupBy(bindings, ({ spec }) => spec.policy);
  const context = { kinds, kubernetes: options.kubernetes };
  const inOrder = policies.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const reaching = inOrder.map((policy): Reaching => {
    const compiled = memory.recall(policy, bound.get(policy.name) ?? [], context);
    report(policy, compiled.problems);
    for (const { binding, problems } of compiled.faulty) report(binding, problems);
    const exceptions = excepted.of.get(policy.name) ?? [];
    return { ...compiled.reaching, exceptions };
  });
  const names = new Set(policies.map(({ name }) => name));
  for (const binding of bindings) {
    if (!names.has(binding.spec.policy)) report(binding, [unknownPolicy(binding, policies)]);
  }
  for (const { exception, problems } of excepted.faulty) report(exception, problems);
  if (diagnostics.some((diagnostic) => diagnostic.severity === 'error')) return { ok: false, diagnostics };
  const groups = screenGroups(
    reaching.map(({ policy }, index) => ({ compiled: policy, written: inOrder[index] as Policy })),
    memory.screen,
  );
  const candidates = candidateIndex(reaching, kinds, groups);
  const program: Program = {
    policies: reaching.map(({ policy }) => policy),
    mutates: reaching.some(({ policy }) => policy.mutations.length > 0),
    kinds,
    candidates: (input: AdmissionInput) => candidates(input),
    consider: (input) => consider(reaching, kinds, input),
    isController: compileSubjects(options.controllers ?? defaultControllers),
  };
  memory.keepFor(program);
  return { ok: true, program, diagnostics };
}
