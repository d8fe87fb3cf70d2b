import { type KindTable, kindsOf, parseKindPattern, podCarriers } from '../kinds/index.ts';
import type { Policy, Rule } from '../model/index.ts';
import { nearest } from '../suggest/index.ts';
import type { Reaching } from './candidates.ts';
import { checks } from './checks/index.ts';
import { compileItems } from './items.ts';
import { compileCriteria } from './match/criteria.ts';
import { compileReach } from './match/reach.ts';
import { beneath, type Problem } from './problem.ts';
import type { CompiledPolicy, CompiledRule } from './program.ts';
import { compileTemplate } from './template.ts';

/** Compiles one policy. Where there are problems that are errors, the result must not be used. */
export function compilePolicy(policy: Policy, table: KindTable, problems: Problem[]): Reaching {
  const { spec } = policy;
  const defaults = {
    ...(spec.target === 'object' && { kinds: ['*'] }),
    operations: ['CREATE', 'UPDATE'] as const,
  };
  const { reach, problems: found } = compileReach(spec.match, defaults, table);
  problems.push(...found.map((problem) => beneath(['spec', 'match'], problem)));
  if (found.length === 0) problems.push(...kindProblems(policy, table));
  const exclude = compileExclude(policy, table, problems);
  const match = compileCriteria(spec.match, 'match');
  const compiled: CompiledPolicy = {
    name: policy.name,
    severity: spec.severity,
    ...(spec.runbook !== undefined && { runbook: spec.runbook }),
    action: spec.enforcement,
    failurePolicy: spec.failurePolicy,
    sparesExisting: spec.existingViolations === 'Warn',
    judgesTerminating: spec.match.terminating === true,
    ...(match !== undefined && { match }),
    rules: spec.rules.map((rule, index) => {
      const inRule: Problem[] = [];
      const result = compileRule(rule, spec.target, inRule);
      problems.push(...inRule.map((problem) => beneath(['spec', 'rules', index], problem)));
      return result;
    }),
  };
  return { policy: compiled, target: spec.target, reach, ...(exclude !== undefined && { exclude }) };
}

/** An `exclude` that asks for nothing excludes nothing: nobody means to switch a policy off by an empty mapping. */
function compileExclude({ spec }: Policy, table: KindTable, problems: Problem[]): Reaching['exclude'] {
  if (spec.exclude === undefined || Object.keys(spec.exclude).length === 0) return undefined;
  const { reach, problems: found } = compileReach(spec.exclude, {}, table);
  problems.push(...found.map((problem) => beneath(['spec', 'exclude'], problem)));
  return { reach, criterion: compileCriteria(spec.exclude, 'exclude') };
}

function compileRule(rule: Rule, target: 'object' | 'pod', problems: Problem[]): CompiledRule {
  const inEach: Problem[] = [];
  const items = rule.each === undefined ? undefined : compileItems(rule.each, target, inEach);
  problems.push(...inEach.map((problem) => beneath(['each'], problem)));

  const definition = checks.find((check) => check.name === rule.check.name);
  if (definition === undefined) throw new Error(`no check is called ${rule.check.name}`);
  const inCheck: Problem[] = [];
  const check = definition.compile(rule.check.value, inCheck);
  problems.push(...inCheck.map((problem) => beneath([rule.check.name], problem)));

  const inMessage: Problem[] = [];
  const message = rule.message === undefined ? undefined : compileTemplate(rule.message, inMessage);
  problems.push(...inMessage.map((problem) => beneath(['message'], problem)));
  return {
    name: rule.name,
    ...(rule.help !== undefined && { help: rule.help }),
    ...(items !== undefined && { items }),
    check,
    ...(message !== undefined && { message }),
  };
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
