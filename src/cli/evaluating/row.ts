import { CelError } from '../../cel/index.ts';
import { printable } from '../../report/index.ts';
import { preview } from './preview.ts';
import { sourceOf, type TraceNode } from './trace.ts';

/** Columns for the source of a part of an expression, and for its value. */
const sourceWidth = 60;
const valueWidth = 56;
/** As much of a part as can be shown, blanks aside. */
const longestQuote = 1000;

/** A part of an expression in a table for people. */
export interface Row {
  /** Indented by how deep the part is. */
  readonly source: string;
  readonly value: string;
}

export function rowOf(text: string, node: TraceNode, depth: number): Row {
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

export const indentOf = (depth: number): string => '  '.repeat(Math.min(depth, 12));

/** `1,234,567` */
export const figure = (value: number): string => String(value).replaceAll(/\B(?=(?:\d{3})+$)/g, ',');
