import type { Expr } from '../ast.ts';
import type { Emitter } from './emitter.ts';

const CERTAIN = new Set(['bool', 'string', 'bytes', 'timestamp', 'duration']);
const LISTS_AND_MAPS = new Set(['list', 'map']);

/**
 * Whether the value is sure to be of its static type: literals and results of calls are, while fields, elements and
 * what may be dyn behind its type are not.
 */
export function isCertain(emitter: Emitter, expr: Expr): boolean {
  if (emitter.constants.values[expr.id] !== undefined) return true;
  const { kind } = emitter.typeOf(expr);
  switch (expr.kind) {
    case 'list':
    case 'map':
      return true;
    case 'fold':
      return kind === 'bool' || kind === 'list';
    case 'select':
      return expr.test;
    case 'call': {
      if (expr.name === '_[_]' || expr.name === '_[?_]' || expr.name === '_?_:_' || expr.name === 'orValue')
        return false;
      return CERTAIN.has(kind) || (kind === 'int' && expr.name !== 'value') || LISTS_AND_MAPS.has(kind);
    }
    default:
      return false;
  }
}

/** Whether the value is a boolean for sure, so that it can stand in a condition. */
export const isCertainBool = (emitter: Emitter, expr: Expr): boolean =>
  emitter.typeOf(expr).kind === 'bool' && isCertain(emitter, expr) && !returnsAnything(expr);

/** `value()` of an optional has the type that was guessed of what is in it. */
const returnsAnything = (expr: Expr): boolean =>
  expr.kind === 'call' && (expr.name === 'value' || expr.name === 'dyn');

/** Whether evaluation may end in an error. */
export function mayFail(emitter: Emitter, expr: Expr): boolean {
  if (emitter.constants.values[expr.id] !== undefined) return false;
  if (expr.kind === 'ident') return emitter.checked.references[expr.id]?.kind !== 'local';
  return true;
}

const PROTOTYPES: readonly object[] = [
  Object.prototype,
  Array.prototype,
  String.prototype,
  Number.prototype,
  Boolean.prototype,
  BigInt.prototype,
];

/** Names that mean something on values other than objects; `value` is that of a boxed double. */
const OWN_OF_VALUES = new Set(['length', 'value']);

/** Whether a field of this name can be read from any JSON value and be undefined where it is not an object's own. */
export const isPlainName = (name: string): boolean =>
  !OWN_OF_VALUES.has(name) && !/^\d+$/.test(name) && PROTOTYPES.every((prototype) => !(name in prototype));
