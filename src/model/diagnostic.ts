import type { DiagnosticCode } from './catalogue.ts';
import type { Span } from './source.ts';

/** Something wrong with a policy document, a manifest or the way Abatis was called. */
export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly severity: 'error' | 'warning';
  /** One sentence, lower case, the user's own values in backticks. */
  readonly message: string;
  /** How to mend it. */
  readonly help?: string;
  readonly file?: string;
  readonly span?: Span;
}
