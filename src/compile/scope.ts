import { type Activation, Budget, CelError, failure, type LazyFields, type Value } from '../cel/index.ts';
import { formatPath } from '../jsonpath/index.ts';
import type { JsonObject, Path } from '../model/index.ts';
import { makeTimestamp, type Timestamp } from '../time/index.ts';
import type { Change } from './change.ts';
import type { CompiledVariables, Expression } from './expressions/index.ts';
import type { KnownFacts, Lacking } from './facts/index.ts';
import type { Items } from './items.ts';
import { requestObject } from './request.ts';
import type { ScreenGroup } from './screen-group.ts';
import { type Selected, selectFrom } from './selected.ts';

/**
 * What a rule can see while it judges one item, under the names that expressions know it by. One scope serves all
 * items of all rules of an evaluation: `item` and `itemPath` are set anew for each, the rest for each policy.
 */
export class Scope {
  readonly change: Change;
  readonly object: JsonObject | null;
  readonly oldObject: JsonObject | null;
  /** What `$` stands for: the object, or the pod that it carries. */
  target: unknown = undefined;
  item: unknown = undefined;
  /** From the target to the item. */
  itemPath: () => Path = noPath;
  params: JsonObject | undefined = undefined;
  variables: LazyFields | undefined = undefined;
  /** What is known of the world beyond the request; undefined where the policy declares no facts. */
  known: KnownFacts | undefined = undefined;
  /** What the expressions of the policy may still cost. */
  budget: Budget = new Budget();
  /** Whether an expression of an earlier policy met an integer that had been rounded. */
  imprecise = false;
  readonly #now: number;
  #carriesPod = false;
  #request: JsonObject | undefined;
  #lacking: Lacking | undefined;
  /** What is selected from the target; null where it is not kept. */
  #selected = new Map<Items, Selected | null>();
  /** Which groups of rules find nothing in the target. */
  #passed = new Map<ScreenGroup, boolean>();

  /** @param now in milliseconds since the epoch */
  constructor(change: Change, object: JsonObject | null, oldObject: JsonObject | null, now: number) {
    this.change = change;
    this.object = object;
    this.oldObject = oldObject;
    this.#now = now;
  }

  /** Turns to a policy, with the parameters that it is asked with. */
  enter(variables: CompiledVariables | undefined, params: JsonObject | undefined): void {
    this.params = params;
    this.known = undefined;
    this.variables = variables?.bind(this);
    if (this.budget.isFresh) return;
    this.imprecise ||= this.budget.imprecise;
    this.budget = new Budget();
  }

  /** Turns to what the policy judges. */
  aim(target: unknown, carriesPod: boolean): void {
    if (this.target !== target) {
      if (this.#selected.size > 0) this.#selected = new Map();
      if (this.#passed.size > 0) this.#passed = new Map();
    }
    this.target = target;
    this.#carriesPod = carriesPod;
  }

  /** The items of the target, remembered for other rules that go through the same; undefined where they are many. */
  select(items: Items): Selected | undefined {
    const known = this.#selected.get(items);
    if (known !== undefined) return known ?? undefined;
    const selected = selectFrom(this.target, items);
    this.#selected.set(items, selected ?? null);
    return selected;
  }

  /** Whether no screened rule of the group finds anything in the target. */
  passes(group: ScreenGroup): boolean {
    let passes = this.#passed.get(group);
    if (passes === undefined) {
      passes = group.accepts(this.target);
      this.#passed.set(group, passes);
    }
    return passes;
  }

  /** What was worked out before of nothing but the parameters. */
  recall<T>(known: WeakMap<object, T>): T | undefined {
    return this.params === undefined ? undefined : known.get(this.params);
  }

  get pod(): unknown {
    return this.#carriesPod ? this.target : undefined;
  }

  get facts(): LazyFields | undefined {
    return this.known?.fields;
  }

  /** What is in the image that the item names. */
  get image(): Value | CelError | undefined {
    return this.known?.ofImage(this.item);
  }

  /** Remembers that something was read that is not known: the first of its kind is what counts. */
  lack(lacking: Lacking): void {
    this.#lacking ??= lacking;
  }

  get lacks(): boolean {
    return this.#lacking !== undefined;
  }

  /** What was read that is not known since this was last asked. */
  takeLacking(): Lacking | undefined {
    const lacking = this.#lacking;
    this.#lacking = undefined;
    return lacking;
  }

  /** The path of the item in the target, as text. */
  get path(): string {
    return formatPath(this.itemPath());
  }

  get now(): Timestamp | undefined {
    const seconds = Math.floor(this.#now / 1000);
    return makeTimestamp(seconds, Math.floor((this.#now - seconds * 1000) * 1_000_000));
  }

  get namespaceObject(): Value | CelError {
    const namespace = this.change.input.namespaceObject;
    return namespace === undefined ? failure('the namespace is not known here') : (namespace as Value);
  }

  get request(): JsonObject {
    this.#request ??= requestObject(this.change.input);
    return this.#request;
  }

  /** Works an expression out, within the budget of the policy. Who explains a decision listens here. */
  run({ program, known }: Expression): Value | CelError {
    const { budget, params } = this;
    if (known === undefined || params === undefined) return program.evaluate(this.activation, budget);
    const before = known.get(params);
    if (before !== undefined && before.cost <= budget.allowance) {
      budget.spend(before.cost);
      return before.value;
    }
    const value = program.evaluate(this.activation, budget);
    if (!(value instanceof CelError) && !budget.imprecise) known.set(params, { value, cost: budget.cost });
    return value;
  }

  /** An expression is not worked out, for want of what the context does not know. */
  passOver(_expression: Expression, _why: string): void {}

  /** The scope as expressions read it. */
  get activation(): Activation {
    return this as unknown as Activation;
  }
}

const noPath = (): Path => [];
