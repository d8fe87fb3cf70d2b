import type { Program } from '../compile/index.ts';
import { defaultedInput } from '../defaulting/index.ts';
import type { AdmissionInput, Decision, Facts, MutationResult } from '../model/index.ts';
import { evaluate } from './evaluate.ts';
import type { Recorder } from './explaining/recorder.ts';
import { nothingKnown } from './facts.ts';
import { runMutations } from './mutate.ts';

/** What becomes of a change from beginning to end. */
export interface Admission {
  readonly mutation: MutationResult;
  /** Of the object as it was mutated, with the errors of both; paths lead into the object submitted. */
  readonly decision: Decision;
}

const undecided = { allowed: true, findings: [], errors: [], evaluated: [] };

/**
 * Mutates a change and judges what comes of it, as the API server has it done by two webhooks. Synchronous and pure.
 * @param now in milliseconds since the epoch
 * @param recorder takes down the way, for `explain`
 * @param isLate as of `evaluate`
 */
export function admit(
  program: Program,
  input: AdmissionInput,
  now: number,
  facts: Facts = nothingKnown,
  recorder?: Recorder,
  isLate?: () => boolean,
): Admission {
  const { trace, ...mutation } = runMutations(program, input, now, facts, recorder?.mutations, isLate);
  const { object, errors, evaluated, wanted } = mutation;
  if (wanted !== undefined) {
    return { mutation, decision: { ...undecided, imprecise: mutation.imprecise, wanted } };
  }
  const isChanged = object !== input.object;
  if (isChanged) recorder?.movedBy((path) => trace.placeBefore(input.object, object, path));
  // The API server fills in what is missing of what a webhook has changed.
  const judged = isChanged ? defaultedInput({ ...input, object }) : input;
  const decision = evaluate(program, judged, now, facts, recorder, isLate);
  if (decision.wanted !== undefined) return { mutation, decision };
  if (!isChanged && errors.length === 0 && evaluated.length === 0) return { mutation, decision };
  return {
    mutation,
    decision: {
      allowed: mutation.allowed && decision.allowed,
      findings: isChanged
        ? decision.findings.map((finding) => ({
            ...finding,
            path: trace.placeBefore(input.object, object, finding.path),
          }))
        : decision.findings,
      errors: [...errors, ...decision.errors.filter((error) => !errors.some((known) => same(known, error)))],
      evaluated: [...new Set([...evaluated, ...decision.evaluated])].sort(),
      imprecise: mutation.imprecise || decision.imprecise,
    },
  };
}

function same(
  a: { readonly policy: string; readonly message: string },
  b: { readonly policy: string; readonly message: string },
): boolean {
  return a.policy === b.policy && a.message === b.message;
}
