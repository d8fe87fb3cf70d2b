import { CelError, compile, type Program, type Type, type Value } from '../../cel/index.ts';
import type { Path } from '../../model/index.ts';
import type { Problem } from '../problem.ts';
import type { Scope } from '../scope.ts';
import type { Surroundings } from './environment.ts';
import { joinNeeds, type Needs, needsOf } from './needs.ts';

/** What an expression is for. */
export type ExpressionUse =
  | 'condition'
  | 'variable'
  | 'fact'
  | 'when'
  | 'check'
  | 'message'
  | 'messageExpression'
  | 'value';

/** An expression ready to be run. */
export interface Expression {
  readonly role: ExpressionUse;
  /** Of a condition or a variable. */
  readonly name?: string;
  readonly source: string;
  readonly program: Program;
  readonly type: Type;
  /** What it reads, what its variables read included. */
  readonly needs: Needs;
  /** Where it reads nothing but parameters: what came of it, by them. They stay the same from request to request. */
  readonly known?: WeakMap<object, KnownValue>;
  /** Its value, or the error of working it out. */
  evaluate(scope: Scope): Value | CelError;
}

/** A value that was worked out before, and what that cost. */
export interface KnownValue {
  readonly value: Value;
  readonly cost: number;
}

/** The needs of the variables that expressions may refer to, by name. */
export type VariableNeeds = Readonly<Record<string, Needs>>;

/**
 * Compiles an expression. What is wrong with it is put down at `path`, with its place in the text; then the result
 * is undefined.
 * @param options.shift how far into the text at `path` the expression begins
 */
export function compileExpression(
  source: string,
  { environment, typed }: Surroundings,
  options: {
    readonly expect?: Type;
    readonly variables: VariableNeeds;
    readonly path: Path;
    readonly shift?: number;
    /** `check` where it is absent. */
    readonly role?: ExpressionUse;
    readonly name?: string;
  },
  problems: Problem[],
): Expression | undefined {
  const { expect, path, shift = 0, role = 'check', name } = options;
  const compiled = compile(source, environment, expect === undefined ? {} : { expect });
  const report = (
    found: { readonly message: string; readonly help?: string; readonly start: number; readonly end: number },
    kind: Pick<Problem, 'code' | 'severity'>,
  ): void => {
    const { message, help, start, end } = found;
    const place = { path, offset: shift + start, length: Math.max(1, end - start) };
    problems.push({ ...kind, message, ...(help !== undefined && { help }), ...place });
  };
  for (const warning of compiled.warnings) report(warning, { code: 'AB1306', severity: 'warning' });
  if (!compiled.ok) {
    for (const problem of compiled.problems) report(problem, { code: 'AB1305' });
    return undefined;
  }
  reportTyped(source, typed, compiled.warnings, (warning) =>
    report(warning, { code: 'AB1306', severity: 'warning' }),
  );
  const { program } = compiled;
  program.prepare();
  const expression: Expression = {
    role,
    ...(name !== undefined && { name }),
    source,
    program,
    type: program.type,
    ...(program.reads.every(({ variable }) => variable === 'params') && { known: new WeakMap() }),
    needs: joinNeeds([needsOf(program), ...variablesOf(program).map((name) => options.variables[name])]),
    evaluate: (scope) => scope.run(expression),
  };
  return expression;
}

interface Found {
  readonly message: string;
  readonly help?: string;
  readonly start: number;
  readonly end: number;
}

/**
 * What is doubtful about an expression when its objects are of the kinds that the policy names. As for a
 * ValidatingAdmissionPolicy that never changes an answer: the types are asked, and the program thrown away.
 */
function reportTyped(
  source: string,
  typed: Surroundings['typed'],
  known: readonly Found[],
  report: (warning: Found) => void,
): void {
  const seen = new Set(known.map(({ message, start }) => `${start} ${message}`));
  for (const { kind, environment } of typed) {
    const compiled = compile(source, environment);
    for (const found of [...compiled.warnings, ...(compiled.ok ? [] : compiled.problems)]) {
      const key = `${found.start} ${found.message}`;
      if (seen.has(key)) continue;
      seen.add(key);
      report(kind === undefined ? found : { ...found, message: `${found.message} (of a ${kind})` });
    }
  }
}

function variablesOf(program: Program): readonly string[] {
  return program.reads.flatMap(({ variable, path }) =>
    variable === 'variables' && path[0] !== undefined ? [path[0]] : [],
  );
}

/** How much of an expression a message quotes, in UTF-16 code units. */
const longestQuote = 80;

/** A piece of an expression as a message quotes it: on one line, and not too much of it. */
export function quoteExpression(source: string): string {
  const text = source.replaceAll(/\s+/g, ' ').trim();
  return `\`${text.length > longestQuote ? `${text.slice(0, longestQuote - 1)}…` : text}\``;
}

/** An error of evaluation in a sentence: what, where in the expression, and what kind of value was there. */
export function errorText(error: CelError, source: string): string {
  const where = error.start < 0 ? '' : ` in ${quoteExpression(source.slice(error.start, error.end))}`;
  const what = error.valueType === undefined ? '' : `, where the value is of type ${error.valueType}`;
  return `${error.message}${where}${what}`;
}

export { CelError };
