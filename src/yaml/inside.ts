import { getScalarValue, SCALAR_STYLE, type ScalarEvent } from 'js-yaml';

/** A piece of a scalar's value that stands in the text as it is: at `source`, for `value` in the value. */
interface Run {
  readonly value: number;
  readonly source: number;
  readonly length: number;
}

/**
 * Where the code unit at `offset` of a scalar's value stands in the text; its end, for the value's length.
 * Undefined where value and text cannot be brought together: texts in double quotes over several lines.
 */
export function offsetInside(text: string, event: ScalarEvent, offset: number): number | undefined {
  if (event.valueStart < 0) return undefined;
  if (event.fast) return event.valueStart + offset;
  const value = getScalarValue(text, event);
  switch (event.style) {
    case SCALAR_STYLE.SINGLE_QUOTED:
    case SCALAR_STYLE.DOUBLE_QUOTED:
      if (/[\r\n]/.test(text.slice(event.valueStart, event.valueEnd))) return undefined;
      return offsetInQuotes(text, event.valueStart, offset, event.style === SCALAR_STYLE.SINGLE_QUOTED);
    case SCALAR_STYLE.LITERAL_BLOCK:
    case SCALAR_STYLE.FOLDED_BLOCK:
      return offsetInRuns(runsOf(text, event, value, event.indent), offset);
    default:
      return offsetInRuns(runsOf(text, event, value, undefined), offset);
  }
}

const codeUnitEscape = /\\(?:u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|[^uUx])/y;
const codePointEscape = /\\U[0-9A-Fa-f]{8}/y;

/** Goes through a text in quotes on one line, from `start` behind the opening one. */
export function offsetInQuotes(text: string, start: number, offset: number, single: boolean): number {
  let at = start;
  for (let units = 0; units < offset; ) {
    const sign = text.charAt(at);
    if (sign === "'" && single) at += 2;
    else if (sign !== '\\' || single) at++;
    else {
      codePointEscape.lastIndex = at;
      codeUnitEscape.lastIndex = at;
      const wide = codePointEscape.test(text);
      if (!wide) codeUnitEscape.test(text);
      const end = wide ? codePointEscape.lastIndex : Math.max(codeUnitEscape.lastIndex, at + 1);
      if (wide && Number.parseInt(text.slice(at + 2, end), 16) > 0xffff) units++;
      at = end;
    }
    units++;
  }
  return at;
}

/**
 * The lines of a scalar in its value, where they are joined by blanks or line breaks.
 * @param indent how many blanks each line of a block begins with; undefined for lines that are trimmed
 */
function runsOf(text: string, event: ScalarEvent, value: string, indent: number | undefined): readonly Run[] {
  const runs: Run[] = [];
  let reached = 0;
  for (const found of text.slice(event.valueStart, event.valueEnd).matchAll(/[^\r\n]+/g)) {
    const [line] = found;
    const skipped = indent ?? line.length - line.trimStart().length;
    const content = indent === undefined ? line.trim() : line.slice(skipped);
    if (content === '') continue;
    const at = value.indexOf(content, reached);
    if (at < 0 || value.slice(reached, at).trim() !== '') return runs;
    runs.push({ value: at, source: event.valueStart + found.index + skipped, length: content.length });
    reached = at + content.length;
  }
  return runs;
}

/** What joins two lines counts to the end of the first. */
function offsetInRuns(runs: readonly Run[], offset: number): number | undefined {
  const run = runs.findLast(({ value }) => value <= offset) ?? runs[0];
  return run === undefined ? undefined : run.source + Math.min(Math.max(0, offset - run.value), run.length);
}
