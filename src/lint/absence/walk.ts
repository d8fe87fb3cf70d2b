import type { Expr, Fold, Tree } from '../../cel/index.ts';
import { both, type Facts, isKnown, nothingKnown, present } from './facts.ts';
import { keyOf, type Names, type Variables, variableOf } from './key.ts';
import { mayBeAbsent } from './schema.ts';
import { truthsOf } from './truth.ts';

/** A part of an expression that reads what may not be there. */
export interface Absence {
  readonly part: Expr;
  readonly tree: Tree;
  /** What it reads: `object.spec.replicas`. */
  readonly key: string;
}

/** Every part is visited once for each way that leads to it; beyond this nothing more is said. */
const mostVisits = 20_000;

/** How many sides of one `&&` or `||` are looked at for what they say of the others. */
const mostSides = 64;

/**
 * Goes through an expression as it is evaluated, and through the variables that it reads, with what is known at each
 * part of it. An error in one side of `&&` and `||` is none where the other side decides, whichever comes first.
 */
export class Walk {
  readonly found: Absence[] = [];
  readonly #variables: Variables;
  readonly #seen = new Set<string>();
  #visits = 0;

  constructor(variables: Variables) {
    this.#variables = variables;
  }

  visit(expr: Expr, tree: Tree, facts: Facts, names: Names = new Map(), variablesDeep = 0): void {
    if (facts === 'never' || this.#visits++ > mostVisits) return;
    const go = (part: Expr, known: Facts = facts, others: Names = names): void =>
      this.visit(part, tree, known, others, variablesDeep);
    switch (expr.kind) {
      case 'select': {
        const variable = variableOf(expr, tree);
        const meant = variable === undefined ? undefined : this.#variables(variable);
        if (meant !== undefined) {
          // A variable is worked out where it is read, and what is known there is known in it.
          if (variablesDeep < 32) this.visit(meant.expr, meant.tree, facts, new Map(), variablesDeep + 1);
          return;
        }
        go(expr.operand);
        if (!expr.test) this.#read(expr, expr.operand, tree, facts, names);
        return;
      }
      case 'call':
        this.#call(expr, tree, facts, names, go);
        return;
      case 'fold':
        this.#fold(expr, tree, facts, names, go);
        return;
      case 'bind': {
        go(expr.value);
        const key = keyOf(expr.value, tree, names, this.#variables) ?? `${expr.name}#${expr.id}`;
        go(expr.body, facts, new Map([...names, [expr.name, key]]));
        return;
      }
      case 'list':
        for (const element of expr.elements) go(element);
        return;
      case 'map':
        for (const { key, value } of expr.entries) {
          go(key);
          go(value);
        }
        return;
      case 'struct':
        for (const { value } of expr.fields) go(value);
        return;
    }
  }

  #call(
    expr: Extract<Expr, { kind: 'call' }>,
    tree: Tree,
    facts: Facts,
    names: Names,
    go: (part: Expr, facts?: Facts) => void,
  ): void {
    const { name, args, target } = expr;
    if (name === '_&&_' || name === '_||_') {
      const decided = args
        .map((side) => truthsOf(side, tree, names, this.#variables))
        .map(({ whenTrue, whenFalse }) => (name === '_&&_' ? whenTrue : whenFalse));
      for (const [index, side] of args.entries()) {
        const others = decided.slice(0, mostSides).filter((_, other) => other !== index);
        go(side, others.reduce(both, facts));
      }
      return;
    }
    const [first, second, third] = args;
    if (name === '_?_:_' && first !== undefined && second !== undefined && third !== undefined) {
      go(first);
      const { whenTrue, whenFalse } = truthsOf(first, tree, names, this.#variables);
      go(second, both(facts, whenTrue));
      go(third, both(facts, whenFalse));
      return;
    }
    if (target !== undefined) go(target);
    for (const arg of args) go(arg);
    if (name === '_[_]' && first !== undefined) this.#read(expr, first, tree, facts, names);
  }

  #fold(
    expr: Fold,
    tree: Tree,
    facts: Facts,
    names: Names,
    go: (part: Expr, facts: Facts, names: Names) => void,
  ): void {
    const { range, variable, variable2, condition, result } = expr;
    go(range, facts, names);
    const own = (name: string): string => `${name}#${expr.id}`;
    const inner = new Map([...names, [variable, own(variable)]]);
    if (variable2 !== undefined) inner.set(variable2, own(variable2));
    const element = variable2 ?? variable;
    const elements = both(
      this.#ofElements(range, tree, names, own(element)),
      this.#inRange(range, tree, names, own(variable)),
    );
    const known = both(facts, elements);
    if (condition !== undefined) go(condition, known, inner);
    if (result === undefined) return;
    const passed =
      condition === undefined ? nothingKnown : truthsOf(condition, tree, inner, this.#variables).whenTrue;
    go(result, both(known, passed), inner);
  }

  /** Where there is an element there is what it is of; of a map it is a key. */
  #inRange(range: Expr, tree: Tree, names: Names, element: string): Facts {
    const optional = range.kind === 'call' && range.name === 'orValue' ? range.target : undefined;
    const key = keyOf(optional ?? range, tree, names, this.#variables);
    return key === undefined ? nothingKnown : both(present(key), present(`${key}[${element}]`));
  }

  /** What a filter lets through is as the filter says. */
  #ofElements(range: Expr, tree: Tree, names: Names, element: string): Facts {
    const variable = variableOf(range, tree);
    const meant = variable === undefined ? undefined : this.#variables(variable);
    if (meant !== undefined) return this.#ofElements(meant.expr, meant.tree, new Map(), element);
    if (range.kind !== 'fold' || range.fold !== 'list' || range.variable2 !== undefined) return nothingKnown;
    const { condition, result, variable: name } = range;
    if (condition === undefined || result?.kind !== 'ident' || result.name !== name) return nothingKnown;
    const facts = truthsOf(condition, tree, new Map([...names, [name, element]]), this.#variables).whenTrue;
    return both(facts, this.#ofElements(range.range, tree, names, element));
  }

  #read(part: Expr, operand: Expr, tree: Tree, facts: Facts, names: Names): void {
    const key = keyOf(part, tree, names, this.#variables);
    const of = keyOf(operand, tree, names, this.#variables);
    if (key === undefined || of === undefined) return;
    const isNull = (of === 'object' || of === 'oldObject') && !isKnown(of, facts);
    const missing = isNull ? of : mayBeAbsent(part, operand, tree) && !isKnown(key, facts) ? key : undefined;
    if (missing === undefined || this.#seen.has(missing)) return;
    this.#seen.add(missing);
    this.found.push({ part: isNull ? operand : part, tree, key: missing });
  }
}
