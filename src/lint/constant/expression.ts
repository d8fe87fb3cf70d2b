import {
  Budget,
  CelError,
  compile,
  type Environment,
  type Expr,
  forEachChild,
  type Tree,
} from '../../cel/index.ts';
import { keyOf, type Variables, variableOf } from '../absence/key.ts';

/** What a constant part may cost to be worked out. */
const budget = 10_000;

/** Nothing is said of what is deeper than this. */
const deepest = 100;

/** The value of a test that has the same one whatever the object is; undefined where that cannot be shown. */
export function constantTruth(
  expr: Expr,
  source: string,
  tree: Tree,
  environment: Environment,
  variables: Variables,
  depth = 0,
): boolean | undefined {
  if (depth > deepest) return undefined;
  const of = (part: Expr): boolean | undefined =>
    constantTruth(part, source, tree, environment, variables, depth + 1);
  if (expr.kind === 'literal') return typeof expr.value === 'boolean' ? expr.value : undefined;
  if (expr.kind === 'call') {
    const { name, args } = expr;
    const [first, second, third] = args;
    if (name === '!_' && first !== undefined) {
      const inner = of(first);
      return inner === undefined ? undefined : !inner;
    }
    if (name === '_&&_' || name === '_||_') return ofSides(name, args, of, source, tree, variables);
    if (name === '_?_:_' && first !== undefined && second !== undefined && third !== undefined) {
      const condition = of(first);
      if (condition !== undefined) return of(condition ? second : third);
      const yes = of(second);
      return yes !== undefined && yes === of(third) ? yes : undefined;
    }
    const size = ofSize(name, first, second);
    if (size !== undefined) return size;
  }
  if (
    expr.kind === 'fold' &&
    (expr.fold === 'all' || expr.fold === 'exists') &&
    expr.condition !== undefined
  ) {
    // Over nothing `all` is true and `exists` is false; over anything the condition decides.
    const condition = of(expr.condition);
    if (expr.fold === 'all' && condition === true) return true;
    if (expr.fold === 'exists' && condition === false) return false;
  }
  return readsNothing(expr, tree) ? worked(source.slice(expr.start, expr.end), environment) : undefined;
}

function ofSides(
  name: '_&&_' | '_||_',
  sides: readonly Expr[],
  of: (part: Expr) => boolean | undefined,
  source: string,
  tree: Tree,
  variables: Variables,
): boolean | undefined {
  const decisive = name === '_||_';
  const values = sides.map(of);
  if (values.includes(decisive)) return decisive;
  if (values.every((value) => value === !decisive)) return !decisive;
  return contradict(sides, name, source, tree, variables) ? decisive : undefined;
}

/**
 * `a && !a`, `x == 1 && x == 2`, and what is always true in the same way: `a || !a`, `x != 1 || x != 2`.
 */
function contradict(
  sides: readonly Expr[],
  name: '_&&_' | '_||_',
  source: string,
  tree: Tree,
  variables: Variables,
): boolean {
  const operator = name === '_&&_' ? '_==_' : '_!=_';
  const texts = new Set<string>();
  const negated = new Set<string>();
  const values = new Map<string, unknown>();
  for (const side of sides) {
    if (side.kind === 'call' && side.name === '!_' && side.args[0] !== undefined) {
      negated.add(textOf(side.args[0], source));
    } else texts.add(textOf(side, source));
    if (side.kind !== 'call' || side.name !== operator) continue;
    const [left, right] = side.args;
    const key = left === undefined ? undefined : keyOf(left, tree, new Map(), variables);
    if (key === undefined || right?.kind !== 'literal' || typeof right.value === 'object') continue;
    if (values.has(key) && !same(values.get(key), right.value)) return true;
    values.set(key, right.value);
  }
  return [...texts].some((text) => negated.has(text));
}

/** Numbers of different types may be equal. */
function same(left: unknown, right: unknown): boolean {
  return typeof left !== typeof right || left === right;
}

function textOf(expr: Expr, source: string): string {
  return source.slice(expr.start, expr.end).replaceAll(/\s+/g, ' ');
}

/** A size is never less than nothing. */
function ofSize(name: string, left: Expr | undefined, right: Expr | undefined): boolean | undefined {
  if (left?.kind !== 'call' || left.name !== 'size' || right?.kind !== 'literal') return undefined;
  const { value } = right;
  if (typeof value !== 'number' && typeof value !== 'bigint') return undefined;
  if ((name === '_>=_' && value <= 0) || (name === '_>_' && value < 0)) return true;
  if ((name === '_<_' && value <= 0) || (name === '_<=_' && value < 0)) return false;
  if (value >= 0) return undefined;
  return name === '_==_' ? false : name === '_!=_' ? true : undefined;
}

function readsNothing(expr: Expr, tree: Tree): boolean {
  if (expr.kind === 'ident') {
    const kind = tree.referenceOf(expr)?.kind;
    return kind === 'constant' || kind === 'type';
  }
  if (variableOf(expr, tree) !== undefined) return false;
  let nothing = true;
  forEachChild(expr, (child) => {
    nothing &&= readsNothing(child, tree);
  });
  return nothing && expr.kind !== 'fold' && expr.kind !== 'bind';
}

/** A part of a text may lack a bracket that is in front of it; then it does not parse, and nothing is known. */
function worked(source: string, environment: Environment): boolean | undefined {
  const compiled = compile(source, environment);
  if (!compiled.ok) return undefined;
  const value = compiled.program.evaluate({}, new Budget(budget));
  return value instanceof CelError || typeof value !== 'boolean' ? undefined : value;
}
