import type { Expr, Problem } from '../ast.ts';
import { type Macro, type MacroCall, variableName } from './macro.ts';

const INPUT = '@__sortBy_input__';

/** `l.sortBy(e, key)` sorts `l` by the list of its keys, `l.map(e, key)` (cel-go ext/lists.go `sortByMacro`). */
function sortBy({ start, end, target, args, nodes }: MacroCall): Expr | Problem {
  const list = target as Expr;
  const [variable, key] = args as [Expr, Expr];
  if (list.kind === 'literal' || list.kind === 'map' || list.kind === 'struct') {
    return { message: '`sortBy` sorts a list', start: list.start, end: list.end };
  }
  const name = variableName(variable);
  if (typeof name !== 'string') return name;
  const keys = nodes.fold(start, end, {
    fold: 'list',
    range: nodes.ident(list.start, list.end, INPUT),
    variable: name,
    variable2: undefined,
    condition: undefined,
    result: key,
  });
  const sorted = nodes.call(
    start,
    end,
    '@sortByAssociatedKeys',
    [keys],
    nodes.ident(list.start, list.end, INPUT),
  );
  return nodes.bind(start, end, INPUT, list, sorted);
}

export const SORT_MACROS: readonly Macro[] = [
  { name: 'sortBy', member: true, arguments: 2, expand: sortBy, since: '1.34' },
];
