import type { Program } from '../../compile/index.ts';
import type { AdmissionInput, Explanation, Facts } from '../../model/index.ts';
import { admit } from '../admit.ts';
import { nothingKnown } from '../facts.ts';
import { Recorder } from './recorder.ts';

/**
 * As `admit`, and the way there: the same evaluation, taken down while it goes on. Many times slower; for people.
 * @param now in milliseconds since the epoch
 * @param facts as for `admit`
 */
export function explain(
  program: Program,
  input: AdmissionInput,
  now: number,
  facts: Facts = nothingKnown,
): Explanation {
  const recorder = new Recorder(program, now);
  return recorder.explanation(input, admit(program, input, now, facts, recorder));
}
