import type { Expr, FieldInit, Fold, MapEntry } from './ast.ts';
import type { Value } from './value.ts';

/** Makes the nodes of one expression, numbering them. */
export class NodeFactory {
  /** How many nodes there are; their numbers are below it. */
  count = 0;

  literal(start: number, end: number, value: Value): Expr {
    return { kind: 'literal', id: this.count++, start, end, value };
  }
  ident(start: number, end: number, name: string): Expr {
    return { kind: 'ident', id: this.count++, start, end, name };
  }
  select(start: number, end: number, operand: Expr, field: string, test: boolean): Expr {
    return { kind: 'select', id: this.count++, start, end, operand, field, test };
  }
  call(start: number, end: number, name: string, args: readonly Expr[], target?: Expr): Expr {
    return { kind: 'call', id: this.count++, start, end, name, target, args };
  }
  list(start: number, end: number, elements: readonly Expr[], optional?: readonly boolean[]): Expr {
    return { kind: 'list', id: this.count++, start, end, elements, optional };
  }
  map(start: number, end: number, entries: readonly MapEntry[]): Expr {
    return { kind: 'map', id: this.count++, start, end, entries };
  }
  struct(start: number, end: number, name: string, fields: readonly FieldInit[]): Expr {
    return { kind: 'struct', id: this.count++, start, end, name, fields };
  }
  fold(start: number, end: number, fold: Omit<Fold, 'kind' | 'id' | 'start' | 'end'>): Expr {
    return { kind: 'fold', id: this.count++, start, end, ...fold };
  }
  bind(start: number, end: number, name: string, value: Expr, body: Expr): Expr {
    return { kind: 'bind', id: this.count++, start, end, name, value, body };
  }
}
