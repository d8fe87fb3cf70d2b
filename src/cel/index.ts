import type { Problem } from './ast.ts';
import { check } from './check/checker.ts';
import { validate } from './check/validate.ts';
import { findConstants } from './compile/constants.ts';
import { Program } from './compile/program.ts';
import { type Environment, isIn } from './environment.ts';
import { DEFAULT_LIMITS, type ParseLimits, parse as parseSource } from './parser.ts';
import { sameType, showType, type Type } from './type.ts';

export {
  type Bind,
  type Call,
  type Expr,
  type Fold,
  forEachChild,
  type Problem,
  type Select,
} from './ast.ts';
export { Budget } from './budget.ts';
export type { Reference } from './check/checker.ts';
export type { Activation, Program, Read, TraceStep, Tree } from './compile/program.ts';
export type { CallProblem, FunctionDeclaration, Library, Overload, WrittenArgument } from './declaration.ts';
export { describe, type Json, toJson, toText } from './describe.ts';
export { type Environment, type EnvironmentOptions, environment } from './environment.ts';
export { equal } from './equality.ts';
export { NAMESPACE, REQUEST, variablesType } from './kubernetes.ts';
export {
  AUTHORIZER,
  type AuthorizationAnswer,
  type AuthorizationCheck,
  type AuthorizationResolver,
  type AuthorizationResource,
  type AuthorizationSubject,
  AuthorizerValue,
  JSONPATCH,
  RESOURCE_CHECK,
  ResourceCheckValue,
} from './library/index.ts';
export { isIdentifier, type ParseLimits } from './parser.ts';
export * from './type.ts';
export {
  CelError,
  Double,
  double,
  failure,
  int,
  LazyFields,
  MapValue,
  NONE,
  OpaqueValue,
  OptionalValue,
  some,
  TypeValue,
  typeOf,
  Uint,
  type Value,
} from './value.ts';

export interface CompileOptions {
  /** The type or types the expression must have; dyn is none of them but where it is named. */
  readonly expect?: Type | readonly Type[];
  readonly limits?: Partial<ParseLimits>;
  /** False runs an expression without checking it: what does not fit is an error where it is evaluated. */
  readonly check?: boolean;
}

export type CompileResult =
  | { readonly ok: true; readonly program: Program; readonly warnings: readonly Problem[] }
  | { readonly ok: false; readonly problems: readonly Problem[]; readonly warnings: readonly Problem[] };

const limitsOf = (environment: Environment, options: CompileOptions): ParseLimits => ({
  ...DEFAULT_LIMITS,
  backticks: environment.plain,
  ...options.limits,
});

/** Only the syntax of an expression: its problems, none where it parses. */
export function parse(
  source: string,
  environment: Environment,
  options: CompileOptions = {},
): readonly Problem[] {
  const parsed = parseSource(source, environment.macros, limitsOf(environment, options));
  return parsed.ok ? [] : parsed.problems;
}

/**
 * Parses and checks an expression. All its syntax errors are reported, or else all its type errors, or else what
 * Kubernetes refuses beyond types. Warnings are about what Kubernetes accepts: an unknown field of an open object.
 */
export function compile(
  source: string,
  environment: Environment,
  options: CompileOptions = {},
): CompileResult {
  const parsed = parseSource(source, environment.macros, limitsOf(environment, options));
  if (!parsed.ok) return { ok: false, problems: parsed.problems, warnings: [] };
  const { expr, nodes } = parsed;
  const checked = check(expr, nodes, environment, options.check === false);
  const { warnings } = checked;
  if (checked.problems.length > 0) return { ok: false, problems: checked.problems, warnings };
  const type = checked.types[expr.id] as Type;
  const wrong = unexpectedType(type, options.expect);
  const problems: Problem[] = [];
  if (!environment.plain && checked.suspect)
    problems.push(...validate(expr, checked, isIn(environment.kubernetes, '1.29')));
  if (problems.length === 0 && wrong !== undefined)
    problems.push({ ...wrong, start: expr.start, end: expr.end });
  if (problems.length > 0) return { ok: false, problems, warnings };
  const constants = checked.suspect ? findConstants(expr, nodes, checked, environment) : undefined;
  if (constants !== undefined && constants.problems.length > 0) {
    return { ok: false, problems: constants.problems, warnings };
  }
  return { ok: true, program: new Program(source, expr, nodes, environment, checked, constants), warnings };
}

function unexpectedType(
  type: Type,
  expect: CompileOptions['expect'],
): Pick<Problem, 'message' | 'help'> | undefined {
  if (expect === undefined) return undefined;
  const wanted: readonly Type[] = Array.isArray(expect) ? expect : [expect as Type];
  if (wanted.some((one) => sameType(one, type))) return undefined;
  const names = wanted.map(showType).join(' or ');
  const [first] = wanted;
  const help =
    type.kind === 'dyn' && first?.kind === 'bool'
      ? { help: 'compare it: `… == true`' }
      : type.kind === 'dyn' && first !== undefined
        ? { help: `convert it: \`${showType(first)}(…)\`` }
        : {};
  return { message: `the expression must be ${names} but is ${showType(type)}`, ...help };
}
