import { mutate, mutationAnswer, unmutated } from '../engine/index.ts';
import type { AdmissionInput, Facts, Mutated, MutationResult } from '../model/index.ts';
import { admissionHandler } from './admission.ts';
import { denialOf } from './denial.ts';
import { requestFields } from './describe.ts';
import type { Desk } from './desk.ts';
import { emergencyKey, emergencyNote } from './emergency.ts';
import type { Question } from './judge.ts';
import { renderReview } from './response.ts';
import { Timed } from './timed.ts';

/** POST /mutate: what a change becomes before it is judged. No findings: those are for /validate to tell. */
export function mutateHandler(desk: Desk) {
  return admissionHandler(desk, 'mutate', (question) => {
    const now = Date.now();
    const program = desk.current();
    const { isOver } = question.deadline;
    const isUnasked = desk.isEmergencySwitch?.(question.input) === true;
    const ask = (facts: Facts | undefined): MutationResult => {
      if (isUnasked) return unmutated(question.input.object);
      const quick = mutate(program, question.input, now, facts, isOver);
      return quick.imprecise && quick.wanted === undefined
        ? mutate(program, question.exactly(), now, facts, isOver)
        : quick;
    };
    const timed = new Timed(desk.metrics, question);
    const settled =
      desk.facts === undefined
        ? timed.ask(ask, undefined)
        : desk.facts.settle((facts) => timed.ask(ask, facts), question.deadline.left());
    const isCapped = program.ceiling !== undefined;
    return settled instanceof Promise
      ? settled.then((result) => conclude(desk, question, result, timed, isCapped))
      : conclude(desk, question, settled, timed, isCapped);
  });
}

function conclude(
  desk: Desk,
  { input, uid, started, trace }: Question,
  result: MutationResult,
  timed: Timed,
  isCapped: boolean,
): string {
  const { metrics } = desk;
  timed.done();
  const elapsed = performance.now() - started;
  const { operation } = input;
  const { allowed, errors, patch } = result;
  metrics.answered('mutate', operation, allowed ? 'allowed' : 'denied', elapsed / 1000);
  metrics.mutated(result);
  trace?.judged(input, uid, { allowed, findings: 0, errors: errors.length });
  report(desk, input, uid, result, elapsed);
  if (!allowed && !input.dryRun) desk.onDenied?.(denialOf(input, [], errors));
  const answered = mutationAnswer(result);
  const emergency = isCapped ? desk.emergency() : undefined;
  if (emergency === undefined) return renderReview(uid, answered, patch);
  const auditAnnotations = { ...answered.auditAnnotations, [emergencyKey]: emergencyNote(emergency) };
  return renderReview(uid, { ...answered, auditAnnotations }, patch);
}

function report(
  { log, told, isSampled }: Desk,
  input: AdmissionInput,
  uid: string,
  result: MutationResult,
  elapsed: number,
): void {
  const { errors, patch, allowed, applied, reported, evaluated } = result;
  const isQuiet = errors.length === 0 && patch.length === 0 && reported.length === 0;
  if (isQuiet && !isSampled()) return;
  const failed = errors.map(({ policy, mutation }) =>
    mutation === undefined ? policy : `${policy}/${mutation}`,
  );
  const untold = failed.length === 0 ? undefined : told.tell(failed, performance.now());
  const fields = {
    ...requestFields('mutate', input, uid, elapsed),
    allowed,
    mutations: namesOf(applied),
    reported: namesOf(reported),
    operations: patch.length,
    errors: failed,
    policies: evaluated,
    ...(untold !== undefined && untold > 0 && { suppressed: untold }),
  };
  if (untold !== undefined) log.error(fields, 'a policy could not be evaluated');
  else if (!allowed) log.warn(fields, 'denied');
  else if (isQuiet) log.info(fields, 'allowed');
  else if (patch.length > 0) log.info(fields, 'mutated');
  else if (reported.length > 0) log.info(fields, 'would be mutated');
}

function namesOf(list: readonly Mutated[]): readonly string[] {
  return [...new Set(list.map(({ policy, mutation }) => `${policy}/${mutation}`))];
}
