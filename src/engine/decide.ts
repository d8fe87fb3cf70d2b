import type { Change } from '../compile/index.ts';
import type { Action, Decision, EvaluationError, Finding } from '../model/index.ts';
import type { PodFinder } from './as-mutated.ts';
import { milder } from './excepted.ts';
import { existedBefore } from './existing.ts';
import type { Recorder } from './explaining/recorder.ts';
import { acrossBindings, inOrder } from './order.ts';
import { type ValidOverride, type Verdict, Verdicts } from './verdict.ts';
import { type Outcome, overrideRule } from './violation.ts';

/**
 * Decides what violations and errors do: as the order of precedence has it, then whether it was there before, then
 * whether there is anybody to read a warning.
 */
export function decide(
  outcome: Outcome,
  change: Change,
  pods: PodFinder,
  controllerMade: boolean,
  now: number,
  ceiling: Action | undefined,
  recorder?: Recorder,
): Omit<Decision, 'imprecise'> {
  const verdicts = new Verdicts(change, outcome.overrides, now, ceiling, recorder);
  const judged = outcome.violations.map((violation) => ({
    violation,
    verdict: capped(verdicts.of(violation.candidate, violation.setting, violation.rule.name), violation.cap),
  }));
  const denied = judged.filter(({ verdict }) => verdict.action === 'Deny').map(({ violation }) => violation);
  const existing = existedBefore(denied, change, pods, now, recorder);
  const refused = refusedOf(outcome);
  // Nobody reads the warnings of a controller.
  const unread = (action: Action): Action => (controllerMade && action === 'Warn' ? 'Audit' : action);
  const findings = judged.map(({ violation, verdict }): Finding => {
    const { rule, message, path, setting } = violation;
    const { policy } = violation.candidate;
    const { action, assumed, deniesFrom, exempted } = verdict;
    const existed = existing.has(violation);
    const help = violation.help ?? rule.help;
    const override = outcome.overrides.get(policy.name);
    const afterExisting = existed ? 'Warn' : action;
    // The options of a CONNECT have no annotations.
    const isOverridable =
      afterExisting === 'Deny' && !refused.has(policy.name) && change.input.operation !== 'CONNECT';
    const finding: Finding = {
      policy: policy.name,
      rule: rule.name,
      action: unread(afterExisting),
      severity: policy.severity,
      message,
      ...(help !== undefined && { help }),
      ...(policy.runbook !== undefined && { runbook: policy.runbook }),
      path,
      assumed: violation.assumed || assumed,
      ...(setting.binding !== undefined && { binding: setting.binding }),
      ...(exempted !== undefined && { exception: exempted.excepted }),
      ...(deniesFrom !== undefined && { deniesFrom }),
      ...(override !== undefined && { overridden: described(override) }),
      ...(isOverridable && override === undefined && policy.overrideAdvice !== undefined
        ? { overridable: policy.overrideAdvice }
        : {}),
      existing: existed,
    };
    recorder?.finding(violation, verdict, afterExisting, finding);
    return finding;
  });
  const errors = outcome.errors.map(({ candidate, setting, rule, message, unknown }): EvaluationError => {
    const { policy } = candidate;
    const verdict = verdicts.of(candidate, setting, rule?.name);
    const { action } = verdict;
    const error: EvaluationError = {
      policy: policy.name,
      ...(rule !== undefined && { rule: rule.name }),
      message,
      action: unread(action),
      denies: action === 'Deny' && policy.failurePolicy === 'Fail',
      unknown,
    };
    recorder?.error(candidate, setting, verdict, error);
    return error;
  });
  const decided = {
    allowed: !findings.some(({ action }) => action === 'Deny') && !errors.some((error) => error.denies),
    findings: inOrder(acrossBindings(findings)),
    errors: strictestErrors(errors),
    evaluated: outcome.evaluated,
  };
  recorder?.decided(decided);
  return decided;
}

/** The policies of which somebody has tried an override, in vain. */
function refusedOf({ violations }: Outcome): ReadonlySet<string> {
  const refused = violations.filter(({ rule }) => rule === overrideRule);
  return new Set(refused.map(({ candidate }) => candidate.policy.name));
}

/** A policy may say what it is worth that something cannot be known. */
function capped(verdict: Verdict, cap: Action | undefined): Verdict {
  if (cap === undefined || milder(verdict.action, cap) === verdict.action) return verdict;
  return { ...verdict, action: cap, deniesFrom: undefined };
}

/** An error that several bindings of a policy meet alike is one, the strictest. */
function strictestErrors(errors: readonly EvaluationError[]): readonly EvaluationError[] {
  if (errors.length < 2) return errors;
  const byText = new Map<string, EvaluationError>();
  for (const error of errors) {
    const key = JSON.stringify([error.policy, error.rule, error.message]);
    const known = byText.get(key);
    if (known === undefined || (error.denies && !known.denies)) byText.set(key, error);
  }
  return [...byText.values()];
}

function described({ reason, by }: ValidOverride): NonNullable<Finding['overridden']> {
  return by === undefined ? { reason } : { reason, by };
}
