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
  const { whole, takesOptional } = wholeOf(part, tree.expr);
  // Round brackets about a part of the chain are not in the places of its parts.
  if (!isBalanced(source.slice(operand.start, whole.end))) return undefined;
  const rest = source.slice(operand.end, part.end);
  const optional = rest.trimStart().startsWith('.') ? rest.replace('.', '.?') : rest.replace('[', '[?');
  const selection = source.slice(operand.start, operand.end) + optional + source.slice(part.end, whole.end);
  // `has` and an optional step take what is optional as it is.
  const fallback = takesOptional ? '' : fallbackOf(tree.typeOf(whole));
  if (fallback === undefined) return undefined;
  const form = fallback === '' ? selection : `${selection}.orValue(${fallback})`;
  const rewritten = source.slice(0, operand.start) + form + source.slice(whole.end);
  return compile(rewritten, environment).ok ? { form, start: operand.start, end: whole.end } : undefined;
}

const literals = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g;

/** The text of an expression, with the round brackets that it begins with. */
export function textOf(
  { start, end }: Expr,
  source: string,
): { readonly text: string; readonly start: number } {
  let from = start;
  while (from > 0 && source[from - 1] === '(' && !isBalanced(source.slice(from, end))) from--;
  return { text: source.slice(from, end).replaceAll(/\s+/g, ' '), start: from };
}

function isBalanced(text: string): boolean {
  let open = 0;
  for (const character of text.replaceAll(literals, '')) {
    if (character === '(') open++;
    else if (character === ')' && open-- === 0) return false;
  }
  return open === 0;
}

interface Chain {
  readonly whole: Expr;
  readonly takesOptional: boolean;
}

/** The whole chain of selections that a part begins, up to what is done with its value; whether that may be optional. */
function wholeOf(part: Expr, root: Expr): Chain {
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
    if (goesOn) whole = parent;
    else return { whole, takesOptional: parent !== undefined && isOptionalStep(parent, whole) };
  }
}

function isOptionalStep(parent: Expr, operand: Expr): boolean {
  if (parent.kind === 'select') return parent.test;
  return parent.kind === 'call' && ['_?._', '_[?_]'].includes(parent.name) && parent.args[0] === operand;
}
