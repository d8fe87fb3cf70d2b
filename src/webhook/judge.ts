import type { Program } from '../compile/index.ts';
import { type Admission, type Answer, admit, answer, evaluate } from '../engine/index.ts';
import type { AdmissionInput, Decision, MutationResult } from '../model/index.ts';
import { requestFields } from './describe.ts';
import type { Endpoint } from './metrics.ts';
import type { WebhookOptions } from './options.ts';

export interface Verdict {
  readonly decision: Decision;
  readonly answer: Answer;
  /** Undefined where nothing was mutated, for another endpoint does that. */
  readonly mutation: MutationResult | undefined;
}

/**
 * Judges one change, counts it and logs it where somebody will ask for it.
 * @param exactly the same input, its integers beyond 2^53 as they were written; asked for where a policy reads one
 * @param started `performance.now()` of when the body was there
 * @throws whatever a bug throws; errors of policies are part of the decision
 */
export function judge(
  { metrics, log, logAllowed }: WebhookOptions,
  endpoint: Endpoint,
  program: Program,
  input: AdmissionInput,
  exactly: () => AdmissionInput,
  uid: string,
  started: number,
): Verdict {
  const now = Date.now();
  const ask = endpoint === 'check' ? admit : judgeOnly;
  const quick = ask(program, input, now);
  const { decision, mutation } = quick.decision.imprecise ? ask(program, exactly(), now) : quick;
  const answered = answer(decision);
  const elapsed = performance.now() - started;
  metrics.answered(endpoint, input.operation, answered.allowed ? 'allowed' : 'denied', elapsed / 1000);
  if (decision.findings.length > 0 || decision.errors.length > 0) {
    metrics.decided(decision);
    const fields = fieldsOf(endpoint, input, uid, decision, elapsed);
    if (decision.errors.length > 0) log.error(fields, 'a policy could not be evaluated');
    else if (!decision.allowed) log.warn(fields, 'denied');
    else if (decision.findings.some(({ action }) => action !== 'Audit'))
      log.info(fields, 'allowed with a warning');
    else if (logAllowed) log.info(fields, 'allowed');
  } else if (logAllowed) log.info(fieldsOf(endpoint, input, uid, decision, elapsed), 'allowed');
  return { decision, answer: answered, mutation };
}

function judgeOnly(
  program: Program,
  input: AdmissionInput,
  now: number,
): { readonly decision: Decision; readonly mutation?: Admission['mutation'] } {
  return { decision: evaluate(program, input, now) };
}

/** Which rules had a word: names only, nothing of the object. */
function fieldsOf(
  endpoint: Endpoint,
  input: AdmissionInput,
  uid: string,
  decision: Decision,
  elapsed: number,
) {
  return {
    ...requestFields(endpoint, input, uid, elapsed),
    allowed: decision.allowed,
    findings: decision.findings.map(({ policy, rule, action }) => `${policy}/${rule}:${action}`),
    errors: decision.errors.map(({ policy, rule, mutation }) => {
      const part = rule ?? mutation;
      return part === undefined ? policy : `${policy}/${part}`;
    }),
  };
}
