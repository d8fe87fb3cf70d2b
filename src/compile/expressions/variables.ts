import { CelError, isIdentifier, LazyFields, type Type, type Value } from '../../cel/index.ts';
import type { NamedExpression } from '../../model/index.ts';
import type { Problem } from '../problem.ts';
import type { Scope } from '../scope.ts';
import type { Environments } from './environment.ts';
import { compileExpression, type Expression } from './expression.ts';
import type { Needs } from './needs.ts';

/** The variables of a policy, compiled in order. */
export interface CompiledVariables {
  readonly types: Readonly<Record<string, Type>>;
  readonly needs: Readonly<Record<string, Needs>>;
  /** Their values in one evaluation, each worked out when it is first read. */
  bind(scope: Scope): LazyFields;
}

/** Each variable sees those before it, so that none can come back to itself. Problems count from the list. */
export function compileVariables(
  variables: readonly NamedExpression[],
  environments: Environments,
  facts: Readonly<Record<string, Type>>,
  problems: Problem[],
): CompiledVariables {
  const types: Record<string, Type> = {};
  const needs: Record<string, Needs> = {};
  const expressions = new Map<string, Expression>();
  for (const [index, { name, expression }] of variables.entries()) {
    if (!isIdentifier(name)) {
      const message = `\`${name}\` is a word of the language`;
      problems.push({ code: 'AB1112', message, help: 'take another name', path: [index, 'name'] });
    }
    const options = { variables: needs, path: [index, 'expression'], role: 'variable', name } as const;
    const compiled = compileExpression(expression, environments.policy(types, facts), options, problems);
    if (compiled === undefined) continue;
    types[name] = compiled.type;
    needs[name] = compiled.needs;
    expressions.set(name, compiled);
  }
  return { types, needs, bind: (scope) => new Variables(expressions, scope) };
}

class Variables extends LazyFields {
  readonly #expressions: ReadonlyMap<string, Expression>;
  readonly #scope: Scope;
  /** Made for the first that is read, for many rules read none. */
  #known: Map<string, Value | CelError> | undefined;

  constructor(expressions: ReadonlyMap<string, Expression>, scope: Scope) {
    super();
    this.#expressions = expressions;
    this.#scope = scope;
  }

  override field(name: string): Value | CelError | undefined {
    const known = this.#known?.get(name);
    if (known !== undefined) return known;
    const result = this.#expressions.get(name)?.evaluate(this.#scope);
    if (result === undefined) return undefined;
    // What failed within a variable, its cost included, is an ordinary error to who reads it
    // (apiserver pkg/admission/plugin/cel/composition.go).
    const value =
      result instanceof CelError ? new CelError(`variable \`${name}\`: ${result.message}`) : result;
    // What is not known must be missed by every rule that reads it.
    if (!this.#scope.lacks) {
      this.#known ??= new Map();
      this.#known.set(name, value);
    }
    return value;
  }
}
