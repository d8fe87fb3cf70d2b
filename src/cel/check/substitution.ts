import { opaqueType, type Type } from '../type.ts';

/** What type parameters stand for, as far as is known; steps can be undone. */
export class Substitution {
  readonly #bound = new Map<string, Type>();
  readonly #log: (readonly [string, Type | undefined])[] = [];
  #fresh = 0;

  /** A parameter that stands for nothing yet. */
  fresh(): Type {
    return { kind: 'parameter', name: `_var${this.#fresh++}` };
  }

  find(type: Type): Type | undefined {
    return type.kind === 'parameter' ? this.#bound.get(type.name) : undefined;
  }

  bind(name: string, type: Type): void {
    this.#log.push([name, this.#bound.get(name)]);
    this.#bound.set(name, type);
  }

  /** A point to which `undo` goes back. */
  mark(): number {
    return this.#log.length;
  }

  undo(mark: number): void {
    while (this.#log.length > mark) {
      const [name, previous] = this.#log.pop() as readonly [string, Type | undefined];
      if (previous === undefined) this.#bound.delete(name);
      else this.#bound.set(name, previous);
    }
  }

  /** The type with its parameters replaced; those that stand for nothing stay, or become dyn where `toDyn` is set. */
  apply(type: Type, toDyn = false): Type {
    if (this.#bound.size === 0 && !toDyn) return type;
    switch (type.kind) {
      case 'parameter': {
        const bound = this.#bound.get(type.name);
        if (bound !== undefined) return this.apply(bound, toDyn);
        return toDyn ? { kind: 'dyn' } : type;
      }
      case 'list': {
        const element = this.apply(type.element, toDyn);
        return element === type.element ? type : { kind: 'list', element };
      }
      case 'map': {
        const key = this.apply(type.key, toDyn);
        const value = this.apply(type.value, toDyn);
        return key === type.key && value === type.value ? type : { kind: 'map', key, value };
      }
      case 'type': {
        const of = this.apply(type.of, toDyn);
        return of === type.of ? type : { kind: 'type', of };
      }
      case 'opaque':
        if (type.parameters.length === 0) return type;
        return opaqueType(
          type.name,
          type.parameters.map((parameter) => this.apply(parameter, toDyn)),
        );
      default:
        return type;
    }
  }
}

/** A type with the parameters of `names` replaced (an overload's, made fresh for a call). */
export function instantiate(type: Type, names: ReadonlyMap<string, Type>): Type {
  switch (type.kind) {
    case 'parameter':
      return names.get(type.name) ?? type;
    case 'list':
      return { kind: 'list', element: instantiate(type.element, names) };
    case 'map':
      return { kind: 'map', key: instantiate(type.key, names), value: instantiate(type.value, names) };
    case 'type':
      return { kind: 'type', of: instantiate(type.of, names) };
    case 'opaque':
      if (type.parameters.length === 0) return type;
      return opaqueType(
        type.name,
        type.parameters.map((parameter) => instantiate(parameter, names)),
      );
    default:
      return type;
  }
}

/** Adds the names of a type's parameters to `names`. */
export function collectParameters(type: Type, names: Set<string>): void {
  if (type.kind === 'parameter') names.add(type.name);
  else if (type.kind === 'list') collectParameters(type.element, names);
  else if (type.kind === 'type') collectParameters(type.of, names);
  else if (type.kind === 'opaque')
    for (const parameter of type.parameters) collectParameters(parameter, names);
  else if (type.kind === 'map') {
    collectParameters(type.key, names);
    collectParameters(type.value, names);
  }
}
