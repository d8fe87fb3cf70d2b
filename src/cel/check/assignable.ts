import { sameType, type Type } from '../type.ts';
import type { Substitution } from './substitution.ts';

/**
 * Whether a value of type `b` can stand where `a` is wanted, or the other way round: cel-go unifies (checker/types.go).
 * What type parameters come to stand for is kept in `substitution` where the answer is yes.
 */
export function assignable(substitution: Substitution, a: Type, b: Type): boolean {
  const mark = substitution.mark();
  if (unify(substitution, a, b)) return true;
  substitution.undo(mark);
  return false;
}

/** The same for two lists of types, all or nothing. */
export function allAssignable(substitution: Substitution, as: readonly Type[], bs: readonly Type[]): boolean {
  const mark = substitution.mark();
  if (unifyAll(substitution, as, bs)) return true;
  substitution.undo(mark);
  return false;
}

function unifyAll(substitution: Substitution, as: readonly Type[], bs: readonly Type[]): boolean {
  return as.length === bs.length && as.every((a, i) => unify(substitution, a, bs[i] as Type));
}

const isWild = (type: Type): boolean => type.kind === 'dyn' || type.kind === 'error';

function unify(substitution: Substitution, a: Type, b: Type): boolean {
  if (b.kind === 'parameter') {
    const found = standsFor(substitution, a, b);
    if (found.valid) return true;
    if (found.bound) return false;
  }
  if (a.kind === 'parameter') return standsFor(substitution, b, a).valid;
  if (isWild(a) || isWild(b)) return true;
  if (a.kind === 'null') return isNullable(b);
  if (b.kind === 'null') return isNullable(a);
  switch (a.kind) {
    case 'list':
      return b.kind === 'list' && unify(substitution, a.element, b.element);
    case 'map':
      return b.kind === 'map' && unify(substitution, a.key, b.key) && unify(substitution, a.value, b.value);
    case 'opaque':
      return b.kind === 'opaque' && a.name === b.name && unifyAll(substitution, a.parameters, b.parameters);
    case 'type':
      return b.kind === 'type';
    case 'object':
      return b.kind === 'object' && a.name === b.name;
    case 'wrapper':
      return sameType(a.of, b.kind === 'wrapper' ? b.of : b);
    default:
      return sameType(a, b) || (b.kind === 'wrapper' && sameType(a, b.of));
  }
}

/** What may be null: messages and the like, never a scalar, list or map (cel-go `isLegacyNullable`). */
const isNullable = (type: Type): boolean =>
  type.kind === 'null' ||
  type.kind === 'opaque' ||
  type.kind === 'object' ||
  type.kind === 'wrapper' ||
  type.kind === 'timestamp' ||
  type.kind === 'duration';

/** Whether `parameter` can stand for `type`, and whether it stood for something already. */
function standsFor(
  substitution: Substitution,
  type: Type,
  parameter: Extract<Type, { kind: 'parameter' }>,
): { readonly valid: boolean; readonly bound: boolean } {
  if (sameType(type, parameter)) return { valid: true, bound: true };
  const bound = substitution.find(parameter);
  if (bound !== undefined) {
    if (sameType(type, bound)) return { valid: true, bound: true };
    if (!unify(substitution, type, bound)) return { valid: false, bound: true };
    const general = isEqualOrLessSpecific(type, bound) ? type : bound;
    if (!occursIn(substitution, parameter, general)) substitution.bind(parameter.name, general);
    return { valid: true, bound: true };
  }
  if (occursIn(substitution, parameter, type)) return { valid: false, bound: false };
  substitution.bind(parameter.name, type);
  return { valid: true, bound: false };
}

function occursIn(substitution: Substitution, parameter: Type, type: Type): boolean {
  if (sameType(parameter, type)) return true;
  switch (type.kind) {
    case 'parameter': {
      const bound = substitution.find(type);
      return bound !== undefined && occursIn(substitution, parameter, bound);
    }
    case 'list':
      return occursIn(substitution, parameter, type.element);
    case 'map':
      return occursIn(substitution, parameter, type.key) || occursIn(substitution, parameter, type.value);
    case 'type':
      return occursIn(substitution, parameter, type.of);
    case 'opaque':
      return type.parameters.some((inner) => occursIn(substitution, parameter, inner));
    default:
      return false;
  }
}

/** The more general of two types that unify: dyn rather than int, list(dyn) rather than list(int). */
export const mostGeneral = (a: Type, b: Type): Type => (isEqualOrLessSpecific(a, b) ? a : b);

function isEqualOrLessSpecific(a: Type, b: Type): boolean {
  if (a.kind === 'dyn' || a.kind === 'parameter') return true;
  if (b.kind === 'dyn' || b.kind === 'parameter') return false;
  switch (a.kind) {
    case 'list':
      return b.kind === 'list' && isEqualOrLessSpecific(a.element, b.element);
    case 'map':
      return (
        b.kind === 'map' && isEqualOrLessSpecific(a.key, b.key) && isEqualOrLessSpecific(a.value, b.value)
      );
    case 'opaque':
      return (
        b.kind === 'opaque' &&
        a.name === b.name &&
        a.parameters.length === b.parameters.length &&
        a.parameters.every((parameter, i) => isEqualOrLessSpecific(parameter, b.parameters[i] as Type))
      );
    case 'type':
      return b.kind === 'type';
    default:
      return sameType(a, b);
  }
}
