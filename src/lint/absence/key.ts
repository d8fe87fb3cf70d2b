import type { Expr, Tree } from '../../cel/index.ts';

/** Which expression the names of macros stand for, by name. */
export type Names = ReadonlyMap<string, string>;

/** Finds what `variables.<name>` stands for: the expression and the tree that it is a part of. */
export type Variables = (name: string) => { readonly expr: Expr; readonly tree: Tree } | undefined;

/** How deep variables may stand for others, and paths may be. */
const deepest = 32;

/**
 * What an expression reads, as a text that two expressions share where they read the same: `object.spec.replicas`.
 * What is optional has the key of the value in it. Undefined for everything that is no path.
 */
export function keyOf(
  expr: Expr,
  tree: Tree,
  names: Names,
  variables: Variables,
  depth = 0,
): string | undefined {
  if (depth > deepest) return undefined;
  const of = (part: Expr): string | undefined => keyOf(part, tree, names, variables, depth + 1);
  const beneath = (part: Expr, segment: string | undefined): string | undefined => {
    const above = of(part);
    return above === undefined || segment === undefined ? undefined : `${above}${segment}`;
  };
  switch (expr.kind) {
    case 'ident': {
      const reference = tree.referenceOf(expr);
      if (reference?.kind === 'local') return names.get(reference.name);
      return reference?.kind === 'variable' ? reference.name : undefined;
    }
    case 'select': {
      if (expr.test) return undefined;
      const variable = variableOf(expr, tree);
      const meant = variable === undefined ? undefined : variables(variable);
      if (meant !== undefined) {
        const key = keyOf(meant.expr, meant.tree, new Map(), variables, depth + 1);
        if (key !== undefined) return key;
      }
      return beneath(expr.operand, `.${expr.field}`);
    }
    case 'call': {
      const [first, second] = expr.args;
      if (expr.target !== undefined && expr.name === 'value') return of(expr.target);
      if (expr.target !== undefined && expr.name === 'or') return undefined;
      if (first === undefined) return undefined;
      if (expr.name === 'dyn' && expr.args.length === 1) return of(first);
      if (second === undefined) return undefined;
      if (['_[_]', '_[?_]', '_?._'].includes(expr.name)) return beneath(first, segmentOf(second, of));
      if (expr.name === '_?_:_' && first.kind === 'call' && first.name === 'hasValue') {
        return first.target === undefined ? undefined : of(first.target);
      }
      return undefined;
    }
    default:
      return undefined;
  }
}

/** The segment that a key in brackets makes: of a text the same as a field's. */
export function segmentOf(key: Expr, of: (part: Expr) => string | undefined): string | undefined {
  if (key.kind === 'literal') {
    if (typeof key.value === 'string') return `.${key.value}`;
    return typeof key.value === 'number' || typeof key.value === 'bigint' ? `[${key.value}]` : undefined;
  }
  const inner = of(key);
  return inner === undefined ? undefined : `[${inner}]`;
}

/** The name in `variables.<name>`. */
export function variableOf(expr: Expr, tree: Tree): string | undefined {
  if (expr.kind !== 'select' || expr.test || expr.operand.kind !== 'ident') return undefined;
  const reference = tree.referenceOf(expr.operand);
  return reference?.kind === 'variable' && reference.name === 'variables' ? expr.field : undefined;
}
