import { CelError, type CompiledRule, type Expression, type Lacking, Scope } from '../../compile/index.ts';
import { valueAt } from '../../jsonpatch/index.ts';
import type { ExplainedExpression, ExplainedStep, Path } from '../../model/index.ts';
import { type Failure, type Found, Runner } from '../run.ts';

/** Takes what is seen of an evaluation while it goes on. */
export interface Listener {
  expression(expression: ExplainedExpression): void;
  ruleBegins(rule: CompiledRule): void;
  /** @param path from the target */
  itemBegins(path: Path): void;
  itemEnds(error: string | undefined): void;
  /** The item reads what is not known. */
  lacks(message: string): void;
  /** @param found what is at the path; absent where it is the item itself */
  violation(message: string, path: Path, found?: { readonly value: unknown }): void;
  ruleEnds(failure: Failure | undefined): void;
}

/** More steps of one expression nobody reads. */
const mostSteps = 10_000;

/** A scope whose expressions tell the value of each of their parts. */
export class RecordingScope extends Scope {
  readonly #listener: Pick<Listener, 'expression'>;

  constructor(listener: Pick<Listener, 'expression'>, ...args: ConstructorParameters<typeof Scope>) {
    super(...args);
    this.#listener = listener;
  }

  override run(expression: Expression): ReturnType<Scope['run']> {
    const { role, name, source, program } = expression;
    const { budget } = this;
    const steps: ExplainedStep[] = [];
    let cut = false;
    const value = program.trace(this.activation, budget, (step) => {
      if (steps.length < mostSteps) steps.push(step);
      else cut = true;
    });
    const { cost } = budget;
    const named = { role, ...(name !== undefined && { name }), source };
    this.#listener.expression({ ...named, value, steps, cut, cost });
    return value;
  }

  /** Who asks why wants to see it worked out. */
  override recall(): undefined {}

  override passOver({ role, name, source }: Expression, why: string): void {
    const named = { role, ...(name !== undefined && { name }), source };
    this.#listener.expression({ ...named, unknown: why, steps: [], cut: false, cost: 0 });
  }
}

/** A runner that tells of each item. */
export class RecordingRunner extends Runner {
  readonly #listener: Listener;

  constructor(scope: Scope, listener: Listener) {
    super(scope);
    this.#listener = listener;
  }

  override run(rule: CompiledRule, found: Found): Failure | undefined {
    this.#listener.ruleBegins(rule);
    const failure = super.run(rule, (message, path, cap) => {
      const { target, itemPath } = this.scope;
      const isItem = rule.items === undefined ? path.length === 0 : path.length === itemPath().length;
      this.#listener.violation(message, path, isItem ? undefined : { value: valueAt(target, path) });
      found(message, path, cap);
    });
    this.#listener.ruleEnds(failure);
    return failure;
  }

  /** Who asks why wants to see every item. */
  protected override passes(): boolean {
    return false;
  }

  protected override judge(rule: CompiledRule, item: unknown): string | undefined {
    this.#listener.itemBegins([...this.scope.itemPath()]);
    const failure = super.judge(rule, item);
    this.#listener.itemEnds(failure);
    return failure;
  }

  protected override miss(lacking: Lacking): string | undefined {
    this.#listener.lacks(lacking.message);
    return super.miss(lacking);
  }
}

/** Whether `when` left an item alone. */
export function isLeftAlone(expressions: readonly ExplainedExpression[]): boolean {
  const when = expressions.find(({ role }) => role === 'when');
  return when !== undefined && when.value !== true && !(when.value instanceof CelError);
}
