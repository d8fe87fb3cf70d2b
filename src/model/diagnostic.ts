import type { DiagnosticCode } from './catalogue.ts';
import type { Path, Span } from './source.ts';

/** Something wrong with a policy document, a manifest or the way Abatis was called. */
export interface Diagnostic {
  readonly code: DiagnosticCode;
  /** What must be mended, what most probably should be, and what is worth knowing. */
  readonly severity: 'error' | 'warning' | 'note';
  /** One sentence, lower case, the user's own values in backticks. */
  readonly message: string;
  /** How to mend it. */
  readonly help?: string;
  readonly file?: string;
  readonly span?: Span;
  /** In a document that never was text, such as one of a cluster: what a span would show. */
  readonly path?: Path;
}
