import {
  type BindingCandidate,
  type Candidate,
  type Change,
  type CompiledRule,
  type Considered,
  type OverrideState,
  overridePrefix,
  type Setting,
  type Truth,
} from '../../compile/index.ts';
import type {
  ExplainedBinding,
  ExplainedCriterion,
  ExplainedExpression,
  ExplainedItem,
  ExplainedOverride,
  ExplainedPod,
  ExplainedPolicy,
  ExplainedRule,
  ExplainedSetting,
  ExplainedVerdict,
  ExplainedViolation,
  FactAnswer,
  FactRequest,
  Operation,
  Path,
  Stop,
} from '../../model/index.ts';
import type { JudgedPod } from '../as-mutated.ts';
import type { Failure } from '../run.ts';
import { explainCriterion, explainReach, holdsOf } from './criteria.ts';
import { isLeftAlone, type Listener } from './recording.ts';

/** Items of one rule that are kept; the rest are counted. */
const mostItems = 1000;

type Open<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer U)[] ? U[] : T[K] };

/** What is put down of a policy while it is considered. */
export class PolicyRecord implements ExplainedPolicy, Listener {
  readonly name: string;
  stopped?: Stop;
  match: readonly ExplainedCriterion[];
  exclude: readonly ExplainedCriterion[] = [];
  readonly bindings: ExplainedBinding[] = [];
  pod?: ExplainedPod;
  override?: ExplainedOverride;
  readonly asked: Open<ExplainedSetting>[] = [];
  readonly verdicts: ExplainedVerdict[] = [];
  readonly #considered: Considered;
  readonly #operation: Operation;
  #place: (path: Path) => Path = (path) => path;
  #rule: Open<ExplainedRule> | undefined;
  #item: Open<ExplainedItem> | undefined;

  constructor(considered: Considered, operation: Operation) {
    const { policy, reach, exclude, requested, unreached } = considered;
    this.name = policy.name;
    this.#considered = considered;
    this.#operation = operation;
    this.match = explainReach(reach, requested, operation);
    if (exclude?.reach(requested, operation) === true) {
      this.exclude = explainReach(exclude.reach, requested, operation);
    }
    if (unreached !== undefined) this.stopped = { by: unreached };
    for (const binding of considered.bindings) {
      if (binding.reach(requested, operation)) continue;
      const match = explainReach(binding.reach, requested, operation);
      this.bindings.push({ name: binding.setting.binding ?? '', match, exclude: [], selects: 'no' });
    }
  }

  /** The policy's turn has come. */
  begin({ policy, exclude }: Candidate, change: Change): void {
    this.match = [...this.match, ...explainCriterion(policy.match, change)];
    this.exclude = [...this.exclude, ...explainCriterion(exclude, change)];
  }

  stop(by: Stop['by']): void {
    this.stopped = { by };
  }

  selected(binding: BindingCandidate, selects: Truth, change: Change): void {
    const compiled = this.#considered.bindings.find(({ setting }) => setting === binding.setting);
    const { requested } = this.#considered;
    const reached = compiled === undefined ? [] : explainReach(compiled.reach, requested, this.#operation);
    this.bindings.push({
      name: binding.setting.binding ?? '',
      match: [...reached, ...explainCriterion(binding.match, change)],
      exclude: explainCriterion(binding.exclude, change),
      selects: holdsOf(selects),
    });
    this.bindings.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  }

  judges(path: Path, { place, applied }: JudgedPod): void {
    const names = applied.map(({ policy, mutation }) => `${policy}/${mutation}`);
    this.pod = { path, mutatedBy: [...new Set(names)] };
    this.#place = place;
  }

  ask({ binding, params, assumed }: Setting, limit: number): void {
    this.asked.push({
      ...(binding !== undefined && { binding }),
      ...(params !== undefined && { params }),
      assumed,
      conditions: [],
      conditionsHold: 'yes',
      facts: [],
      variables: [],
      rules: [],
      cost: 0,
      limit,
    });
  }

  conditionsSay(outcome: Truth | string): void {
    const asked = this.asked.at(-1);
    if (asked !== undefined) asked.conditionsHold = typeof outcome === 'string' ? 'error' : holdsOf(outcome);
  }

  /** A fact that is asked for; undefined: nobody has answered yet. */
  fact({ source, key }: FactRequest, answer: FactAnswer | undefined): void {
    this.asked.at(-1)?.facts.push({ source, key, answer: answer ?? { status: 'unknown' } });
  }

  /** @param left of what the expressions may cost together */
  judged(assumed: boolean, left: number): void {
    const asked = this.asked.at(-1);
    if (asked === undefined) return;
    asked.cost = asked.limit - left;
    asked.assumed = assumed;
  }

  overridden(state: OverrideState): void {
    this.override = {
      annotation: `${overridePrefix}${this.name}`,
      state: state.kind,
      ...(state.kind === 'valid' && { reason: state.reason }),
      ...(state.kind === 'valid' && state.by !== undefined && { by: state.by }),
      ...(state.kind === 'refused' && { message: state.message }),
      assumed: state.kind === 'valid' && state.assumed,
    };
  }

  /** A rule is not judged, for want of what the context does not know. */
  passOver(rule: CompiledRule, message: string): void {
    const error = { message, unknown: true };
    this.asked.at(-1)?.rules.push({ ...named(rule), error, items: [], more: 0 });
  }

  expression(expression: ExplainedExpression): void {
    if (expression.role === 'condition') this.asked.at(-1)?.conditions.push(expression);
    else if (expression.role === 'variable') this.asked.at(-1)?.variables.push(expression);
    else this.#item?.expressions.push(expression);
  }

  ruleBegins(rule: CompiledRule): void {
    this.#rule = { ...named(rule), items: [], more: 0 };
    this.asked.at(-1)?.rules.push(this.#rule);
  }

  itemBegins(path: Path): void {
    const whole = [...(this.pod?.path ?? []), ...path];
    this.#item = { path: whole, leftAlone: false, expressions: [], violations: [] };
  }

  itemEnds(error: string | undefined): void {
    const [item, rule] = [this.#item, this.#rule];
    this.#item = undefined;
    if (item === undefined || rule === undefined) return;
    if (error !== undefined) item.error = error;
    item.leftAlone = isLeftAlone(item.expressions);
    if (rule.items.length < mostItems) rule.items.push(item);
    else rule.more++;
  }

  lacks(message: string): void {
    if (this.#item !== undefined) this.#item.unknown = message;
  }

  violation(message: string, path: Path, found?: ExplainedViolation['found']): void {
    this.#item?.violations.push({
      message,
      path: this.#place(path),
      ...(found !== undefined && { found }),
    });
  }

  ruleEnds(failure: Failure | undefined): void {
    if (failure !== undefined && this.#rule !== undefined) this.#rule.error = failure;
    this.#rule = undefined;
  }

  /** As it is, for whoever wants data and nothing else. */
  get explained(): ExplainedPolicy {
    const { name, stopped, match, exclude, bindings, pod, override, asked, verdicts } = this;
    return {
      name,
      ...(stopped !== undefined && { stopped }),
      match,
      exclude,
      bindings,
      ...(pod !== undefined && { pod }),
      ...(override !== undefined && { override }),
      asked,
      verdicts,
    };
  }
}

function named({ name, written }: CompiledRule): Pick<ExplainedRule, 'name' | 'check'> {
  return { name, ...(written !== undefined && { check: written }) };
}
