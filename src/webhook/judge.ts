import type { Program } from '../compile/index.ts';
import { type Answer, admit, answer, evaluate } from '../engine/index.ts';
import type { AdmissionInput, Decision, FactRequest, Facts, MutationResult } from '../model/index.ts';
import { requestFields } from './describe.ts';
import { isOwnDeletion, unasked, withDiagnostics } from './documents.ts';
import type { Endpoint } from './metrics.ts';
import type { WebhookOptions } from './options.ts';
import { budgetOf } from './patience.ts';

export interface Verdict {
  readonly decision: Decision;
  readonly answer: Answer;
  /** Undefined where nothing was mutated, for another endpoint does that. */
  readonly mutation: MutationResult | undefined;
}

/** A change, and what there is to be known of the request that brings it. */
export interface Question {
  readonly endpoint: Endpoint;
  readonly input: AdmissionInput;
  /** The same input, its integers beyond 2^53 as they were written; asked for where a policy reads one. */
  readonly exactly: () => AdmissionInput;
  readonly uid: string;
  /** `performance.now()` of when the body was there. */
  readonly started: number;
  /** In milliseconds: how long the caller waits for an answer. */
  readonly patience: number;
}

/**
 * Judges one change, counts it and logs it where somebody will ask for it. At once, unless facts have to be found out.
 * @throws whatever a bug throws; errors of policies are part of the decision
 */
export function judge(
  options: WebhookOptions,
  program: Program,
  question: Question,
): Verdict | Promise<Verdict> {
  const { endpoint, input, exactly } = question;
  const now = Date.now();
  const isUnasked = options.reviewDocument !== undefined && isOwnDeletion(input);
  const ask: Ask = isUnasked ? nobody : endpoint === 'check' ? admit : judgeOnly;
  const whole = (facts: Facts | undefined): Settled => {
    const quick = ask(program, input, now, facts);
    const isFinal = quick.decision.wanted === undefined;
    const { decision, mutation } =
      isFinal && quick.decision.imprecise ? ask(program, exactly(), now, facts) : quick;
    const { wanted } = decision;
    return wanted === undefined ? { decision, mutation } : { decision, mutation, wanted };
  };
  const settled =
    options.facts === undefined ? whole(undefined) : options.facts.settle(whole, budgetOf(question));
  return settled instanceof Promise
    ? settled.then((result) => conclude(options, question, result))
    : conclude(options, question, settled);
}

interface Settled {
  readonly decision: Decision;
  readonly mutation?: MutationResult | undefined;
  readonly wanted?: readonly FactRequest[];
}

function conclude(
  { metrics, log, logAllowed, reviewDocument }: WebhookOptions,
  { endpoint, input, uid, started }: Question,
  { decision, mutation }: Settled,
): Verdict {
  const diagnostics = reviewDocument?.(input) ?? [];
  const answered = withDiagnostics(answer(decision), diagnostics);
  const elapsed = performance.now() - started;
  metrics.answered(endpoint, input.operation, answered.allowed ? 'allowed' : 'denied', elapsed / 1000);
  if (decision.findings.length > 0 || decision.errors.length > 0 || !answered.allowed) {
    metrics.decided(decision);
    const fields = {
      ...fieldsOf(endpoint, input, uid, decision, elapsed),
      allowed: answered.allowed,
      ...(diagnostics.length > 0 && { diagnostics: diagnostics.map(({ code }) => code) }),
    };
    if (decision.errors.length > 0) log.error(fields, 'a policy could not be evaluated');
    else if (!answered.allowed) log.warn(fields, 'denied');
    else if (decision.findings.some(({ action }) => action !== 'Audit'))
      log.info(fields, 'allowed with a warning');
    else if (logAllowed) log.info(fields, 'allowed');
  } else if (logAllowed) log.info(fieldsOf(endpoint, input, uid, decision, elapsed), 'allowed');
  return { decision, answer: answered, mutation };
}

interface Asked {
  readonly decision: Decision;
  readonly mutation?: MutationResult;
}

type Ask = (program: Program, input: AdmissionInput, now: number, facts: Facts | undefined) => Asked;

function nobody(): Asked {
  return { decision: unasked };
}

function judgeOnly(program: Program, input: AdmissionInput, now: number, facts: Facts | undefined): Asked {
  return { decision: evaluate(program, input, now, facts) };
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
