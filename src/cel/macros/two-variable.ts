import type { Expr, FoldKind, Problem } from '../ast.ts';
import { type Macro, type MacroCall, variableName } from './macro.ts';

const twoVariables =
  (fold: FoldKind) =>
  (call: MacroCall): Expr | Problem => {
    const [first, second, ...rest] = call.args as [Expr, Expr, ...Expr[]];
    const variable = variableName(first);
    if (typeof variable !== 'string') return variable;
    const variable2 = variableName(second);
    if (typeof variable2 !== 'string') return variable2;
    if (variable === variable2) {
      return { message: `both variables are called \`${variable}\``, start: second.start, end: second.end };
    }
    const predicate = fold === 'all' || fold === 'exists' || fold === 'existsOne';
    return call.nodes.fold(call.start, call.end, {
      fold,
      range: call.target as Expr,
      variable,
      variable2,
      condition: predicate || rest.length === 2 ? rest[0] : undefined,
      result: predicate ? undefined : rest[rest.length - 1],
    });
  };

const macro = (name: string, args: number, fold: FoldKind): Macro => ({
  name,
  member: true,
  arguments: args,
  expand: twoVariables(fold),
  since: '1.32',
});

/** The macros with two variables, index and element or key and value (cel-go ext/comprehensions.go). */
export const TWO_VARIABLE_MACROS: readonly Macro[] = [
  macro('all', 3, 'all'),
  macro('exists', 3, 'exists'),
  macro('existsOne', 3, 'existsOne'),
  macro('exists_one', 3, 'existsOne'),
  macro('transformList', 3, 'list'),
  macro('transformList', 4, 'list'),
  macro('transformMap', 3, 'map'),
  macro('transformMap', 4, 'map'),
  macro('transformMapEntry', 3, 'mapEntry'),
  macro('transformMapEntry', 4, 'mapEntry'),
];
