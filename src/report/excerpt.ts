import type { Span } from '../model/index.ts';
import { printable } from './printable.ts';

/** The line that a span begins on, and what to write under it. */
export interface Excerpt {
  readonly line: number;
  readonly text: string;
  /** Spaces and carets that stand under the span. */
  readonly marker: string;
}

/** Of a longer line, such as a whole document of JSON in one, a window around the span is shown. */
const widest = 96;

/**
 * The source line of a span, with carets for the part of the span that is on it.
 *
 * @returns undefined where the text has no such place, or only blanks there.
 */
export function excerpt(text: string, span: Span): Excerpt | undefined {
  const { offset, line } = span.start;
  if (offset > text.length) return undefined;
  // No further than can be shown: a line may be a whole file, and have a finding every hundred characters.
  const near = Math.max(0, offset - widest - 1);
  const begin = near + text.slice(near, offset).lastIndexOf('\n') + 1;
  const far = Math.min(text.length, offset + widest + 1);
  const lineEnd = text.slice(offset, far).indexOf('\n');
  let end = lineEnd === -1 ? far : offset + lineEnd;
  if (text[end - 1] === '\r' && end > offset) end -= 1;

  let from = begin;
  let to = end;
  if (end - begin > widest) {
    from = Math.max(begin, Math.min(offset - widest / 3, end - widest));
    from = Math.floor(from);
    to = from + widest;
  }
  const before = tidy(text.slice(from, offset));
  const after = text.slice(offset, to);
  if (before.trim() === '' && after.trim() === '') return undefined;

  const marked = tidy(after.slice(0, Math.max(1, Math.min(span.end.offset, to) - offset))).trimEnd();
  const left = from > begin ? '…' : '';
  const right = to < end ? '…' : '';
  return {
    line,
    text: (left + before + tidy(after) + right).trimEnd(),
    marker: ' '.repeat(left.length + before.length) + '^'.repeat(Math.max(1, marked.length)),
  };
}

/** A tab is a column to whoever counts columns, and must be as wide above the carets as in front of them. */
function tidy(text: string): string {
  return printable(text.replaceAll('\t', ' '));
}
