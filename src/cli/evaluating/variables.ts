import {
  type Activation,
  type Budget,
  CelError,
  LazyFields,
  type Program,
  type Value,
} from '../../cel/index.ts';

/** `variables`: each worked out when it is first read. Failed ones are ordinary errors to whoever reads them. */
export class Variables extends LazyFields {
  readonly #programs: ReadonlyMap<string, Program>;
  readonly #known = new Map<string, Value | CelError>();
  readonly #budget: Budget;
  #activation: Activation = {};

  constructor(programs: ReadonlyMap<string, Program>, budget: Budget) {
    super();
    this.#programs = programs;
    this.#budget = budget;
  }

  /** The activation that variables are evaluated in, which has them itself. */
  within(activation: Activation): Activation {
    this.#activation = { ...activation, variables: this };
    return this.#activation;
  }

  override field(name: string): Value | CelError | undefined {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const result = this.#programs.get(name)?.evaluate(this.#activation, this.#budget);
    if (result === undefined) return undefined;
    const value =
      result instanceof CelError ? new CelError(`variable \`${name}\`: ${result.message}`) : result;
    this.#known.set(name, value);
    return value;
  }
}
