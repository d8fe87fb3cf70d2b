import type { Change, CompiledPolicy, Enforced, OverrideState } from '../compile/index.ts';
import type { Action, Decision, EvaluationError, Finding } from '../model/index.ts';
import { existedBefore } from './existing.ts';
import { inOrder } from './order.ts';
import type { Outcome } from './violation.ts';

/**
 * Decides what violations and errors do: the strictest entry of the policy's enforcement that applies, then an
 * override, then what was there before, then whether there is anybody to read a warning.
 */
export function decide(
  outcome: Outcome,
  change: Change,
  controllerMade: boolean,
  now: number,
): Omit<Decision, 'imprecise'> {
  const settled = new Map<CompiledPolicy, Enforced>();
  const enforced = (policy: CompiledPolicy): Enforced => {
    let known = settled.get(policy);
    if (known === undefined) {
      known = overridden(policy.enforcement(change, now), outcome.overrides.get(policy.name));
      settled.set(policy, known);
    }
    return known;
  };
  const denied = outcome.violations.filter(({ candidate }) => enforced(candidate.policy).action === 'Deny');
  const existing = existedBefore(denied, change, now);
  // Nobody reads the warnings of a controller.
  const unread = (action: Action): Action => (controllerMade && action === 'Warn' ? 'Audit' : action);
  const findings = outcome.violations.map((violation): Finding => {
    const { policy } = violation.candidate;
    const { rule, message, path } = violation;
    const { action, assumed, deniesFrom } = enforced(policy);
    const existed = existing.has(violation);
    const help = violation.help ?? rule.help;
    const override = outcome.overrides.get(policy.name);
    return {
      policy: policy.name,
      rule: rule.name,
      action: unread(existed ? 'Warn' : action),
      severity: policy.severity,
      message,
      ...(help !== undefined && { help }),
      ...(policy.runbook !== undefined && { runbook: policy.runbook }),
      path,
      assumed: violation.assumed || assumed,
      ...(deniesFrom !== undefined && { deniesFrom }),
      ...(override !== undefined && { overridden: described(override) }),
      existing: existed,
    };
  });
  const errors = outcome.errors.map(({ candidate: { policy }, rule, message, unknown }): EvaluationError => {
    const { action } = enforced(policy);
    return {
      policy: policy.name,
      ...(rule !== undefined && { rule: rule.name }),
      message,
      action: unread(action),
      denies: action === 'Deny' && policy.failurePolicy === 'Fail',
      unknown,
    };
  });
  return {
    allowed: !findings.some(({ action }) => action === 'Deny') && !errors.some((error) => error.denies),
    findings: inOrder(findings),
    errors,
    evaluated: outcome.evaluated,
  };
}

type Valid = Extract<OverrideState, { kind: 'valid' }>;

/** An override lowers an action by one step, that of a denial to come included. */
function overridden(enforced: Enforced, override: Valid | undefined): Enforced {
  if (override === undefined) return enforced;
  return {
    action: enforced.action === 'Deny' ? 'Warn' : 'Audit',
    assumed: enforced.assumed || override.assumed,
    deniesFrom: undefined,
  };
}

function described({ reason, by }: Valid): NonNullable<Finding['overridden']> {
  return by === undefined ? { reason } : { reason, by };
}
