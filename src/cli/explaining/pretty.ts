import { CelError } from '../../cel/index.ts';
import type {
  ExplainedCriterion,
  ExplainedExpression,
  ExplainedFact,
  ExplainedItem,
  ExplainedMutation,
  ExplainedPolicy,
  ExplainedRule,
  ExplainedSetting,
  Explanation,
  Path,
} from '../../model/index.ts';
import { type Colours, changeLines, colours, printable } from '../../report/index.ts';
import { figure } from '../evaluating/row.ts';
import { answerLines } from './answer.ts';
import { count, expressionLines } from './expression.ts';
import type { Selection } from './select.ts';
import { verdictLines } from './verdicts.ts';
import { checkText, criterionText, factText, foundText, mark, placeOf, show, stopText } from './words.ts';

/** How an explanation is shown to people. */
export interface PrettyOptions {
  readonly colour: boolean;
  /** Policies that do not apply one by one, and every item with its values. */
  readonly all: boolean;
  readonly selection: Selection;
  /** The answer, and a line for each policy. */
  readonly compact: boolean;
}

/** What is known of a fact, as a mark. */
const factHolds = { known: 'yes', unavailable: 'no', unknown: 'unknown' } as const;

/** Items of a rule that are shown; the rest are counted. */
const mostItems = 20;

/** One explanation for people: the answer, then the way there. */
export function pretty(explanation: Explanation, options: PrettyOptions): string {
  const writer = new Writer(options);
  return `${writer.explanation(explanation).join('\n')}\n`;
}

class Writer {
  readonly #options: PrettyOptions;
  readonly #paint: Colours;

  constructor(options: PrettyOptions) {
    this.#options = options;
    this.#paint = colours(options.colour);
  }

  explanation(explanation: Explanation): readonly string[] {
    const { policies, mutations } = explanation;
    const { selection, compact } = this.#options;
    const asked = policies.filter(({ stopped }) => stopped === undefined);
    const others = policies.filter(({ stopped }) => stopped !== undefined);
    const isQuiet = (policy: ExplainedPolicy): boolean =>
      !this.#isDetailed && (compact || policy.verdicts.length === 0);
    const quiet = asked.filter(isQuiet);
    return [
      ...answerLines(explanation, selection, this.#paint, compact),
      ...(mutations.length === 0 || compact ? [] : this.#mutations(mutations)),
      ...asked.filter((policy) => !isQuiet(policy)).flatMap((policy) => ['', ...this.#policy(policy)]),
      ...(quiet.length === 0 ? [] : ['', ...quiet.map((policy) => this.#line(policy))]),
      ...this.#others(others),
    ];
  }

  /** A policy that there is no more to say of. */
  #line(policy: ExplainedPolicy): string {
    const { name, verdicts, asked } = policy;
    const rules = new Set(asked.flatMap((each) => each.rules.map((rule) => rule.name))).size;
    const found = verdicts.filter(({ dropped }) => !dropped).length;
    const text =
      found > 0
        ? count(found, 'finding')
        : rules === 0
          ? 'has mutations only'
          : `${count(rules, 'rule')} met`;
    return `${mark(found === 0 ? 'yes' : 'no', this.#paint)} ${printable(name)}: ${text}`;
  }

  #others(policies: readonly ExplainedPolicy[]): readonly string[] {
    const { selection, all } = this.#options;
    if (policies.length === 0) return [];
    if (selection.policy !== undefined) return ['', ...policies.flatMap((policy) => this.#unasked(policy))];
    if (all) {
      return ['', ...policies.map((policy) => `· ${printable(policy.name)}: ${stopText(policy)}`)];
    }
    const does = policies.length === 1 ? 'policy does' : 'policies do';
    return ['', `${policies.length} ${does} not apply; \`--all\` says why`];
  }

  #unasked(policy: ExplainedPolicy): readonly string[] {
    return [
      `${this.#paint.strong(printable(policy.name))} does not apply: ${stopText(policy)}`,
      ...this.#criteria(policy),
      ...policy.asked.flatMap((asked) => this.#conditions(asked)),
    ];
  }

  #criteria({ match, exclude, bindings }: ExplainedPolicy): readonly string[] {
    const excludes = exclude.length > 0 && exclude.every(({ holds }) => holds === 'yes');
    return [
      '  match',
      ...this.#each(match, 4),
      ...(exclude.length === 0
        ? []
        : [`  exclude${excludes ? '' : ', which does not hold'}`, ...this.#each(exclude, 4)]),
      ...(bindings.length === 0 ? [] : ['  bindings']),
      ...bindings.flatMap(({ name, selects, match, exclude }) => [
        `    ${mark(selects, this.#paint)} ${printable(name)}${selects === 'no' ? ' does not select this' : ''}`,
        ...this.#each(match, 6),
        ...(exclude.length === 0 ? [] : ['      exclude', ...this.#each(exclude, 8)]),
      ]),
    ];
  }

  #each(criteria: readonly ExplainedCriterion[], indent: number): readonly string[] {
    const lines = criteria.map(
      (criterion) => `${' '.repeat(indent)}${mark(criterion.holds, this.#paint)} ${criterionText(criterion)}`,
    );
    return lines.length === 0 ? [`${' '.repeat(indent)}${mark('yes', this.#paint)} everything`] : lines;
  }

  #conditions({ conditions }: ExplainedSetting): readonly string[] {
    return conditions.flatMap((condition) => {
      const { name = '', value, unknown } = condition;
      const holds =
        unknown !== undefined
          ? 'unknown'
          : value instanceof CelError
            ? 'error'
            : value === true
              ? 'yes'
              : 'no';
      const why = unknown === undefined ? '' : `: ${unknown}`;
      return [
        `  ${mark(holds, this.#paint)} condition ${printable(name)}${why}`,
        ...(unknown === undefined ? expressionLines(condition, '      ') : []),
      ];
    });
  }

  #policy(policy: ExplainedPolicy): readonly string[] {
    const { name, pod, override, asked, verdicts } = policy;
    const mutated =
      pod === undefined || pod.mutatedBy.length === 0 ? '' : `, mutated by ${pod.mutatedBy.join(', ')}`;
    return [
      this.#paint.strong(printable(name)),
      ...this.#criteria(policy),
      ...(pod === undefined ? [] : [`  pod: ${placeOf(pod.path)}${printable(mutated)}`]),
      ...asked.flatMap((setting) => this.#setting(setting, pod?.path ?? [])),
      ...(override === undefined ? [] : [this.#override(override)]),
      ...verdictLines(verdicts, this.#paint),
    ];
  }

  #override(override: NonNullable<ExplainedPolicy['override']>): string {
    const { state, annotation, reason = '', by, message = '', assumed } = override;
    const who = by === undefined ? '' : ` by ${by}`;
    const text =
      state === 'none'
        ? `none: there is no annotation ${annotation}`
        : state === 'valid'
          ? `valid${who}: ${reason}`
          : `refused: ${message}`;
    const holds = state === 'valid' ? (assumed ? 'unknown' : 'yes') : 'no';
    return `  ${state === 'none' ? '·' : mark(holds, this.#paint)} override ${printable(text)}`;
  }

  #setting(setting: ExplainedSetting, target: Path): readonly string[] {
    const { binding, params, assumed, facts, variables, rules, cost, limit, conditionsHold } = setting;
    return [
      ...(binding === undefined ? [] : [`  with binding ${printable(binding)}`]),
      ...this.#conditions(setting),
      ...(params === undefined ? [] : [`  params: ${show(params)}`]),
      ...(assumed
        ? [`  ${mark('unknown', this.#paint)} taken to apply for want of what only the cluster knows`]
        : []),
      ...facts.map((fact) => `  ${this.#fact(fact)}`),
      ...(conditionsHold === 'no' ? [] : rules.flatMap((rule) => this.#rule(rule, target))),
      ...variables.flatMap((variable) => this.#variable(variable)),
      ...(cost === 0 ? [] : [`  cost: ${figure(cost)} of ${figure(limit)}`]),
    ];
  }

  #variable(variable: ExplainedExpression): readonly string[] {
    const { name = '', value, cost } = variable;
    return [
      `  variables.${printable(name)} = ${show(value)} ${this.#paint.faint(`(cost ${figure(cost)})`)}`,
      ...(this.#isDetailed ? expressionLines(variable, '      ') : []),
    ];
  }

  get #isDetailed(): boolean {
    return this.#options.selection.policy !== undefined || this.#options.all;
  }

  #rule({ name, check, error, items, more }: ExplainedRule, target: Path): readonly string[] {
    const judged = items.filter(({ leftAlone }) => !leftAlone);
    const bad = judged.filter(({ violations }) => violations.length > 0);
    const left = items.length - judged.length;
    const alone = left === 0 ? '' : `, ${left} left alone`;
    const [first] = items;
    const isWhole = items.length === 1 && more === 0 && first?.path.join('.') === target.join('.');
    const holds = bad.length > 0 ? 'no' : error === undefined ? 'yes' : error.unknown ? 'unknown' : 'error';
    const unmet = `not met by ${bad.length} of ${count(judged.length + more, 'item')}${alone}`;
    const text =
      error !== undefined
        ? `${bad.length > 0 ? `${unmet}; ` : ''}${error.message}`
        : items.length === 0
          ? 'nothing selected'
          : judged.length === 0
            ? `left alone, \`when\` is not true${isWhole ? '' : ` for any of ${count(items.length + more, 'item')}`}`
            : isWhole
              ? holds === 'yes'
                ? 'met'
                : 'not met'
              : bad.length > 0
                ? unmet
                : `met by ${count(judged.length + more, 'item')}${alone}`;
    const isTelling = (item: ExplainedItem): boolean =>
      item.violations.length > 0 || item.error !== undefined || item.unknown !== undefined;
    const shown = [...items.filter(isTelling), ...items.filter((item) => !isTelling(item))];
    const limit = this.#options.all ? items.length : mostItems;
    const rest = shown.length - limit + more;
    const isBrief = isWhole && !this.#isDetailed && !items.some(isTelling);
    // What an expression asks is with its values.
    const isWritten = check !== undefined && (check.name !== 'expression' || items.length === 0) && !isBrief;
    return [
      `  ${mark(holds, this.#paint)} rule ${printable(name)}: ${printable(text)}`,
      ...(isWritten && (holds !== 'yes' || this.#isDetailed) ? [`      ${checkText(check)}`] : []),
      ...(isBrief ? [] : shown.slice(0, limit).flatMap((item) => this.#item(item))),
      ...(rest > 0 ? [`      … and ${count(rest, 'more item')}`] : []),
    ];
  }

  #item(item: ExplainedItem): readonly string[] {
    const { path, leftAlone, expressions, violations, error, unknown } = item;
    const isBad = violations.length > 0 || error !== undefined;
    const place = placeOf(path);
    const holds = isBad ? 'no' : unknown === undefined ? 'yes' : 'unknown';
    const sign = leftAlone ? '·' : mark(holds, this.#paint);
    const why = leftAlone ? ': left alone, `when` is not true' : holds === 'unknown' ? `: ${unknown}` : '';
    const isWhole = isBad || this.#isDetailed;
    return [
      `      ${sign} ${place}${printable(why)}`,
      ...violations.map(({ message, path: at, found }) => {
        const where = foundText(at, found);
        return `          ${printable(message)}${where === place ? '' : ` ${this.#paint.faint(`(${where})`)}`}`;
      }),
      ...(isWhole ? expressions.flatMap((each) => this.#expression(each)) : []),
    ];
  }

  /** Messages have been shown already, as what they came to. */
  #expression(expression: ExplainedExpression): readonly string[] {
    const { role, value, cost } = expression;
    const isMessage = role === 'message' || role === 'messageExpression';
    if (isMessage && !this.#isDetailed && !(value instanceof CelError)) return [];
    return [
      `          ${role}: ${show(value)} ${this.#paint.faint(`(cost ${figure(cost)})`)}`,
      ...expressionLines(expression, '            '),
    ];
  }

  #mutations(mutations: readonly ExplainedMutation[]): readonly string[] {
    const groups = Map.groupBy(mutations, ({ template }) => template && placeOf(template));
    return [...groups].flatMap(([template, group]) => {
      const title = template === undefined ? 'mutations' : `mutations of the Pods made of ${template}`;
      const failed = new Set<string>();
      return [
        '',
        this.#paint.strong(title),
        ...group.flatMap((mutation) => {
          const { outcome, round, policy, why } = mutation;
          // That the last round changed nothing is why it was the last.
          if (outcome === 'nothing' && round !== 1) return [];
          const failure = JSON.stringify([policy, mutation.mutation, why]);
          if (outcome === 'failed' && failed.has(failure)) return [];
          if (outcome === 'failed') failed.add(failure);
          return this.#mutation(mutation);
        }),
      ];
    });
  }

  #mutation(explained: ExplainedMutation): readonly string[] {
    const paint = this.#paint;
    const { policy, mutation, binding, round, outcome, why, changes, facts, items } = explained;
    const name = printable(mutation === '' ? policy : `${policy}/${mutation}`);
    const sign = outcome === 'made' ? mark('yes', paint) : outcome === 'failed' ? mark('no', paint) : '·';
    const left = items.filter(({ leftAlone }) => leftAlone).length;
    const reason =
      why !== undefined
        ? `; ${why}`
        : outcome === 'nothing'
          ? `; ${idleness(items.length, left)}`
          : left > 0
            ? `, ${left} of ${count(items.length, 'item')} left alone`
            : '';
    const notes = [
      ...(round === undefined ? [] : [`round ${round}`]),
      ...(binding === undefined ? [] : [`binding ${binding}`]),
    ];
    const note = notes.length === 0 ? '' : ` ${paint.faint(printable(`(${notes.join(', ')})`))}`;
    return [
      `  ${sign} ${name}: ${outcomeTexts[outcome]}${printable(reason)}${note}`,
      ...(round === 1 ? facts.map((fact) => `      ${this.#fact(fact)}`) : []),
      ...changes.slice(0, mostItems).flatMap((change) => changeLines(change, '      ', paint)),
      ...(changes.length > mostItems
        ? [`      … and ${count(changes.length - mostItems, 'more change')}`]
        : []),
      ...(this.#isDetailed ? items.slice(0, mostItems).flatMap((item) => this.#item(item)) : []),
    ];
  }

  #fact(fact: ExplainedFact): string {
    return `${mark(factHolds[fact.answer.status], this.#paint)} fact ${factText(fact)}`;
  }
}

const outcomeTexts: Readonly<Record<ExplainedMutation['outcome'], string>> = {
  made: 'made',
  noted: 'only noted, by enforcement',
  off: 'switched off',
  nothing: 'nothing to do',
  failed: 'failed, and nothing of its policy is made',
};

/** Why a mutation had nothing to do. */
function idleness(items: number, left: number): string {
  if (items === 0) return 'nothing selected';
  return left === items ? '`when` is not true' : 'it is so already';
}
