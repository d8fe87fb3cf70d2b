import {
  type Activation,
  Budget,
  CelError,
  compile,
  DYN,
  describe,
  type EnvironmentOptions,
  environment,
  type Value,
} from '../../src/cel/index.ts';

/** The variables most tests read, as `JSON.parse` makes them. */
export const OBJECT: Value = JSON.parse(
  '{"a":{"b":{"c":1}},"metadata":{"name":"settings","labels":{"app":"web"}},"spec":{"size":7,"tags":["x","y"],"nothing":null}}',
);

const kubernetes = environment({ kubernetes: '1.36', json: ['object'], variables: { object: DYN } });
const plain = environment({ plain: true, variables: { object: DYN } });

export interface Outcome {
  readonly result: Value | CelError;
  readonly cost: number;
}

/** Compiles and runs an expression; what does not compile is a bug of the test. */
export function run(source: string, activation: Activation = { object: OBJECT }, env = kubernetes): Outcome {
  const compiled = compile(source, env);
  if (!compiled.ok)
    throw new Error(`${source}: ${compiled.problems.map(({ message }) => message).join('; ')}`);
  const budget = new Budget();
  const result = compiled.program.evaluate(activation, budget);
  return { result, cost: budget.cost };
}

/** The value of an expression as CEL writes it, or `error: …`. */
export function show(source: string, activation?: Activation): string {
  const { result } = run(source, activation);
  return result instanceof CelError ? `error: ${result.message}` : describe(result);
}

/** The same in the plain language. */
export function showPlain(source: string): string {
  const { result } = run(source, { object: OBJECT }, plain);
  return result instanceof CelError ? `error: ${result.message}` : describe(result);
}

/** The problems of an expression, each as `start-end message (help)`. */
export function problems(
  source: string,
  options: EnvironmentOptions = { variables: { object: DYN } },
): string[] {
  const compiled = compile(source, environment(options));
  if (compiled.ok) return [];
  return compiled.problems.map(
    ({ message, help, start, end }) => `${start}-${end} ${message}${help === undefined ? '' : ` (${help})`}`,
  );
}
