import type { DiagnosticCode } from '../model/index.ts';

/** Something wrong with a text, by offsets into it. */
export interface TextProblem {
  readonly code: DiagnosticCode;
  readonly message: string;
  readonly help?: string;
  readonly start: number;
  readonly end: number;
}
