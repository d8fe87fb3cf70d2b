import { type KindTable, kindsOf, parseKindPattern, podCarriers } from '../kinds/index.ts';
import type { Policy, PolicyBinding } from '../model/index.ts';
import { nearest } from '../suggest/index.ts';
import { compileBindings, type FaultyBinding } from './bindings.ts';
import type { Reaching } from './candidates.ts';
import { compileEnforcement, strictest } from './enforcement.ts';
import {
  compileConditions,
  compileParameters,
  compileVariables,
  environmentsOf,
  knownTypes,
} from './expressions/index.ts';
import { type CompiledFacts, compileFacts, factSources } from './facts/index.ts';
import { compileCriteria } from './match/criteria.ts';
import { compileExclude, compileReach } from './match/reach.ts';
import { compileMutation } from './mutation.ts';
import { compileOverride, overrideAdvice } from './override.ts';
import { beneath, type Problem, within } from './problem.ts';
import type { CompiledPolicy } from './program.ts';
import { compileRule, type RuleContext } from './rule.ts';
import type { Setting } from './setting.ts';

/** What policies are compiled for. */
export interface PolicyContext {
  readonly kinds: KindTable;
  /** The version of Kubernetes, `1.34`, that expressions must be at home in; undefined for the latest. */
  readonly kubernetes: string | undefined;
}

/**
 * Compiles one policy with its bindings. Where there are problems that are errors, the result must not be used.
 * @param problems takes those of the policy; those of the bindings are returned
 */
export function compilePolicy(
  policy: Policy,
  bindings: readonly PolicyBinding[],
  { kinds: table, kubernetes }: PolicyContext,
  problems: Problem[],
): { readonly reaching: Omit<Reaching, 'exceptions'>; readonly faulty: readonly FaultyBinding[] } {
  const { spec } = policy;
  const defaults = {
    ...(spec.target === 'object' && { kinds: ['*'] }),
    operations: ['CREATE', 'UPDATE'] as const,
  };
  const { reach, problems: found } = compileReach(spec.match, defaults, table);
  problems.push(...found.map((problem) => beneath(['spec', 'match'], problem)));
  if (found.length === 0) problems.push(...kindProblems(policy, table));
  const exclude = compileExclude(spec.exclude, table, problems);
  const match = compileCriteria(spec.match, 'match');
  const params =
    spec.parameters === undefined
      ? undefined
      : within(['spec', 'parameters', 'schema'], problems, (inSchema) =>
          compileParameters(spec.parameters?.schema ?? {}, !spec.bindingRequired, inSchema),
        );
  const known: { facts: CompiledFacts | undefined } = { facts: undefined };
  const environments = environmentsOf({
    kubernetes,
    target: spec.target,
    params: params?.type,
    types: knownTypes(spec, table),
    facts: () => known.facts,
  });
  const factContext = {
    target: spec.target,
    kinds: table,
    surroundings: (types: CompiledFacts['types']) => environments.policy({}, types),
    variables: {},
  };
  const conditions =
    spec.match.conditions === undefined
      ? undefined
      : within(['spec', 'match', 'conditions'], problems, (inConditions) =>
          compileConditions(spec.match.conditions ?? [], environments, inConditions),
        );
  // Facts come before variables, which can read them.
  const facts =
    spec.facts === undefined
      ? undefined
      : within(['spec', 'facts'], problems, (inFacts) =>
          compileFacts(spec.facts ?? [], factSources, factContext, inFacts),
        );
  known.facts = facts;
  const variables = within(['spec', 'variables'], problems, (inVariables) =>
    compileVariables(spec.variables ?? [], environments, facts?.types ?? {}, inVariables),
  );
  const context: RuleContext = {
    target: spec.target,
    surroundings: (each) => environments.rule(variables.types, each),
    variables: variables.needs,
  };
  const forMutations = {
    ...context,
    surroundings: (each: readonly string[] | undefined) => environments.mutation(variables.types, each),
    changesStatus: (spec.match.kinds ?? []).some((kind) => kind.endsWith('/status') || kind.endsWith('/*')),
  };
  const own: Setting = {
    binding: undefined,
    params: params?.values,
    enforcement: compileEnforcement(spec.enforcement),
    assumed: false,
  };
  const { compiled: bound, faulty } = compileBindings(bindings, own, params, table);
  const entries = [
    ...(spec.bindingRequired ? [] : spec.enforcement),
    ...bindings.flatMap((binding) => binding.spec.enforcement ?? spec.enforcement),
  ];
  const rules = spec.rules.map((rule, index) =>
    within(['spec', 'rules', index], problems, (found) => compileRule(rule, context, found)),
  );
  const compiled: CompiledPolicy = {
    name: policy.name,
    severity: spec.severity,
    ...(spec.runbook !== undefined && { runbook: spec.runbook }),
    action: strictest(entries),
    settings: [own],
    bindingRequired: spec.bindingRequired,
    failurePolicy: spec.failurePolicy,
    sparesExisting: spec.existingViolations === 'Warn',
    judgesTerminating: spec.match.terminating === true,
    ...(match !== undefined && { match }),
    ...(spec.override !== undefined && {
      override: compileOverride(policy.name, spec.override),
      overrideAdvice: overrideAdvice(policy.name, spec.override),
    }),
    ...(conditions !== undefined && { conditions }),
    ...(facts !== undefined && { facts }),
    ...(spec.variables !== undefined && { variables }),
    rules,
    isScreened: rules.every(({ screen }) => screen !== undefined),
    mutations: (spec.mutations ?? []).map((mutation, index) =>
      within(['spec', 'mutations', index], problems, (found) =>
        compileMutation(mutation, forMutations, found),
      ),
    ),
  };
  const reaching = {
    policy: compiled,
    target: spec.target,
    reach,
    exclude,
    bindings: bound,
  };
  return { reaching, faulty };
}

/** Kinds that match can never reach: of which none is known, or which carry no pod where the target is one. */
function kindProblems({ spec }: Policy, table: KindTable): readonly Problem[] {
  const problems: Problem[] = [];
  for (const [index, text] of (spec.match.kinds ?? []).entries()) {
    const pattern = parseKindPattern(text);
    if (typeof pattern === 'string') continue;
    const path = ['spec', 'match', 'kinds', index];
    const kinds = kindsOf(pattern, table);
    if (kinds.length === 0 && spec.target === 'object') {
      const guess = nearest(pattern.kind, new Set(table.all.map((row) => row.kind)));
      problems.push({
        code: 'AB1202',
        severity: 'warning',
        path,
        message: `no kind is known that \`${text}\` stands for`,
        help:
          guess === undefined
            ? 'a custom kind is known by its CustomResourceDefinition; without one this matches by name only'
            : `did you mean \`${guess}\`?`,
      });
    }
    const carries = podCarriers.some(
      (carrier) =>
        carrier.subresource === (pattern.subresource ?? '') &&
        kinds.some((kind) => kind.kind === carrier.kind && kind.group === carrier.group),
    );
    if (spec.target === 'pod' && !carries) {
      problems.push({
        code: 'AB1203',
        path,
        message: `\`${text}\` carries no pod, which is the target of this policy`,
        help: 'leave kinds out to judge pods wherever they are carried, or set spec.target to object',
      });
    }
  }
  return problems;
}
