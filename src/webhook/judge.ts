import type { Program } from '../compile/index.ts';
import { type Answer, admit, answer, evaluate } from '../engine/index.ts';
import type {
  AdmissionInput,
  Decision,
  Diagnostic,
  EvaluationError,
  FactRequest,
  Facts,
  MutationResult,
} from '../model/index.ts';
import { denialOf } from './denial.ts';
import { requestFields } from './describe.ts';
import type { Desk } from './desk.ts';
import { isOwnDeletion, unasked, withDiagnostics } from './documents.ts';
import { emergencyKey, emergencyNote } from './emergency.ts';
import type { Endpoint } from './metrics.ts';
import type { Deadline } from './patience.ts';
import { Timed } from './timed.ts';
import type { Trace } from './tracing.ts';

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
  /** `performance.now()` of when it was read, and its Namespace known. */
  readonly read: number;
  readonly deadline: Deadline;
  /** Absent where nobody collects traces. */
  readonly trace: Trace | undefined;
}

/**
 * Judges one change, counts it and logs it where somebody will ask for it. At once, unless facts have to be found out.
 * @throws whatever a bug throws; errors of policies are part of the decision
 */
export function judge(desk: Desk, program: Program, question: Question): Verdict | Promise<Verdict> {
  const { endpoint, input, exactly, deadline } = question;
  const now = Date.now();
  const isUnasked =
    (desk.reviewDocument !== undefined && isOwnDeletion(input)) || desk.isEmergencySwitch?.(input) === true;
  const ask: Ask = isUnasked ? nobody : endpoint === 'check' ? judgeWhole : judgeOnly;
  const whole = (facts: Facts | undefined): Settled => {
    const quick = ask(program, input, now, facts, deadline.isOver);
    const isFinal = quick.decision.wanted === undefined;
    const { decision, mutation } =
      isFinal && quick.decision.imprecise ? ask(program, exactly(), now, facts, deadline.isOver) : quick;
    const { wanted } = decision;
    return wanted === undefined
      ? { program, facts, decision, mutation }
      : { program, facts, decision, mutation, wanted };
  };
  const timed = new Timed(desk.metrics, question);
  const settled =
    desk.facts === undefined
      ? timed.ask(whole, undefined)
      : desk.facts.settle((facts) => timed.ask(whole, facts), deadline.left());
  return settled instanceof Promise
    ? settled.then((result) => conclude(desk, question, result, timed))
    : conclude(desk, question, settled, timed);
}

interface Settled {
  readonly program: Program;
  readonly facts: Facts | undefined;
  readonly decision: Decision;
  readonly mutation?: MutationResult | undefined;
  readonly wanted?: readonly FactRequest[];
}

function conclude(
  desk: Desk,
  question: Question,
  { program, facts, decision, mutation }: Settled,
  timed: Timed,
): Verdict {
  const { metrics, reviewDocument } = desk;
  const { endpoint, input, uid, started, trace } = question;
  const milliseconds = timed.done();
  desk.slow.note(milliseconds, () => ({
    endpoint,
    uid,
    program,
    input,
    facts,
    evaluated: decision.evaluated,
  }));
  const isCapped = program.ceiling !== undefined;
  const diagnostics = reviewDocument?.(input) ?? [];
  const worded = withDiagnostics(answer(decision), diagnostics, isCapped);
  const emergency = isCapped ? desk.emergency() : undefined;
  const answered = emergency === undefined ? worded : noted(worded, emergencyNote(emergency));
  const elapsed = performance.now() - started;
  metrics.answered(endpoint, input.operation, answered.allowed ? 'allowed' : 'denied', elapsed / 1000);
  trace?.judged(input, uid, {
    allowed: answered.allowed,
    findings: decision.findings.length,
    errors: decision.errors.length,
  });
  if (decision.findings.length > 0 || decision.errors.length > 0 || !answered.allowed) {
    metrics.decided(decision);
    report(desk, question, decision, answered.allowed, diagnostics, elapsed);
    if (!answered.allowed && !input.dryRun && endpoint !== 'check')
      desk.onDenied?.(denialOf(input, decision.findings, decision.errors));
  } else if (desk.isSampled()) desk.log.info(fieldsOf(endpoint, input, uid, decision, elapsed), 'allowed');
  return { decision, answer: answered, mutation };
}

/** For the audit log of the API server, whatever else is noted there. */
function noted(answered: Answer, note: string): Answer {
  return { ...answered, auditAnnotations: { ...answered.auditAnnotations, [emergencyKey]: note } };
}

/** One line, of what somebody will ask for. */
function report(
  { log, told, isSampled }: Desk,
  { endpoint, input, uid }: Question,
  decision: Decision,
  allowed: boolean,
  diagnostics: readonly Diagnostic[],
  elapsed: number,
): void {
  const { findings, errors } = decision;
  const untold = errors.length === 0 ? undefined : told.tell(errors.map(partOf), performance.now());
  const isWarned = findings.some(({ action }) => action !== 'Audit');
  if (untold === undefined && allowed && !isWarned && !isSampled()) return;
  const fields = {
    ...fieldsOf(endpoint, input, uid, decision, elapsed),
    allowed,
    ...(diagnostics.length > 0 && { diagnostics: diagnostics.map(({ code }) => code) }),
    ...(untold !== undefined && untold > 0 && { suppressed: untold }),
  };
  if (untold !== undefined) log.error(fields, 'a policy could not be evaluated');
  else if (!allowed) log.warn(fields, 'denied');
  else log.info(fields, isWarned ? 'allowed with a warning' : 'allowed');
}

interface Asked {
  readonly decision: Decision;
  readonly mutation?: MutationResult;
}

type Ask = (
  program: Program,
  input: AdmissionInput,
  now: number,
  facts: Facts | undefined,
  isLate: () => boolean,
) => Asked;

function nobody(): Asked {
  return { decision: unasked };
}

const judgeWhole: Ask = (program, input, now, facts, isLate) =>
  admit(program, input, now, facts, undefined, isLate);

const judgeOnly: Ask = (program, input, now, facts, isLate) => ({
  decision: evaluate(program, input, now, facts, undefined, isLate),
});

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
    errors: decision.errors.map(partOf),
    policies: decision.evaluated,
  };
}

function partOf({ policy, rule, mutation }: EvaluationError): string {
  const part = rule ?? mutation;
  return part === undefined ? policy : `${policy}/${part}`;
}
