import type { Expr, FoldKind, Problem } from '../ast.ts';
import { type Macro, type MacroCall, variableName } from './macro.ts';

/** `has(a.b)` (cel-go parser/macro.go `MakeHas`). */
function has({ start, end, args, nodes }: MacroCall): Expr | Problem {
  const arg = args[0] as Expr;
  if (arg.kind !== 'select' || arg.test) {
    return {
      message: '`has` takes a field selection',
      help: 'for example `has(object.spec.replicas)`; a key in brackets is tested with `in`',
      start: arg.start,
      end: arg.end,
    };
  }
  return nodes.select(start, end, arg.operand, arg.field, true);
}

/** The macros with one variable: a predicate, or a filter and a transformation. */
const oneVariable =
  (fold: FoldKind) =>
  (call: MacroCall): Expr | Problem => {
    const variable = variableName(call.args[0] as Expr);
    if (typeof variable !== 'string') return variable;
    return call.nodes.fold(call.start, call.end, {
      fold,
      range: call.target as Expr,
      variable,
      variable2: undefined,
      condition: fold !== 'list' || call.args.length === 3 ? call.args[1] : undefined,
      result: fold === 'list' ? call.args[call.args.length - 1] : undefined,
    });
  };

/** `filter` keeps the element itself. */
function filter(call: MacroCall): Expr | Problem {
  const variable = variableName(call.args[0] as Expr);
  if (typeof variable !== 'string') return variable;
  const name = call.args[0] as Expr;
  return call.nodes.fold(call.start, call.end, {
    fold: 'list',
    range: call.target as Expr,
    variable,
    variable2: undefined,
    condition: call.args[1],
    result: call.nodes.ident(name.start, name.end, variable),
  });
}

const member = (name: string, args: number, expand: Macro['expand']): Macro => ({
  name,
  member: true,
  arguments: args,
  expand,
});

/** The macros of the language (cel-go parser/macro.go). */
export const STANDARD_MACROS: readonly Macro[] = [
  { name: 'has', member: false, arguments: 1, expand: has },
  member('all', 2, oneVariable('all')),
  member('exists', 2, oneVariable('exists')),
  member('exists_one', 2, oneVariable('existsOne')),
  member('map', 2, oneVariable('list')),
  member('map', 3, oneVariable('list')),
  member('filter', 2, filter),
];
