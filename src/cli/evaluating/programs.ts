import {
  compile,
  DYN,
  type Environment,
  environment,
  NAMESPACE,
  type Program,
  REQUEST,
  STRING,
  TIMESTAMP,
  type Type,
  variablesType,
} from '../../cel/index.ts';
import type { Diagnostic } from '../../model/index.ts';
import { diagnosticsOf, type Source } from './source.ts';

export interface Language {
  /** The version of Kubernetes, `1.34`; absent: the latest known. */
  readonly kubernetes?: string;
  /** The plain language rather than Kubernetes'. */
  readonly plain: boolean;
}

/** What was written, ready to be run. */
export interface Programs {
  readonly expression: Program;
  readonly variables: ReadonlyMap<string, Program>;
}

/** What every expression of a policy sees, by its type. */
const roots: Readonly<Record<string, Type>> = {
  object: DYN,
  oldObject: DYN,
  request: REQUEST,
  namespaceObject: NAMESPACE,
  params: DYN,
  pod: DYN,
  now: TIMESTAMP,
};

const inRules: Readonly<Record<string, Type>> = { item: DYN, path: STRING };

/** Root variables that hold what JSON can hold and nothing else. */
const json = ['object', 'oldObject', 'request', 'namespaceObject', 'params', 'pod', 'item'];

/** The variables, in order, each seeing those before it, and the expression, which sees them all. */
export function compilePrograms(
  expression: Source,
  variables: readonly Source[],
  language: Language,
): { readonly programs: Programs | undefined; readonly diagnostics: readonly Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const known = new Map<string, Program>();
  const types: Record<string, Type> = {};
  const compileSource = (source: Source, environment: Environment): Program | undefined => {
    const compiled = compile(source.text, environment);
    diagnostics.push(...diagnosticsOf(source, compiled.warnings, 'warning'));
    if (compiled.ok) return compiled.program;
    diagnostics.push(...diagnosticsOf(source, compiled.problems, 'error'));
    return undefined;
  };
  for (const source of variables) {
    const program = compileSource(source, environmentOf(language, types, 'variable'));
    const name = variableName(source);
    // What is wrong with a variable is said once, not again of all that reads it.
    types[name] = program?.type ?? DYN;
    if (program !== undefined) known.set(name, program);
  }
  const program = compileSource(expression, environmentOf(language, types, 'rule'));
  const complete = program !== undefined && known.size === variables.length;
  return { programs: complete ? { expression: program, variables: known } : undefined, diagnostics };
}

/** What an expression may name, given the types of the variables before it; in a rule `item` and `path` too. */
export function environmentOf(
  { kubernetes, plain }: Language,
  variables: Readonly<Record<string, Type>>,
  place: 'variable' | 'rule',
): Environment {
  return environment({
    ...(kubernetes !== undefined && { kubernetes }),
    plain,
    json,
    variables: { ...roots, ...(place === 'rule' && inRules), variables: variablesType(variables) },
  });
}

/** A variable as a source: problems in it are told by its name. */
export const variableSource = (name: string, text: string): Source => ({ name: `variable ${name}`, text });
const variableName = ({ name }: Source): string => name.slice('variable '.length);
