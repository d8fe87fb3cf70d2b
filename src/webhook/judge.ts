import type { Program } from '../compile/index.ts';
import { type Answer, answer, evaluate } from '../engine/index.ts';
import type { AdmissionInput, Decision } from '../model/index.ts';
import type { Endpoint } from './metrics.ts';
import type { WebhookOptions } from './options.ts';

export interface Verdict {
  readonly decision: Decision;
  readonly answer: Answer;
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
  const quick = evaluate(program, input, now);
  const decision = quick.imprecise ? evaluate(program, exactly(), now) : quick;
  const answered = answer(decision);
  const elapsed = performance.now() - started;
  metrics.answered(endpoint, input.operation, answered.allowed ? 'allowed' : 'denied', elapsed / 1000);
  if (decision.findings.length > 0 || decision.errors.length > 0) {
    metrics.decided(decision);
    const fields = describe(endpoint, input, uid, decision, elapsed);
    if (decision.errors.length > 0) log.error(fields, 'a policy could not be evaluated');
    else if (!decision.allowed) log.warn(fields, 'denied');
    else if (decision.findings.some(({ action }) => action !== 'Audit'))
      log.info(fields, 'allowed with a warning');
    else if (logAllowed) log.info(fields, 'allowed');
  } else if (logAllowed) log.info(describe(endpoint, input, uid, decision, elapsed), 'allowed');
  return { decision, answer: answered };
}

/** Who changed what and which rules had a word: names only, nothing of the object. */
function describe(
  endpoint: Endpoint,
  input: AdmissionInput,
  uid: string,
  decision: Decision,
  elapsed: number,
) {
  const { group, version, resource } = input.resource;
  return {
    uid,
    endpoint,
    operation: input.operation,
    resource: clip([group, version, resource, input.subresource].filter((part) => part !== '').join('/')),
    namespace: clip(input.namespace),
    name: clip(input.name),
    user: clip(input.userInfo?.username ?? ''),
    dryRun: input.dryRun,
    allowed: decision.allowed,
    findings: decision.findings.map(({ policy, rule, action }) => `${policy}/${rule}:${action}`),
    errors: decision.errors.map(({ policy, rule }) => (rule === undefined ? policy : `${policy}/${rule}`)),
    milliseconds: Math.round(elapsed * 1000) / 1000,
  };
}

/** Kubernetes' names have at most 253 characters; a stranger's may have any number. */
function clip(text: string): string {
  return text.length <= 300 ? text : `${text.slice(0, 299)}…`;
}
