import type { Call, Expr, Fold, Tree } from '../../cel/index.ts';
import { both, either, type Facts, nothingKnown, operationIs, operationIsNot, present } from './facts.ts';
import { keyOf, type Names, segmentOf, type Variables, variableOf } from './key.ts';

/** What is known where an expression is true, and where it is false. */
export interface Truths {
  readonly whenTrue: Facts;
  readonly whenFalse: Facts;
}

const none: Truths = { whenTrue: nothingKnown, whenFalse: nothingKnown };

/** Expressions and the variables in them are followed so deep. */
const deepest = 200;

const ofVariables = new WeakMap<Expr, Truths>();

/** What a test says of presence. */
export function truthsOf(expr: Expr, tree: Tree, names: Names, variables: Variables, depth = 0): Truths {
  if (depth > deepest) return none;
  const of = (part: Expr): Truths => truthsOf(part, tree, names, variables, depth + 1);
  const key = (part: Expr): string | undefined => keyOf(part, tree, names, variables);
  const there = (part: Expr): Truths => ({ whenTrue: present(key(part)), whenFalse: nothingKnown });
  switch (expr.kind) {
    case 'literal':
      if (expr.value === true) return { whenTrue: nothingKnown, whenFalse: 'never' };
      return expr.value === false ? { whenTrue: 'never', whenFalse: nothingKnown } : none;
    case 'select': {
      if (expr.test) {
        const operand = key(expr.operand);
        return operand === undefined
          ? none
          : { whenTrue: present(`${operand}.${expr.field}`), whenFalse: nothingKnown };
      }
      const variable = variableOf(expr, tree);
      const meant = variable === undefined ? undefined : variables(variable);
      if (meant === undefined) return none;
      const known = ofVariables.get(meant.expr);
      if (known !== undefined) return known;
      const made = truthsOf(meant.expr, meant.tree, new Map(), variables, depth + 1);
      ofVariables.set(meant.expr, made);
      return made;
    }
    case 'fold':
      return ofFold(expr, key);
    case 'call':
      return ofCall(expr, tree, of, key, there);
    default:
      return none;
  }
}

/** `exists` is true, and `all` false, only where there is something to look at. */
function ofFold({ fold, range }: Fold, key: (part: Expr) => string | undefined): Truths {
  const [value, fallback] = orValue(range) ?? [];
  if (value === undefined || fallback?.kind !== 'list' || fallback.elements.length > 0) return none;
  const there = present(key(value));
  if (fold === 'exists' || fold === 'existsOne') return { whenTrue: there, whenFalse: nothingKnown };
  return fold === 'all' ? { whenTrue: nothingKnown, whenFalse: there } : none;
}

function ofCall(
  call: Call,
  tree: Tree,
  of: (part: Expr) => Truths,
  key: (part: Expr) => string | undefined,
  there: (part: Expr) => Truths,
): Truths {
  const { name, args, target } = call;
  const [first, second, third] = args;
  if (name === '_&&_' || name === '_||_') {
    const sides = args.map(of);
    const all = sides.map((side) => (name === '_&&_' ? side.whenTrue : side.whenFalse)).reduce(both);
    const some = sides.map((side) => (name === '_&&_' ? side.whenFalse : side.whenTrue)).reduce(either);
    return name === '_&&_' ? { whenTrue: all, whenFalse: some } : { whenTrue: some, whenFalse: all };
  }
  if (name === '!_' && first !== undefined) return swapped(of(first));
  if (name === '_?_:_' && first !== undefined && second !== undefined && third !== undefined) {
    const [condition, yes, no] = [of(first), of(second), of(third)];
    return {
      whenTrue: either(both(condition.whenTrue, yes.whenTrue), both(condition.whenFalse, no.whenTrue)),
      whenFalse: either(both(condition.whenTrue, yes.whenFalse), both(condition.whenFalse, no.whenFalse)),
    };
  }
  if (name === '@in' && first !== undefined && second !== undefined) return ofIn(first, second, tree, key);
  if (name === 'hasValue' && target !== undefined) return there(target);
  if (name === 'orValue' && target !== undefined && first?.kind === 'literal') {
    if (first.value === false) return there(target);
    return first.value === true ? swapped(there(target)) : none;
  }
  if ((name === '_==_' || name === '_!=_') && first !== undefined && second !== undefined) {
    const equal = ofEquality(first, second, tree, key);
    return name === '_==_' ? equal : swapped(equal);
  }
  if (name === '_>_' && first !== undefined && isLiteral(second, (value) => Number(value) >= 0)) {
    return ofSize(first, key);
  }
  if (['startsWith', 'endsWith', 'contains'].includes(name) && target !== undefined) {
    const [value, fallback] = orValue(target) ?? [];
    const isWord = isLiteral(first, (word) => word !== '');
    if (value !== undefined && isWord && isLiteral(fallback, (text) => text === '')) return there(value);
  }
  return none;
}

/** `'x' in object.metadata.labels`, `x.orValue("") in [...]`, `request.operation in [...]`. */
function ofIn(item: Expr, range: Expr, tree: Tree, key: (part: Expr) => string | undefined): Truths {
  const words = range.kind === 'list' ? range.elements.map(textOf) : undefined;
  if (words?.every((word) => word !== undefined) === true) {
    if (isOperation(item, tree)) return ofOperations(words as string[]);
    const [value, fallback] = orValue(item) ?? [];
    const instead = fallback === undefined ? undefined : textOf(fallback);
    if (value === undefined || instead === undefined || words.includes(instead)) return none;
    return { whenTrue: present(key(value)), whenFalse: nothingKnown };
  }
  const [optional] = orValue(range) ?? [];
  const container = key(optional ?? range);
  const segment = segmentOf(item, key);
  if (container === undefined || segment === undefined) return none;
  return { whenTrue: present(`${container}${segment}`), whenFalse: nothingKnown };
}

function ofEquality(left: Expr, right: Expr, tree: Tree, key: (part: Expr) => string | undefined): Truths {
  const word = textOf(right);
  if (word !== undefined && isOperation(left, tree)) return ofOperations([word]);
  if (right.kind !== 'literal') return none;
  const path = key(left);
  if (right.value === null && (path === 'object' || path === 'oldObject')) {
    return { whenTrue: path === 'object' ? operationIs(['DELETE']) : nothingKnown, whenFalse: present(path) };
  }
  const [value, fallback] = orValue(left) ?? [];
  if (value !== undefined && fallback?.kind === 'literal') {
    const there = present(key(value));
    const isFallback = fallback.value === right.value;
    return isFallback
      ? { whenTrue: nothingKnown, whenFalse: there }
      : { whenTrue: there, whenFalse: nothingKnown };
  }
  return right.value === 0 || right.value === 0n ? swapped(ofSize(left, key)) : none;
}

/** `size(x.orValue([]))` that is more than nothing. */
function ofSize(size: Expr, key: (part: Expr) => string | undefined): Truths {
  if (size.kind !== 'call' || size.name !== 'size') return none;
  const [value] = orValue(size.target ?? size.args[0]) ?? [];
  return value === undefined ? none : { whenTrue: present(key(value)), whenFalse: nothingKnown };
}

function ofOperations(some: readonly string[]): Truths {
  return { whenTrue: operationIs(some), whenFalse: operationIsNot(some) };
}

function isOperation(expr: Expr, tree: Tree): boolean {
  if (expr.kind !== 'select' || expr.field !== 'operation' || expr.operand.kind !== 'ident') return false;
  const reference = tree.referenceOf(expr.operand);
  return reference?.kind === 'variable' && reference.name === 'request';
}

/** What `x.orValue(y)` is made of. */
function orValue(expr: Expr | undefined): readonly [Expr, Expr] | undefined {
  if (expr?.kind !== 'call' || expr.name !== 'orValue') return undefined;
  const { target, args } = expr;
  return target === undefined || args[0] === undefined ? undefined : [target, args[0]];
}

function textOf(expr: Expr): string | undefined {
  return expr.kind === 'literal' && typeof expr.value === 'string' ? expr.value : undefined;
}

function isLiteral(expr: Expr | undefined, test: (value: unknown) => boolean): boolean {
  return expr?.kind === 'literal' && test(expr.value);
}

function swapped({ whenTrue, whenFalse }: Truths): Truths {
  return { whenTrue: whenFalse, whenFalse: whenTrue };
}
