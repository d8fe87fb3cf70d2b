import { Change, type CompiledPolicy, No, type Program, Scope, Unknown, Yes } from '../compile/index.ts';
import type { Action, AdmissionInput, Decision, EvaluationError, Finding } from '../model/index.ts';
import { existedBefore } from './existing.ts';
import { inOrder } from './order.ts';
import { Runner } from './run.ts';
import { type Judged, type Outcome, targetOf } from './violation.ts';

const untouched: Decision = { allowed: true, findings: [], errors: [], evaluated: [] };

/**
 * Judges a change by all policies that concern it. Synchronous and pure: it reads no clock, touches no disk and
 * changes nothing of what it is given. It does not throw for anything that an object or a policy holds; what goes
 * wrong in a policy is an error of that policy, beside the answers of the others.
 */
export function evaluate(program: Program, input: AdmissionInput): Decision {
  const candidates = program.candidates(input);
  if (candidates.length === 0) return untouched;
  const change = new Change(input);
  const controllerMade =
    input.userInfo !== undefined && program.isController(input.userInfo) && change.hasController;
  const { terminating } = change;
  const outcome: Outcome = { violations: [], errors: [], evaluated: [] };
  const runner = new Runner(new Scope(change, input.object, input.oldObject));
  for (const candidate of candidates) {
    if (candidate.derived && controllerMade) continue;
    if (terminating && !candidate.policy.judgesTerminating) continue;
    const applies = candidate.policy.match === undefined ? Yes : candidate.policy.match(change);
    if (applies === No) continue;
    const excluded = candidate.exclude === undefined ? No : candidate.exclude(change);
    if (excluded === Yes) continue;
    const target = targetOf(candidate, change.judged);
    if (target === undefined) continue;
    outcome.evaluated.push(candidate.policy.name);
    judge({ candidate, target, assumed: applies === Unknown || excluded === Unknown }, runner, outcome);
  }
  if (outcome.violations.length === 0 && outcome.errors.length === 0) {
    return { ...untouched, evaluated: outcome.evaluated };
  }
  return decide(outcome, change, controllerMade);
}

/** Runs the rules of one policy. */
function judge({ candidate, target, assumed }: Judged, runner: Runner, outcome: Outcome): void {
  const { scope } = runner;
  scope.target = target;
  scope.carriesPod = candidate.podPath !== undefined;
  for (const rule of candidate.policy.rules) {
    const failure = runner.run(rule, (message, path) => {
      const place = [...(candidate.podPath ?? []), ...path];
      outcome.violations.push({ candidate, rule, message, path: place, assumed });
    });
    if (failure !== undefined) outcome.errors.push({ candidate, rule, message: failure });
  }
}

function decide(outcome: Outcome, change: Change, controllerMade: boolean): Decision {
  const existing = existedBefore(outcome.violations, change);
  // Nobody reads the warnings of a controller.
  const unread = (action: Action): Action => (controllerMade && action === 'Warn' ? 'Audit' : action);
  const findings = outcome.violations.map((violation): Finding => {
    const { policy } = violation.candidate;
    const { rule, message, path, assumed } = violation;
    const existed = existing.has(violation);
    return {
      policy: policy.name,
      rule: rule.name,
      action: unread(existed ? 'Warn' : policy.action),
      severity: policy.severity,
      message,
      ...(rule.help !== undefined && { help: rule.help }),
      ...(policy.runbook !== undefined && { runbook: policy.runbook }),
      path,
      assumed,
      existing: existed,
    };
  });
  const errors = outcome.errors.map(({ candidate: { policy }, rule, message }): EvaluationError => {
    return {
      policy: policy.name,
      rule: rule.name,
      message,
      action: unread(policy.action),
      denies: denies(policy),
    };
  });
  return {
    allowed: !findings.some(({ action }) => action === 'Deny') && !errors.some((error) => error.denies),
    findings: inOrder(findings),
    errors,
    evaluated: outcome.evaluated,
  };
}

function denies(policy: CompiledPolicy): boolean {
  return policy.action === 'Deny' && policy.failurePolicy === 'Fail';
}
