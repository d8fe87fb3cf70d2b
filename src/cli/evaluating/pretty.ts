import { CelError } from '../../cel/index.ts';
import { printable, renderDiagnostics } from '../../report/index.ts';
import type { Outcome, Trace } from './evaluate.ts';
import { preview } from './preview.ts';
import { figure, type Row, rowOf } from './row.ts';
import { type Source, spanOf } from './source.ts';
import type { TraceNode } from './trace.ts';

/** What is shown of the value itself. */
const longestValue = 1_000_000;
/** Rows of a trace; more are counted. */
const mostRows = 1000;

/** Outcomes for people: the value, its type and cost, and the trace. */
export function pretty(expression: Source, outcomes: readonly Outcome[], colour: boolean): string {
  return outcomes.map((outcome) => one(expression, outcome, colour)).join('\n');
}

function one(expression: Source, outcome: Outcome, colour: boolean): string {
  const { path, value, type, cost, limit, variablesCost, trace } = outcome;
  const spent = `cost ${figure(cost)} of ${figure(limit)}`;
  const more = variablesCost > 0 ? `, and ${figure(variablesCost)} for variables` : '';
  const lines = [
    ...(path === undefined ? [] : [`# ${printable(path === '' ? '$' : path)}`]),
    ...(value instanceof CelError
      ? failed(expression, value, colour)
      : [printable(preview(value, longestValue))]),
    `${type === undefined ? '' : `type ${type}, `}${spent}${more}`,
    ...(trace === undefined ? [] : ['', ...table(expression.text, trace)]),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

/** An error of evaluation: what, where in the expression, and what kind of value was there. */
function failed({ name, text }: Source, error: CelError, colour: boolean): readonly string[] {
  const known = error.start >= 0 && error.end > error.start;
  const span = known ? spanOf(text, error.start, error.end) : spanOf(text, 0, text.length);
  const where = error.valueType === undefined ? '' : `, where the value is of type ${error.valueType}`;
  // The excerpt is that of a diagnostic; the heading is not, for there is nothing wrong with the expression as such.
  const diagnostic = { code: 'AB2006', severity: 'error', message: '', file: name, span } as const;
  const [, ...place] = renderDiagnostics([diagnostic], { colour, text: () => text })
    .trimEnd()
    .split('\n');
  return [`error: ${printable(`${error.message}${where}`)}`, ...place];
}

function table(text: string, { nodes, cut }: Trace): readonly string[] {
  const rows: Row[] = [];
  let left = 0;
  const visit = (node: TraceNode, depth: number): void => {
    if (rows.length === mostRows) left++;
    else rows.push(rowOf(text, node, depth));
    for (const child of node.children) visit(child, depth + 1);
  };
  for (const node of nodes) visit(node, 0);
  const width = Math.max(0, ...rows.map(({ source }) => source.length));
  return [
    ...rows.map(({ source, value }) => `${source.padEnd(width)}  ${value}`),
    ...(left > 0 || cut ? [`… ${figure(left)}${cut ? ' and more' : ''} values are not shown`] : []),
  ];
}
