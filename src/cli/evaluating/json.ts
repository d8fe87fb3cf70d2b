import { CelError, type Json, showType, toJson, typeOf, type Value } from '../../cel/index.ts';
import type { Outcome } from './evaluate.ts';
import { preview, sizeOf } from './preview.ts';
import { type Source, spanOf } from './source.ts';
import { sourceOf, type TraceNode } from './trace.ts';

/** What JSON may hold as it is and a terminal would act upon; it stands in texts only. */
const active = /[\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu;

/** Outcomes for programs: one document, a list of items where they were selected. */
export function json(expression: Source, outcomes: readonly Outcome[], items: boolean): string {
  const values = new Values();
  const documents = outcomes.map((outcome) => documentOf(expression, values, outcome));
  return textOf(items ? { items: documents } : documents[0]);
}

/** A document as JSON that a terminal may be shown, every integer to its last digit. */
export function textOf(document: unknown): string {
  const text = JSON.stringify(document, exactly, 2);
  return `${text.replace(active, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`;
}

function documentOf({ text }: Source, values: Values, outcome: Outcome) {
  const { path, value, type, cost, limit, variablesCost, trace } = outcome;
  return {
    ...(path !== undefined && { path }),
    ...(value instanceof CelError ? { error: errorOf(text, value) } : { ...values.of(value), type }),
    cost,
    limit,
    ...(variablesCost > 0 && { variablesCost }),
    ...(trace !== undefined && { trace: trace.nodes.map((node) => traced(text, values, node)) }),
    ...(trace?.cut === true && { traceCut: true }),
  };
}

/** An error, and where in the expression it happened. */
export function errorOf(text: string, { message, start, end, valueType }: CelError) {
  const known = start >= 0 && end > start;
  return {
    message,
    ...(valueType !== undefined && { valueType }),
    ...(known && { expression: text.slice(start, end), ...placeOf(text, start, end) }),
  };
}

function placeOf(text: string, from: number, to: number) {
  const { start, end } = spanOf(text, from, to);
  return { line: start.line, column: start.column, endLine: end.line, endColumn: end.column };
}

export interface TracedJson {
  readonly expression: string;
  readonly value?: Json;
  readonly shortened?: string;
  readonly type?: string;
  readonly error?: string;
  readonly parts?: readonly TracedJson[];
}

/** A part of an expression with its value, and the parts within it. */
export function traced(text: string, values: Values, node: TraceNode): TracedJson {
  const { start, end, value, children } = node;
  return {
    expression: sourceOf(text, node),
    ...placeOf(text, start, end),
    ...(value instanceof CelError
      ? { error: value.message }
      : { ...values.of(value), type: showType(typeOf(value)) }),
    ...(children.length > 0 && { parts: children.map((child) => traced(text, values, child)) }),
  };
}

/** What values may take together; a list can hold a large one a thousand times. */
const longestDocument = 16 * 1024 * 1024;

/** The values of one document, as JSON while there is room, else the beginning of what CEL would write. */
export class Values {
  #room = longestDocument;

  of(value: Value): { readonly value: Json } | { readonly shortened: string } {
    const size = sizeOf(value, this.#room);
    if (size === undefined) return { shortened: preview(value, 200) };
    this.#room -= size;
    return { value: toJson(value) };
  }
}

/** Integers beyond 2^53 as they are, to the last digit. */
function exactly(_key: string, value: unknown): unknown {
  if (typeof value !== 'bigint') return value;
  return (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(String(value));
}
