import type { CelError, TraceStep, Value } from '../../cel/index.ts';
import type { ExplainedExpression } from '../../model/index.ts';
import { figure, indentOf, type Row, rowOf } from '../evaluating/row.ts';
import { type TraceNode, traceTree } from '../evaluating/trace.ts';

/** Rows for one expression; more are counted. */
const mostRows = 60;
/** Parts of one part, such as the turns of a loop. */
const mostParts = 12;

/** The parts of an expression that was evaluated, as a tree. */
export function partsOf({ source, steps, value }: ExplainedExpression): readonly TraceNode[] {
  return traceTree(source, steps as readonly TraceStep[], value as Value | CelError);
}

/** The value of every part of an expression, a line each. */
export function expressionLines(expression: ExplainedExpression, indent: string): readonly string[] {
  const { source, cut } = expression;
  const rows: Row[] = [];
  let left = 0;
  const visit = (node: TraceNode, depth: number): void => {
    if (rows.length === mostRows) left++;
    else rows.push(rowOf(source, node, depth));
    const { children } = node;
    const skipped = children.length - mostParts - 1;
    for (const [index, child] of children.entries()) {
      // The beginning shows what is done, and the end why it went no further.
      if (skipped <= 0 || index < mostParts / 2 || index > skipped + mostParts / 2) visit(child, depth + 1);
      else if (index === mostParts / 2 && rows.length < mostRows) {
        rows.push({ source: `${indentOf(depth + 1)}… ${figure(skipped + 1)} more`, value: '' });
      }
    }
  };
  for (const node of partsOf(expression)) visit(node, 0);
  const width = Math.max(0, ...rows.map((row) => row.source.length));
  return [
    ...rows.map((row) => `${indent}${row.source.padEnd(width)}  ${row.value}`.trimEnd()),
    ...(left > 0 || cut ? [`${indent}… ${cut ? 'more' : figure(left)} values are not shown`] : []),
  ];
}

export function count(number: number, one: string): string {
  return `${figure(number)} ${number === 1 || one === 'more' ? one : `${one}s`}`;
}
