import { CelError, describe, OptionalValue, type TraceStep, type Value } from '../../cel/index.ts';

/** A sub-expression that was evaluated, and those within it in the order of evaluation. */
export interface TraceNode {
  readonly start: number;
  readonly end: number;
  /** An error in the sub-expression that ended the evaluation. */
  readonly value: Value | CelError;
  readonly children: readonly TraceNode[];
  /** Left from a turn of a loop that failed, which `all` and `exists` forgive. */
  readonly forgiven?: boolean;
}

/** What follows the operand of a macro that evaluates it twice, or is expanded into several calls of one span. */
const afterOperand = /\s*\.\s*(optMap|optFlatMap|sortBy)\s*\(/y;
const beforeBody = /\.\s*opt(?:Flat)?Map\s*\(\s*\w+\s*,\s*$/;

/**
 * The steps of an evaluation as a tree: each step comes after those within it, in a loop all of them once a turn.
 * What macros are expanded into is drawn together again, and what stands written out in the source is left out,
 * for it is its own value.
 */
export function traceTree(
  source: string,
  steps: readonly TraceStep[],
  outcome: Value | CelError,
): readonly TraceNode[] {
  const pending: TraceNode[] = [];
  for (const step of steps) add(source, pending, step);
  if (outcome instanceof CelError && outcome.start >= 0 && outcome.end > outcome.start) {
    const { start, end } = outcome;
    add(source, pending, { start, end, value: outcome });
  }
  return withoutLiterals(source, pending);
}

function add(source: string, pending: TraceNode[], step: Omit<TraceNode, 'children'>): void {
  const last = pending.at(-1);
  if (last !== undefined && isSame(last, step) && isOneOfTwo(source, step)) {
    pending[pending.length - 1] = { ...step, children: last.children };
    return;
  }
  let from = pending.length;
  while (from > 0 && isWithin(pending[from - 1] as TraceNode, step)) from--;
  const parts = pending.splice(from);
  const before = pending.at(-1);
  if (before !== undefined && isSame(before, step) && isContinued(source, before, step, parts)) {
    pending.pop();
    const [operand] = before.children;
    const more = parts.filter((part) => operand === undefined || !isSame(part, operand));
    pending.push({ ...step, children: [...before.children, ...more] });
    return;
  }
  // A part that comes twice is left from an earlier turn of a loop around the step, in which the step failed.
  const lost = parts.findIndex((part) => part.forgiven !== true);
  const first = parts[lost];
  const begin = first === undefined ? parts.length : parts.findLastIndex((part) => isSame(part, first));
  const earlier = parts.slice(0, begin).map((part) => ({ ...part, forgiven: true }));
  pending.push(...earlier, { ...step, children: parts.slice(begin) });
}

interface Place {
  readonly start: number;
  readonly end: number;
}

const isSame = (a: Place, b: Place): boolean => a.start === b.start && a.end === b.end;
const isWithin = (inner: Place, outer: Place): boolean =>
  inner.start >= outer.start && inner.end <= outer.end && !isSame(inner, outer);

function macroBehind(source: string, offset: number): string | undefined {
  afterOperand.lastIndex = offset;
  return afterOperand.exec(source)?.[1];
}

/** Whether a step is reported twice in a row: the body of `optMap` and the binding around it, the list of `sortBy`. */
function isOneOfTwo(source: string, { start, end }: Place): boolean {
  return (
    macroBehind(source, end) === 'sortBy' || beforeBody.test(source.slice(Math.max(0, start - 100), start))
  );
}

/** Whether `before` is an earlier step of the same evaluation of a macro, rather than that of an earlier turn. */
function isContinued(
  source: string,
  before: TraceNode,
  step: { readonly value: unknown },
  between: readonly TraceNode[],
): boolean {
  const [operand] = before.children;
  const macro = operand === undefined ? undefined : macroBehind(source, operand.end);
  if (macro === undefined) return false;
  if (macro === 'sortBy') return between.length <= 1;
  return !(before.value instanceof OptionalValue) || before.value === step.value;
}

/**
 * The source of a sub-expression, with the parentheses that belong to it: a span ends with what stands within them.
 */
export function sourceOf(source: string, { start, end }: Place): string {
  const quoted = source.slice(start, end).replaceAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, '');
  let [from, to] = [start, end];
  let open = 0;
  let unopened = 0;
  for (const sign of quoted) {
    if (sign === '(') open++;
    else if (sign === ')' && open > 0) open--;
    else if (sign === ')') unopened++;
  }
  for (; open > 0 && /^\s*\)/.test(source.slice(to, to + 100)); open--) to = source.indexOf(')', to) + 1;
  for (; unopened > 0 && /\(\s*$/.test(source.slice(Math.max(0, from - 100), from)); unopened--) {
    from = source.lastIndexOf('(', from - 1);
  }
  return source.slice(from, to);
}

function withoutLiterals(source: string, nodes: readonly TraceNode[]): readonly TraceNode[] {
  return nodes
    .filter(({ start, end, value }) => !isWrittenOut(source.slice(start, end), value))
    .map((node) => ({ ...node, children: withoutLiterals(source, node.children) }));
}

/** More than this is not looked through for whether it is all literals. */
const longestLiteral = 1000;

function isWrittenOut(text: string, value: Value | CelError): boolean {
  if (
    value instanceof CelError ||
    text.length > longestLiteral ||
    !/^[\d"'[{.brRB+-]|^(?:true|false|null)$/.test(text)
  )
    return false;
  return bare(text) === bare(describe(value));
}

const bare = (text: string): string => text.replaceAll(/\s+/g, '').replaceAll("'", '"');
