import type { AdmissionInput, EvaluationError, Finding } from '../model/index.ts';

/** A change that was denied, for whoever wants to hear of it. */
export interface Denial {
  readonly input: AdmissionInput;
  /** Those that deny. */
  readonly findings: readonly Finding[];
  /** Those that deny. */
  readonly errors: readonly EvaluationError[];
}

/** Whatever of a decision denies. */
export function denialOf(
  input: AdmissionInput,
  findings: readonly Finding[],
  errors: readonly EvaluationError[],
): Denial {
  return {
    input,
    findings: findings.filter(({ action }) => action === 'Deny'),
    errors: errors.filter(({ denies }) => denies),
  };
}
