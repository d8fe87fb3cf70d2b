import type { Problem } from '../../cel/index.ts';
import type { Diagnostic, Position, Span } from '../../model/index.ts';

/** A text of CEL from the command line, under the name that problems in it are told by. */
export interface Source {
  /** `expression`, or `variable` and its name. */
  readonly name: string;
  readonly text: string;
}

/** The place of a stretch of an expression, at least one character long. */
export function spanOf(text: string, start: number, end: number): Span {
  return { start: positionOf(text, start), end: positionOf(text, Math.max(end, start + 1)) };
}

function positionOf(text: string, offset: number): Position {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n'), offset };
}

/** What is wrong with an expression before it is run, as the diagnostics that the same text in a policy has. */
export function diagnosticsOf(
  { name, text }: Source,
  problems: readonly Problem[],
  severity: Diagnostic['severity'],
): readonly Diagnostic[] {
  return problems.map(({ message, help, start, end }) => ({
    code: severity === 'error' ? 'AB1305' : 'AB1306',
    severity,
    message,
    ...(help !== undefined && { help }),
    file: name,
    span: spanOf(text, start, end),
  }));
}
