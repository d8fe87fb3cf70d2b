import { writeJson } from '../jsonpatch/index.ts';
import { formatPath } from '../jsonpath/index.ts';
import type { FieldChange, Mutated } from '../model/index.ts';
import type { Colours } from './colours.ts';
import { printable } from './printable.ts';

/** How much of a value is shown, in UTF-16 code units. */
const longest = 160;

/** Changes of one mutation that are shown; the rest are counted. */
const most = 20;

/** What a mutation changed or would change, as a diff: what was there behind `-`, what is there now behind `+`. */
export function amendmentLines(
  mutated: Mutated,
  isApplied: boolean,
  indent: string,
  paint: Colours,
): string[] {
  const { policy, mutation, changes, assumed, binding, overridden, exception } = mutated;
  const notes = [
    ...(isApplied
      ? []
      : overridden === undefined && exception === undefined
        ? ['only noted']
        : ['switched off']),
    ...(assumed ? ['assumed, for want of what only the cluster knows'] : []),
    ...(binding === undefined ? [] : [`by binding ${binding}`]),
    ...(overridden === undefined ? [] : [`overridden: ${overridden.reason}`]),
    ...(exception === undefined ? [] : [`excepted by ${exception.name}: ${exception.reason}`]),
  ];
  const label = isApplied ? paint.good('amend') : paint.faint('audit');
  const name = paint.strong(printable(`${policy}/${mutation}`));
  const note = notes.length === 0 ? '' : ` ${paint.faint(printable(`(${notes.join(', ')})`))}`;
  const rest = changes.length - most;
  return [
    `  ${label} ${name}${note}`,
    ...changes.slice(0, most).flatMap((change) => changeLines(change, indent, paint)),
    ...(rest > 0 ? [`${indent}… and ${rest} more changes`] : []),
  ];
}

/** One change as a diff. */
export function changeLines(
  { op, path, value, before }: FieldChange,
  indent: string,
  paint: Colours,
): string[] {
  const place = printable(formatPath(path));
  return [
    ...(op === 'add' ? [] : [`${indent}${paint.bad(`- ${place}: ${show(before)}`)}`]),
    ...(op === 'remove' ? [] : [`${indent}${paint.good(`+ ${place}: ${show(value)}`)}`]),
  ];
}

function show(value: unknown): string {
  const text = printable(typeof value === 'string' ? value : writeJson(value));
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}
