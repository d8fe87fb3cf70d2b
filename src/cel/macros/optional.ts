import type { Expr, Problem } from '../ast.ts';
import type { Macro, MacroCall } from './macro.ts';

/**
 * `o.optMap(v, e)` is `o.hasValue() ? optional.of(e with v = o.value()) : optional.none()`, `optFlatMap` the same
 * without `optional.of` (cel-go cel/library.go). The receiver stands in it twice and is evaluated twice.
 */
const optionalMap =
  (flat: boolean) =>
  ({ start, end, target, args, nodes }: MacroCall): Expr | Problem => {
    const [variable, body] = args as [Expr, Expr];
    if (variable.kind !== 'ident') {
      return {
        message: 'a variable name stands here, nothing else',
        start: variable.start,
        end: variable.end,
      };
    }
    const value = nodes.call(start, end, 'value', [], target);
    const bound = nodes.bind(body.start, body.end, variable.name, value, body);
    const present = flat ? bound : nodes.call(start, end, 'optional.of', [bound]);
    const absent = nodes.call(start, end, 'optional.none', []);
    return nodes.call(start, end, '_?_:_', [nodes.call(start, end, 'hasValue', [], target), present, absent]);
  };

export const OPTIONAL_MACROS: readonly Macro[] = [
  { name: 'optMap', member: true, arguments: 2, expand: optionalMap(false), since: '1.28' },
  { name: 'optFlatMap', member: true, arguments: 2, expand: optionalMap(true), since: '1.28' },
];
