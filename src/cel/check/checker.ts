import type { Bind, Call, Expr, Fold, ListExpr, MapExpr, Problem, Select, StructExpr } from '../ast.ts';
import { qualifiedName } from '../ast.ts';
import { type BoundOverload, type Environment, type KnownFunction, NULL_VALUE } from '../environment.ts';
import {
  BOOL,
  DYN,
  ERROR,
  INT,
  isOptionalType,
  listType,
  mapType,
  optionalType,
  sameType,
  showType,
  type Type,
} from '../type.ts';
import { typeOf, type Value } from '../value.ts';
import { messageType } from '../well-known.ts';
import { allAssignable, assignable, mostGeneral } from './assignable.ts';
import { didYouMean } from './did-you-mean.ts';
import { instantiate, Substitution } from './substitution.ts';

/** What a name or call turned out to be. */
export type Reference =
  | { readonly kind: 'variable'; readonly name: string }
  /** A variable of a macro. */
  | { readonly kind: 'local'; readonly name: string }
  | { readonly kind: 'type'; readonly type: Type }
  | { readonly kind: 'constant'; readonly value: Value }
  /** A message that is written out, by its full name. */
  | { readonly kind: 'message'; readonly name: string }
  /** Overloads that may apply; which one does is known only at run time where there are several. */
  | {
      readonly kind: 'function';
      readonly name: string;
      readonly overloads: readonly BoundOverload[];
      /** True where the receiver was part of the function's name, `sets.contains(…)`. */
      readonly namespaced: boolean;
    }
  /** Nothing that is known; evaluating it is an error. Only where expressions are run unchecked. */
  | { readonly kind: 'unknown'; readonly message: string };

/** What the checker found, by node number. */
export interface Checked {
  readonly types: readonly Type[];
  readonly references: readonly (Reference | undefined)[];
  readonly problems: readonly Problem[];
  /** What Kubernetes accepts but is likely wrong: an unknown field of an open object. */
  readonly warnings: readonly Problem[];
  /** Whether there is anything in the expression that may be refused though its types are right. */
  readonly suspect: boolean;
}

/**
 * Finds the type of every node and the meaning of every name and call (after cel-go checker/checker.go). A `lenient`
 * check finds no fault: what does not fit is left to be an error when it is run.
 */
export function check(expr: Expr, nodes: number, environment: Environment, lenient = false): Checked {
  const checker = new Checker(nodes, environment, lenient);
  checker.check(expr);
  return checker.finish();
}

/** What may be refused for a literal argument: conversions, and indexes of a type that can be none. */
const SUSPECT = new Set(
  'bool bytes double duration dyn int string timestamp type uint _[_] _[?_]'.split(' '),
);

/** The operators as they are written, for messages. */
const spelling = (name: string): string => {
  if (name === '_?_:_') return '?:';
  if (name === '@in') return 'in';
  if (name === '_[_]' || name === '_[?_]') return '[]';
  return name.startsWith('_') || name.endsWith('_') ? name.replaceAll('_', '') : name;
};

class Checker {
  readonly #environment: Environment;
  readonly #lenient: boolean;
  readonly #substitution = new Substitution();
  readonly #types: Type[];
  readonly #references: (Reference | undefined)[];
  readonly #problems: Problem[] = [];
  readonly #warnings: Problem[] = [];
  #suspect = false;
  /** Variables of macros, innermost last. */
  readonly #scope: { readonly name: string; readonly type: Type }[] = [];

  constructor(nodes: number, environment: Environment, lenient: boolean) {
    this.#environment = environment;
    this.#lenient = lenient;
    this.#types = new Array<Type>(nodes).fill(ERROR);
    this.#references = new Array<Reference | undefined>(nodes).fill(undefined);
  }

  finish(): Checked {
    return {
      types: this.#resolved(),
      references: this.#references,
      problems: this.#lenient ? [] : this.#problems,
      warnings: this.#warnings,
      suspect: this.#suspect,
    };
  }

  /** The types with what their parameters stand for. */
  #resolved(): readonly Type[] {
    const types = this.#types;
    for (let i = 0; i < types.length; i++) types[i] = this.#substitution.apply(types[i] as Type, true);
    return types;
  }

  check(expr: Expr): Type {
    const type = this.#typeOf(expr);
    this.#types[expr.id] = type;
    return type;
  }

  #typeOf(expr: Expr): Type {
    switch (expr.kind) {
      case 'literal':
        return typeOf(expr.value);
      case 'ident': {
        const type = this.#lookUp(expr, expr.name);
        if (type !== undefined) {
          // A variable that may hold a type; what it stands for is not known yet.
          if (type.kind === 'type' || type.kind === 'parameter') this.#suspect = true;
          return type;
        }
        this.#undeclared(expr, expr.name, [
          ...this.#scope.map(({ name }) => name),
          ...this.#environment.variables.keys(),
        ]);
        return ERROR;
      }
      case 'select':
        return this.#select(expr);
      case 'call':
        return this.#call(expr);
      case 'list':
        this.#suspect = true;
        return this.#list(expr);
      case 'map':
        this.#suspect = true;
        return this.#map(expr);
      case 'struct':
        return this.#struct(expr);
      case 'fold':
        return this.#fold(expr);
      case 'bind':
        return this.#bind(expr);
    }
  }

  #report(
    expr: { start: number; end: number },
    message: string,
    help: { readonly help?: string } = {},
  ): void {
    this.#problems.push({ message, ...help, start: expr.start, end: expr.end });
  }

  #undeclared(expr: Expr, name: string, candidates: Iterable<string>): void {
    this.#references[expr.id] = { kind: 'unknown', message: `there is no variable \`${name}\`` };
    this.#report(expr, `there is no variable \`${name}\``, didYouMean(name, candidates));
  }

  /** The names a name can mean in the environment's container, longest first. */
  #candidates(name: string): readonly string[] {
    if (name.startsWith('.')) return [name.slice(1)];
    const container = this.#environment.container;
    if (container === '') return [name];
    const names = [];
    for (
      let prefix = container;
      prefix !== '';
      prefix = prefix.slice(0, Math.max(0, prefix.lastIndexOf('.')))
    ) {
      names.push(`${prefix}.${name}`);
    }
    return [...names, name];
  }

  /** The type of what a name means, noting the reference; undefined where it means nothing. */
  #lookUp(expr: Expr, name: string): Type | undefined {
    for (const candidate of this.#candidates(name)) {
      for (let i = this.#scope.length - 1; i >= 0; i--) {
        const local = this.#scope[i] as { name: string; type: Type };
        if (local.name !== candidate) continue;
        this.#references[expr.id] = { kind: 'local', name: candidate };
        return local.type;
      }
      const variable = this.#environment.variables.get(candidate);
      if (variable !== undefined) {
        this.#references[expr.id] = { kind: 'variable', name: candidate };
        return variable;
      }
      if (candidate === NULL_VALUE) {
        this.#references[expr.id] = { kind: 'constant', value: 0 };
        return INT;
      }
      const type = this.#environment.types.get(candidate);
      if (type !== undefined) {
        this.#references[expr.id] = { kind: 'type', type };
        return { kind: 'type', of: type };
      }
    }
    return undefined;
  }

  #select(expr: Select): Type {
    if (this.#mayBeName(expr)) {
      const name = qualifiedName(expr);
      const type = name === undefined ? undefined : this.#lookUp(expr, name);
      if (type !== undefined) return type;
    }
    const type = this.#field(expr, expr.operand, expr.field, false);
    return expr.test ? BOOL : this.#substitution.apply(type);
  }

  /** Whether some name with dots in it begins as the selection does. */
  #mayBeName(expr: Select): boolean {
    let root: Expr = expr;
    while (root.kind === 'select') root = root.operand;
    if (root.kind !== 'ident') return false;
    const { container, namespaces } = this.#environment;
    return container !== '' || namespaces.has(root.name) || root.name.startsWith('.');
  }

  /** The type of a field of an operand. */
  #field(expr: Expr, operand: Expr, field: string, optional: boolean): Type {
    const operandType = this.#substitution.apply(this.check(operand));
    const wasOptional = isOptionalType(operandType);
    const target = wasOptional ? (operandType.parameters[0] as Type) : operandType;
    let result: Type = DYN;
    if (target.kind === 'map') {
      result = target.value;
    } else if (target.kind === 'object') {
      const declared = Object.hasOwn(target.fields, field) ? target.fields[field] : undefined;
      if (declared !== undefined) {
        result = declared;
      } else {
        const problem: Problem = {
          message: `\`${target.name}\` has no field \`${field}\``,
          ...didYouMean(field, Object.keys(target.fields)),
          start: expr.start,
          end: expr.end,
        };
        if (target.unknownFields === 'open') {
          this.#warnings.push(problem);
        } else {
          this.#problems.push(problem);
          result = ERROR;
        }
      }
    } else if (target.kind === 'parameter') {
      assignable(this.#substitution, DYN, target);
    } else if (target.kind !== 'dyn' && target.kind !== 'error') {
      this.#report(expr, `a ${showType(target)} has no fields, so no \`${field}\``);
    }
    return wasOptional || optional ? optionalType(result) : result;
  }

  #call(expr: Call): Type {
    if (expr.name === '_?._') {
      const [operand, field] = expr.args as [Expr, Expr];
      this.#types[field.id] = { kind: 'string' };
      const name = field.kind === 'literal' && typeof field.value === 'string' ? field.value : '';
      const known = this.#environment.functions.get('_?._');
      if (known === undefined) return this.#unknownFunction(expr, '.?');
      this.#references[expr.id] = {
        kind: 'function',
        name: '_?._',
        overloads: known.globals,
        namespaced: false,
      };
      return this.#substitution.apply(this.#field(expr, operand, name, true));
    }
    const argTypes = expr.args.map((arg) => this.check(arg));
    if (expr.target === undefined) {
      const known = this.#function(expr.name);
      if (known === undefined) return this.#unknownFunction(expr, expr.name);
      return this.#resolve(expr, known, false, argTypes, undefined);
    }
    const prefix =
      this.#environment.container !== '' || expr.target.kind !== 'call'
        ? qualifiedName(expr.target)
        : undefined;
    const namespaced = prefix === undefined ? undefined : this.#function(`${prefix}.${expr.name}`);
    if (namespaced !== undefined) return this.#resolve(expr, namespaced, true, argTypes, undefined);
    if (prefix !== undefined && this.#isNamespace(prefix)) {
      return this.#unknownFunction(expr, `${prefix}.${expr.name}`);
    }
    const targetType = this.check(expr.target);
    const known = this.#function(expr.name);
    if (known === undefined) return this.#unknownFunction(expr, expr.name);
    return this.#resolve(expr, known, false, [targetType, ...argTypes], expr.target);
  }

  #function(name: string): KnownFunction | undefined {
    for (const candidate of this.#candidates(name)) {
      const known = this.#environment.functions.get(candidate);
      if (known !== undefined) return known;
    }
    return undefined;
  }

  /** Whether functions are called under this prefix and nothing else has the name. */
  #isNamespace(prefix: string): boolean {
    if (this.#scope.some(({ name }) => name === prefix) || this.#environment.variables.has(prefix))
      return false;
    if (this.#environment.types.has(prefix)) return false;
    const dotted = `${prefix}.`;
    const { functions, laterFunctions } = this.#environment;
    return [...functions.keys(), ...laterFunctions.keys()].some((name) => name.startsWith(dotted));
  }

  #unknownFunction(expr: Call, name: string): Type {
    this.#references[expr.id] = { kind: 'unknown', message: `there is no function \`${name}\`` };
    const since = this.#environment.laterFunctions.get(name);
    const help =
      since === undefined
        ? didYouMean(name, this.#environment.functions.keys())
        : { help: `it came with Kubernetes ${since}, and this is for ${this.#environment.kubernetes}` };
    this.#report(expr, `there is no function \`${name}\``, help);
    return ERROR;
  }

  /** Finds the overloads that take the arguments, and the type of the result. */
  #resolve(
    expr: Call,
    known: KnownFunction,
    namespaced: boolean,
    argTypes: readonly Type[],
    target: Expr | undefined,
  ): Type {
    if (known.name === '_&&_' || known.name === '_||_') return this.#logic(expr, known, argTypes);
    const matching: BoundOverload[] = [];
    let result: Type | undefined;
    for (const bound of target === undefined ? known.globals : known.members) {
      let { parameters, result: declared } = bound.overload;
      if (parameters.length !== argTypes.length) continue;
      if (bound.typeParameters.length > 0) {
        const fresh = new Map<string, Type>();
        for (const name of bound.typeParameters) fresh.set(name, this.#substitution.fresh());
        parameters = parameters.map((parameter) => instantiate(parameter, fresh));
        declared = instantiate(declared, fresh);
      }
      if (!allAssignable(this.#substitution, argTypes, parameters)) continue;
      matching.push(bound);
      const type = this.#substitution.apply(declared);
      if (result === undefined) result = type;
      else if (result.kind !== 'dyn' && !sameType(type, result)) result = DYN;
    }
    if (result === undefined) {
      const overloads = target === undefined ? known.globals : known.members;
      this.#references[expr.id] = { kind: 'function', name: known.name, overloads, namespaced };
      this.#noOverload(expr, known, argTypes, target !== undefined);
      return ERROR;
    }
    this.#references[expr.id] = { kind: 'function', name: known.name, overloads: matching, namespaced };
    const declaration = matching[0]?.declaration;
    if (
      SUSPECT.has(known.name) ||
      declaration?.prepare !== undefined ||
      declaration?.validate !== undefined
    ) {
      this.#suspect = true;
    }
    return result;
  }

  /** `&&` and `||` take any number of booleans. */
  #logic(expr: Call, known: KnownFunction, argTypes: readonly Type[]): Type {
    let sound = true;
    for (const [i, type] of argTypes.entries()) {
      if (assignable(this.#substitution, type, BOOL)) continue;
      this.#expected(expr.args[i] as Expr, BOOL, type);
      sound = false;
    }
    this.#references[expr.id] = {
      kind: 'function',
      name: known.name,
      overloads: known.globals,
      namespaced: false,
    };
    return sound ? BOOL : ERROR;
  }

  #expected(expr: Expr, wanted: Type, found: Type): void {
    const show = (type: Type): string => showType(this.#substitution.apply(type, true));
    this.#report(expr, `expected a value of type ${show(wanted)} but this is ${show(found)}`);
  }

  #noOverload(expr: Call, known: KnownFunction, argTypes: readonly Type[], member: boolean): void {
    const types = argTypes.map((type) => showType(this.#substitution.apply(type, true)));
    const shown = member ? `${types[0]}.(${types.slice(1).join(', ')})` : `(${types.join(', ')})`;
    const name = spelling(known.name);
    const operator = name !== known.name || known.name === '@in';
    const overloads = member ? known.members : known.globals;
    const signatures = overloads.map(({ overload }) => {
      const parameters = overload.parameters.map(showType);
      if (operator) return parameters.join(` ${name} `);
      return member
        ? `${parameters[0]}.${name}(${parameters.slice(1).join(', ')})`
        : `${name}(${parameters.join(', ')})`;
    });
    const style = member ? 'called as a function' : 'called on a value';
    const help =
      signatures.length === 0 ? `\`${name}\` is ${style}` : `it takes ${signatures.slice(0, 6).join(', ')}`;
    this.#report(
      expr,
      `\`${name}\` cannot be applied to ${shown}`,
      operator && signatures.length > 6 ? {} : { help },
    );
  }

  /** The type that elements have in common; Kubernetes' rule that they must have one comes after (validate.ts). */
  #join(previous: Type | undefined, current: Type): Type {
    if (previous === undefined) return current;
    if (!assignable(this.#substitution, previous, current)) return DYN;
    return current.kind === 'null' ? previous : mostGeneral(previous, current);
  }

  /** The type within an optional element or entry. */
  #unwrapped(expr: Expr, type: Type, optional: boolean): Type {
    if (!optional) return type;
    if (isOptionalType(type)) return type.parameters[0] as Type;
    if (type.kind !== 'dyn') this.#expected(expr, optionalType(type), type);
    return type;
  }

  #list(expr: ListExpr): Type {
    let element: Type | undefined;
    for (const [i, part] of expr.elements.entries()) {
      const type = this.#unwrapped(part, this.check(part), expr.optional?.[i] ?? false);
      element = this.#join(element, type);
    }
    return listType(element ?? this.#substitution.fresh());
  }

  #map(expr: MapExpr): Type {
    let key: Type | undefined;
    let value: Type | undefined;
    for (const entry of expr.entries) {
      key = this.#join(key, this.check(entry.key));
      value = this.#join(value, this.#unwrapped(entry.value, this.check(entry.value), entry.optional));
    }
    return mapType(key ?? this.#substitution.fresh(), value ?? this.#substitution.fresh());
  }

  #struct(expr: StructExpr): Type {
    const name = this.#candidates(expr.name).find((candidate) => messageType(candidate) !== undefined);
    const message = name === undefined ? undefined : messageType(name);
    if (name !== undefined) this.#references[expr.id] = { kind: 'message', name };
    for (const field of expr.fields) {
      const type = this.#unwrapped(field.value, this.check(field.value), field.optional);
      if (message === undefined) continue;
      const declared = Object.hasOwn(message.fields, field.name) ? message.fields[field.name] : undefined;
      if (declared === undefined) {
        this.#report(
          field,
          `\`${expr.name}\` has no field \`${field.name}\``,
          didYouMean(field.name, Object.keys(message.fields)),
        );
      } else if (!assignable(this.#substitution, declared, type)) {
        this.#expected(field.value, declared, type);
      }
    }
    if (message === undefined) {
      this.#report(expr, `there is no type \`${expr.name}\``, {
        help: 'a map is written with its keys in quotes: `{"name": 1}`',
      });
      return ERROR;
    }
    return message.type;
  }

  #bind(expr: Bind): Type {
    this.#scope.push({ name: expr.name, type: this.check(expr.value) });
    const type = this.check(expr.body);
    this.#scope.pop();
    return this.#substitution.apply(type);
  }

  #fold(expr: Fold): Type {
    const range = this.#substitution.apply(this.check(expr.range));
    let first: Type = DYN;
    let second: Type = DYN;
    if (range.kind === 'list') {
      first = expr.variable2 === undefined ? range.element : INT;
      second = range.element;
    } else if (range.kind === 'map') {
      first = range.key;
      second = range.value;
    } else if (range.kind === 'parameter' || range.kind === 'dyn' || range.kind === 'error') {
      assignable(this.#substitution, DYN, range);
    } else {
      this.#report(expr.range, `a ${showType(range)} has no elements to go over`, {
        help: 'the macros go over a list, or the keys of a map',
      });
      first = ERROR;
      second = ERROR;
    }
    this.#scope.push({ name: expr.variable, type: first });
    if (expr.variable2 !== undefined) this.#scope.push({ name: expr.variable2, type: second });
    if (expr.condition !== undefined) {
      const condition = this.check(expr.condition);
      if (!assignable(this.#substitution, condition, BOOL)) this.#expected(expr.condition, BOOL, condition);
    }
    const result = expr.result === undefined ? undefined : this.check(expr.result);
    this.#scope.length -= expr.variable2 === undefined ? 1 : 2;
    return this.#substitution.apply(this.#collected(expr, first, result));
  }

  /** The type of what a comprehension yields. */
  #collected(expr: Fold, key: Type, result: Type | undefined): Type {
    if (result === undefined) return BOOL;
    if (expr.fold === 'list') {
      const element = this.#substitution.fresh();
      assignable(this.#substitution, element, result);
      return listType(element);
    }
    const entryKey = this.#substitution.fresh();
    const entryValue = this.#substitution.fresh();
    if (expr.fold === 'map') {
      assignable(this.#substitution, entryKey, key);
      assignable(this.#substitution, entryValue, result);
      return mapType(entryKey, entryValue);
    }
    const entries = mapType(entryKey, entryValue);
    if (!assignable(this.#substitution, entries, result))
      this.#expected(expr.result as Expr, entries, result);
    return entries;
  }
}
