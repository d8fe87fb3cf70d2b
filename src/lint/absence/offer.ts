import { compile, type Environment, type Expr, forEachChild, type Tree, type Type } from '../../cel/index.ts';

/** What stands for a value that is not there, by its type. */
function fallbackOf(type: Type): string | undefined {
  switch (type.kind) {
    case 'string':
      return '""';
    case 'int':
      return '0';
    case 'bool':
      return 'false';
    case 'list':
      return '[]';
    case 'map':
      return '{}';
    default:
      return undefined;
  }
}

/** What to write, and what of the expression it takes the place of. */
export interface Offer {
  readonly form: string;
  readonly start: number;
  readonly end: number;
}

/**
 * The same selection in its optional form, `object.spec.?replicas.orValue(0)`, for a part of an expression that reads
 * what may not be there; undefined where there is none that fits in its place.
 */
export function optionalForm(
  source: string,
  part: Expr,
  tree: Tree,
  environment: Environment,
): Offer | undefined {
  const operand = part.kind === 'select' ? part.operand : part.kind === 'call' ? part.args[0] : undefined;
  if (operand === undefined) return undefined;
  const { whole, isTested } = wholeOf(part, tree.expr);
  const rest = source.slice(operand.end, part.end);
  const optional = rest.startsWith('.') ? `.?${rest.slice(1)}` : rest.replace('[', '[?');
  const selection = source.slice(operand.start, operand.end) + optional + source.slice(part.end, whole.end);
  // A test takes what is optional as it is: it is false of what is not there.
  const fallback = isTested ? '' : fallbackOf(tree.typeOf(whole));
  if (fallback === undefined) return undefined;
  const form = fallback === '' ? selection : `${selection}.orValue(${fallback})`;
  const rewritten = source.slice(0, operand.start) + form + source.slice(whole.end);
  return compile(rewritten, environment).ok ? { form, start: operand.start, end: whole.end } : undefined;
}

/** The whole chain of selections that a part begins, up to what is done with its value; whether that is `has`. */
function wholeOf(part: Expr, root: Expr): { readonly whole: Expr; readonly isTested: boolean } {
  const parents = new Map<Expr, Expr>();
  const visit = (expr: Expr): void =>
    forEachChild(expr, (child) => {
      parents.set(child, expr);
      visit(child);
    });
  visit(root);
  for (let whole = part; ; ) {
    const parent = parents.get(whole);
    const goesOn =
      parent !== undefined &&
      ((parent.kind === 'select' && !parent.test) ||
        (parent.kind === 'call' && parent.name === '_[_]' && parent.args[0] === whole));
    if (!goesOn) return { whole, isTested: parent?.kind === 'select' && parent.test };
    whole = parent;
  }
}
