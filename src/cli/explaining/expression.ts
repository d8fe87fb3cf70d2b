import { CelError, type TraceStep, type Value } from '../../cel/index.ts';
import type { ExplainedExpression } from '../../model/index.ts';
import { printable } from '../../report/index.ts';
import { preview } from '../evaluating/preview.ts';
import { sourceOf, type TraceNode, traceTree } from '../evaluating/trace.ts';

/** Columns for the source of a part, and for its value. */
const sourceWidth = 60;
const valueWidth = 56;
/** Rows for one expression; more are counted. */
const mostRows = 60;
/** Parts of one part, such as the turns of a loop. */
const mostParts = 12;
/** As much of a part as can be shown, blanks aside. */
const longestQuote = 1000;

/** The parts of an expression that was evaluated, as a tree. */
export function partsOf({ source, steps, value }: ExplainedExpression): readonly TraceNode[] {
  return traceTree(source, steps as readonly TraceStep[], value as Value | CelError);
}

/** The value of every part of an expression, a line each. */
export function expressionLines(expression: ExplainedExpression, indent: string): readonly string[] {
  const { source, cut } = expression;
  const rows: { readonly source: string; readonly value: string }[] = [];
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

function rowOf(text: string, node: TraceNode, depth: number): { source: string; value: string } {
  const { value } = node;
  const indent = indentOf(depth);
  const source = printable(sourceOf(text, node).slice(0, longestQuote).replaceAll(/\s+/g, ' '));
  const width = sourceWidth - indent.length;
  return {
    source: indent + (source.length > width ? `${source.slice(0, width - 1)}…` : source),
    value:
      value instanceof CelError
        ? `error: ${printable(value.message)}`
        : printable(preview(value, valueWidth)),
  };
}

const indentOf = (depth: number): string => '  '.repeat(Math.min(depth, 12));

export function count(number: number, one: string): string {
  return `${figure(number)} ${number === 1 || one === 'more' ? one : `${one}s`}`;
}

export const figure = (value: number): string => String(value).replaceAll(/\B(?=(?:\d{3})+$)/g, ',');
