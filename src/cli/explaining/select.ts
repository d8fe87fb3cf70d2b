import type {
  EvaluationError,
  ExplainedPolicy,
  ExplainedVerdict,
  Explanation,
  Finding,
} from '../../model/index.ts';

/** What of an explanation was asked for: all policies, one, or one rule of it. */
export interface Selection {
  readonly policy?: string;
  readonly rule?: string;
}

/** From `policy` or `policy/rule`. */
export function selectionOf(text: string | undefined): Selection {
  if (text === undefined) return {};
  const [policy = '', ...rest] = text.split('/');
  return rest.length === 0 ? { policy } : { policy, rule: rest.join('/') };
}

/** An explanation without what was not asked for; what was decided stays as it is. */
export function selected(explanation: Explanation, { policy, rule }: Selection): Explanation {
  if (policy === undefined) return explanation;
  return {
    ...explanation,
    policies: explanation.policies.filter(({ name }) => name === policy).map((one) => withRule(one, rule)),
    mutations: explanation.mutations.filter(
      (one) => one.policy === policy && (rule === undefined || one.mutation === rule),
    ),
  };
}

function withRule(policy: ExplainedPolicy, rule: string | undefined): ExplainedPolicy {
  if (rule === undefined) return policy;
  return {
    ...policy,
    asked: policy.asked.map((asked) => ({
      ...asked,
      rules: asked.rules.filter(({ name }) => name === rule),
    })),
    verdicts: policy.verdicts.filter(({ of }) => of.rule === undefined || of.rule === rule),
  };
}

/** What is found: a rule that is not met, or a policy that could not be asked. */
export type Of = ExplainedVerdict['of'];

/** Whether something is of what was asked for. */
export function isSelected(of: Of, { policy, rule }: Selection): boolean {
  if (policy === undefined) return true;
  const part = isFinding(of) ? of.rule : (of.rule ?? of.mutation);
  return of.policy === policy && (rule === undefined || part === undefined || part === rule);
}

export function isFinding(of: Of): of is Finding {
  return 'severity' in of;
}

/** What a verdict is about, as people refer to it. */
export function nameOf(of: Finding | EvaluationError): string {
  const part = isFinding(of) ? of.rule : (of.rule ?? of.mutation);
  return part === undefined ? of.policy : `${of.policy}/${part}`;
}
