import type { Diagnostic } from '../model/index.ts';
import { type Colours, colours } from './colours.ts';
import { excerpt } from './excerpt.ts';
import { printable } from './printable.ts';

export interface DiagnosticOptions {
  readonly colour: boolean;
  /** The text of a file that a diagnostic names, where it is at hand. */
  readonly text: (file: string) => string | undefined;
}

/**
 * Diagnostics as every command prints them: severity, code and message, where, the source line with carets
 * under what is meant, help.
 */
export function renderDiagnostics(
  diagnostics: readonly Diagnostic[],
  { colour, text }: DiagnosticOptions,
): string {
  const paint = colours(colour);
  return diagnostics.map((diagnostic) => one(diagnostic, paint, text)).join('');
}

function one(
  { severity, code, message, help, file, span }: Diagnostic,
  paint: Colours,
  text: DiagnosticOptions['text'],
): string {
  const mark = marks(paint)[severity];
  const lines = [`${mark(`${severity}[${code}]`)}: ${paint.strong(printable(message))}`];
  if (file !== undefined) {
    const place = span === undefined ? '' : `:${span.start.line}:${span.start.column}`;
    lines.push(`  ${paint.faint('at')} ${printable(file)}${place}`);
    lines.push(...excerptLines(text(file), span, '  ', mark, paint));
  }
  if (help !== undefined) lines.push(`  ${paint.hint('help:')} ${printable(help)}`);
  return `${lines.join('\n')}\n`;
}

function marks(paint: Colours): Readonly<Record<Diagnostic['severity'], (text: string) => string>> {
  return { error: paint.bad, warning: paint.doubtful, note: paint.hint };
}

/** The source line of a span and the carets under it, or nothing where there is no text to show. */
export function excerptLines(
  text: string | undefined,
  span: Diagnostic['span'],
  indent: string,
  mark: (text: string) => string,
  paint: Colours,
): string[] {
  if (text === undefined || span === undefined) return [];
  const shown = excerpt(text, span);
  if (shown === undefined) return [];
  const number = String(shown.line);
  const bar = paint.faint('|');
  return [
    `${indent}${paint.faint(number)} ${bar} ${shown.text}`,
    `${indent}${' '.repeat(number.length)} ${bar} ${mark(shown.marker)}`,
  ];
}
