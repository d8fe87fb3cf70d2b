import type { Value } from './value.ts';

/**
 * The syntax tree. Every node has its span in UTF-16 offsets of the source, and a number by which the checker's
 * findings are kept beside the tree. Operators are calls under cel-go's names (`_&&_`, `_[_]`, `_?._`).
 */
export type Expr = Literal | Ident | Select | Call | ListExpr | MapExpr | StructExpr | Fold | Bind;

interface Node {
  readonly id: number;
  readonly start: number;
  readonly end: number;
}

export interface Literal extends Node {
  readonly kind: 'literal';
  readonly value: Value;
}

export interface Ident extends Node {
  readonly kind: 'ident';
  /** With a leading dot where it was written so. */
  readonly name: string;
}

/** `operand.field`, or `has(operand.field)` where `test` is set. */
export interface Select extends Node {
  readonly kind: 'select';
  readonly operand: Expr;
  readonly field: string;
  readonly test: boolean;
}

export interface Call extends Node {
  readonly kind: 'call';
  readonly name: string;
  /** The receiver of a member call. */
  readonly target: Expr | undefined;
  readonly args: readonly Expr[];
}

export interface ListExpr extends Node {
  readonly kind: 'list';
  readonly elements: readonly Expr[];
  /** Which elements are optional (`[?x]`), parallel to `elements`; undefined where none is. */
  readonly optional: readonly boolean[] | undefined;
}

export interface MapEntry {
  readonly key: Expr;
  readonly value: Expr;
  readonly optional: boolean;
}

export interface MapExpr extends Node {
  readonly kind: 'map';
  readonly entries: readonly MapEntry[];
}

export interface FieldInit {
  readonly name: string;
  readonly value: Expr;
  readonly optional: boolean;
  readonly start: number;
  readonly end: number;
}

/** `Type{field: value}`. */
export interface StructExpr extends Node {
  readonly kind: 'struct';
  readonly name: string;
  readonly fields: readonly FieldInit[];
}

export type FoldKind = 'all' | 'exists' | 'existsOne' | 'list' | 'map' | 'mapEntry';

/**
 * A comprehension: one of the macros that walk a list or map. `list` collects `result` of each element that passes
 * `condition` (`map`, `filter`, `transformList`), `map` and `mapEntry` collect entries.
 */
export interface Fold extends Node {
  readonly kind: 'fold';
  readonly fold: FoldKind;
  readonly range: Expr;
  readonly variable: string;
  /** The second variable: `variable` is then the index or key, this the element or value. */
  readonly variable2: string | undefined;
  /** The predicate of `all`, `exists`, `existsOne`; the filter of the others. */
  readonly condition: Expr | undefined;
  /** What is collected; undefined for predicates. */
  readonly result: Expr | undefined;
}

/** `value` under a name within `body`, evaluated when it is first read (`optMap`, `sortBy`). */
export interface Bind extends Node {
  readonly kind: 'bind';
  readonly name: string;
  readonly value: Expr;
  readonly body: Expr;
}

/** Something wrong with an expression, or worth a warning. */
export interface Problem {
  readonly message: string;
  readonly help?: string;
  /** Span in UTF-16 offsets of the source. */
  readonly start: number;
  readonly end: number;
}

/** `a.b.c` as a qualified name, or undefined where the expression is anything else. */
export function qualifiedName(expr: Expr): string | undefined {
  if (expr.kind === 'ident') return expr.name;
  if (expr.kind !== 'select' || expr.test) return undefined;
  const prefix = qualifiedName(expr.operand);
  return prefix === undefined ? undefined : `${prefix}.${expr.field}`;
}

/** Visits the direct parts of an expression, in order of evaluation. */
export function forEachChild(expr: Expr, visit: (child: Expr) => void): void {
  switch (expr.kind) {
    case 'literal':
    case 'ident':
      break;
    case 'select':
      visit(expr.operand);
      break;
    case 'call':
      if (expr.target !== undefined) visit(expr.target);
      for (const arg of expr.args) visit(arg);
      break;
    case 'list':
      for (const element of expr.elements) visit(element);
      break;
    case 'map':
      for (const entry of expr.entries) {
        visit(entry.key);
        visit(entry.value);
      }
      break;
    case 'struct':
      for (const field of expr.fields) visit(field.value);
      break;
    case 'fold':
      visit(expr.range);
      if (expr.condition !== undefined) visit(expr.condition);
      if (expr.result !== undefined) visit(expr.result);
      break;
    case 'bind':
      visit(expr.value);
      visit(expr.body);
      break;
  }
}
