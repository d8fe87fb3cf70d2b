import { compile, type Program, type Type } from '../cel/index.ts';
import type { KindTable } from '../kinds/index.ts';
import type { Path, Policy } from '../model/index.ts';
import { own } from './change.ts';
import { compileParameters, environmentsOf, knownTypes, type Surroundings } from './expressions/index.ts';
import { factSources } from './facts/index.ts';
import { templateExpressions } from './template.ts';

/** What an expression is written for. */
export type ExpressionRole =
  | 'condition'
  | 'fact'
  | 'variable'
  | 'when'
  | 'check'
  | 'message'
  | 'messageExpression'
  | 'change';

/** An expression as it stands in a policy. */
export interface WrittenExpression {
  readonly role: ExpressionRole;
  /** The text that it is in, from the root of the document, and how far into that text it begins. */
  readonly path: Path;
  readonly offset: number;
  /** Of a variable. */
  readonly name?: string;
  /** The index of the fact that it is in. */
  readonly fact?: number;
  /** The index of the rule that it is in. */
  readonly rule?: number;
  /** The index of the mutation that it is in. */
  readonly mutation?: number;
  /** As it is run, where objects are dyn. */
  readonly program: Program;
  /** As it is checked for the kinds that the policy names; undefined where its types do not fit. */
  readonly typed: readonly { readonly kind: string | undefined; readonly program: Program | undefined }[];
}

/** The expressions of a policy, for those who reason about them. */
export interface Inspected {
  /** What is faulty is left out: `compile` reports it. */
  readonly expressions: readonly WrittenExpression[];
  /** Whether none was left out. */
  readonly isComplete: boolean;
}

/** Takes the expressions of a policy apart. */
export function expressionsOf(
  { spec }: Policy,
  { kinds, kubernetes }: { readonly kinds: KindTable; readonly kubernetes?: string },
): Inspected {
  let isComplete = true;
  const found: WrittenExpression[] = [];
  const params =
    spec.parameters === undefined ? undefined : compileParameters(spec.parameters.schema, false, []);
  const { target } = spec;
  const types = knownTypes(spec, kinds);
  const facts: Record<string, Type> = {};
  const knowsImages = spec.facts?.some(({ source }) => source.name === 'image') === true;
  const environments = environmentsOf({
    kubernetes,
    target,
    params: params?.type,
    types,
    facts: () => ({ types: facts, knowsImages }),
  });
  const add = (
    source: string,
    { environment, typed }: Surroundings,
    about: Pick<WrittenExpression, 'role' | 'path' | 'name' | 'fact' | 'rule' | 'mutation'> & {
      readonly offset?: number;
    },
  ): Type | undefined => {
    const compiled = compile(source, environment);
    if (!compiled.ok) {
      isComplete = false;
      return undefined;
    }
    const { program } = compiled;
    found.push({
      offset: 0,
      ...about,
      program,
      typed: typed.map(({ kind, environment }) => {
        const known = compile(source, environment);
        return { kind, program: known.ok ? known.program : undefined };
      }),
    });
    return program.type;
  };
  for (const [index, { expression }] of (spec.match.conditions ?? []).entries()) {
    const path = ['spec', 'match', 'conditions', index, 'expression'];
    add(expression, environments.policy({}), { role: 'condition', path });
  }
  for (const [fact, { name, source }] of (spec.facts ?? []).entries()) {
    const surroundings = environments.policy({}, { ...facts });
    for (const { at, source: text } of expressionsIn(source.name, source.value)) {
      add(text, surroundings, { role: 'fact', path: ['spec', 'facts', fact, ...at], fact });
    }
    const definition = factSources.find((each) => each.name === source.name);
    if (definition !== undefined) facts[name] = definition.type;
  }
  const variables: Record<string, Type> = {};
  for (const [index, { name, expression }] of (spec.variables ?? []).entries()) {
    const path = ['spec', 'variables', index, 'expression'];
    const type = add(expression, environments.policy(variables, facts), { role: 'variable', path, name });
    if (type !== undefined) variables[name] = type;
  }
  for (const [index, { each, when, check, message, messageExpression }] of spec.rules.entries()) {
    const surroundings = environments.rule(variables, each);
    const at = (field: string): Path => ['spec', 'rules', index, field];
    if (when !== undefined) add(when, surroundings, { role: 'when', path: at('when'), rule: index });
    if (check.name === 'expression') {
      add(String(check.value), surroundings, { role: 'check', path: at('expression'), rule: index });
    }
    for (const { start, source } of templateExpressions(message ?? '', surroundings.environment)) {
      add(source, surroundings, { role: 'message', path: at('message'), rule: index, offset: start });
    }
    if (messageExpression !== undefined) {
      const path = at('messageExpression');
      add(messageExpression, surroundings, { role: 'messageExpression', path, rule: index });
    }
  }
  for (const [mutation, { each, when, form }] of (spec.mutations ?? []).entries()) {
    const surroundings = environments.mutation(variables, each);
    const path = ['spec', 'mutations', mutation];
    if (when !== undefined) add(when, surroundings, { role: 'when', path: [...path, 'when'], mutation });
    for (const { at, source } of expressionsIn(form.name, form.value)) {
      add(source, surroundings, { role: 'change', path: [...path, ...at], mutation });
    }
  }
  return { expressions: found, isComplete };
}

const givenExpressions = ['pathExpression', 'valueExpression', 'namespaceExpression', 'nameExpression'];

/** Forms of mutations, and what they and the sources of facts are given, say by their names what is an expression. */
function expressionsIn(
  name: string,
  value: unknown,
): readonly { readonly at: Path; readonly source: string }[] {
  if (typeof value === 'string') return name.endsWith('Expression') ? [{ at: [name], source: value }] : [];
  const operations: readonly unknown[] = Array.isArray(value) ? value : [value];
  return operations.flatMap((operation, index) => {
    const at = Array.isArray(value) ? [name, index] : [name];
    return givenExpressions.flatMap((field) => {
      const source = own(operation, field);
      return typeof source === 'string' ? [{ at: [...at, field], source }] : [];
    });
  });
}
