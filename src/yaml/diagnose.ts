import type { Diagnostic, DiagnosticCode, DocumentSource, Path } from '../model/index.ts';
import { locate, locateWithin, type Part } from './locate.ts';

/** What is wrong with a document, and at which of its values. */
export interface DocumentProblem {
  readonly code: DiagnosticCode;
  /** `error` where it is absent. */
  readonly severity?: Diagnostic['severity'];
  readonly message: string;
  readonly help?: string;
  readonly path: Path;
  /** Whether the key is at fault rather than the value. */
  readonly part?: Part;
  /** Within the text at `path`, where the fault is narrower than the whole of it; UTF-16 code units. */
  readonly offset?: number;
  readonly length?: number;
}

/** Says where in its file a problem of a document is. */
export function diagnose(problem: DocumentProblem, source: DocumentSource): Diagnostic {
  const { code, severity = 'error', message, help, path, part, offset, length = 0 } = problem;
  const span = offset === undefined ? locate(source, path, part) : locateWithin(source, path, offset, length);
  return {
    code,
    severity,
    message: printable(message),
    ...(help !== undefined && { help: printable(help) }),
    file: source.file,
    ...(span !== undefined && { span }),
    ...(source.text === undefined && { path: [...(source.base ?? []), ...path] }),
  };
}

/** A message quotes what the user wrote, which may hold anything; control characters must not reach a terminal. */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029]/gu, '\uFFFD');
}
