import { mutate, mutationAnswer } from '../engine/index.ts';
import type { AdmissionInput, Facts, Mutated, MutationResult } from '../model/index.ts';
import { admissionHandler } from './admission.ts';
import { requestFields } from './describe.ts';
import type { Question } from './judge.ts';
import type { WebhookOptions } from './options.ts';
import { budgetOf } from './patience.ts';
import { renderReview } from './response.ts';

/** POST /mutate: what a change becomes before it is judged. No findings: those are for /validate to tell. */
export function mutateHandler(options: WebhookOptions) {
  return admissionHandler(options, 'mutate', (question) => {
    const now = Date.now();
    const program = options.current();
    const ask = (facts: Facts | undefined): MutationResult => {
      const quick = mutate(program, question.input, now, facts);
      return quick.imprecise && quick.wanted === undefined
        ? mutate(program, question.exactly(), now, facts)
        : quick;
    };
    const settled =
      options.facts === undefined ? ask(undefined) : options.facts.settle(ask, budgetOf(question));
    return settled instanceof Promise
      ? settled.then((result) => conclude(options, question, result))
      : conclude(options, question, settled);
  });
}

function conclude(
  options: WebhookOptions,
  { input, uid, started }: Question,
  result: MutationResult,
): string {
  const { metrics } = options;
  const elapsed = performance.now() - started;
  const { operation } = input;
  metrics.answered('mutate', operation, result.allowed ? 'allowed' : 'denied', elapsed / 1000);
  metrics.mutated(result);
  report(options, input, uid, result, elapsed);
  return renderReview(uid, mutationAnswer(result), result.patch);
}

function report(
  { log, logAllowed }: WebhookOptions,
  input: AdmissionInput,
  uid: string,
  result: MutationResult,
  elapsed: number,
): void {
  const { errors, patch, allowed, applied, reported } = result;
  const isQuiet = errors.length === 0 && patch.length === 0 && reported.length === 0;
  if (isQuiet && logAllowed !== true) return;
  const fields = {
    ...requestFields('mutate', input, uid, elapsed),
    allowed,
    mutations: namesOf(applied),
    reported: namesOf(reported),
    operations: patch.length,
    errors: errors.map(({ policy, mutation }) => (mutation === undefined ? policy : `${policy}/${mutation}`)),
  };
  if (errors.length > 0) log.error(fields, 'a policy could not be evaluated');
  else if (isQuiet) log.info(fields, 'allowed');
  else log.info(fields, patch.length === 0 ? 'would be mutated' : 'mutated');
}

function namesOf(list: readonly Mutated[]): readonly string[] {
  return [...new Set(list.map(({ policy, mutation }) => `${policy}/${mutation}`))];
}
