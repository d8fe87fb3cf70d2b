import { CelError } from '../../cel/index.ts';
import { formatPath } from '../../jsonpath/index.ts';
import type {
  ExplainedCriterion,
  ExplainedExpression,
  ExplainedItem,
  ExplainedMutation,
  ExplainedPolicy,
  ExplainedRule,
  ExplainedSetting,
  ExplainedVerdict,
  Explanation,
} from '../../model/index.ts';
import { type Colours, changeLines, colours, printable } from '../../report/index.ts';
import { expressionLines, figure } from './expression.ts';
import { isFinding, nameOf } from './select.ts';
import {
  actionOf,
  criterionText,
  entryText,
  exceptionText,
  factText,
  mark,
  placeOf,
  show,
  stepText,
  stopText,
} from './words.ts';

/** How an explanation is shown to people. */
export interface PrettyOptions {
  readonly colour: boolean;
  /** Policies that do not apply one by one, and every item with its values. */
  readonly all: boolean;
  /** One policy was asked for. */
  readonly one: boolean;
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
    const { one, all, compact } = this.#options;
    const asked = policies.filter(({ stopped }) => stopped === undefined);
    const others = policies.filter(({ stopped }) => stopped !== undefined);
    const isQuiet = (policy: ExplainedPolicy): boolean =>
      !all && !one && (compact || policy.verdicts.length === 0);
    const quiet = asked.filter(isQuiet);
    return [
      ...this.#answer(explanation),
      ...(mutations.length === 0 || compact ? [] : ['', ...this.#mutations(mutations)]),
      ...asked.filter((policy) => !isQuiet(policy)).flatMap((policy) => ['', ...this.#policy(policy)]),
      ...(quiet.length === 0 ? [] : ['', ...quiet.map((policy) => this.#line(policy))]),
      ...this.#others(others),
    ];
  }

  #answer({ input, decision, mutation, policies }: Explanation): readonly string[] {
    const paint = this.#paint;
    const { kind, resource, namespace, name, operation, subresource } = input;
    const what = subresource === '' ? kind.kind : `${resource.resource}/${subresource}`;
    const generated = name === '' ? `${generateName(input.object)}*` : name;
    const where = printable(namespace === '' ? generated : `${namespace}/${generated}`);
    const warns = decision.findings.some(({ action }) => action === 'Warn');
    const verdict = !(decision.allowed && mutation.allowed)
      ? paint.bad('denied')
      : warns
        ? paint.doubtful('allowed, with warnings')
        : paint.good('allowed');
    const changed = mutation.patch.length === 0 ? '' : ', changed by mutations';
    const shown = new Set(
      policies
        .flatMap((policy) => policy.verdicts.map(({ of }) => nameOf(of)))
        .concat(policies.map((policy) => policy.name)),
    );
    const found = [...decision.findings, ...decision.errors].filter((of) => shown.has(nameOf(of)));
    return [
      `${paint.strong(`${printable(what)} ${where}`)}, ${operation}: ${verdict}${changed}`,
      ...found.map((of) => this.#verdictLine(of)),
    ];
  }

  #verdictLine(of: ExplainedVerdict['of']): string {
    const paint = this.#paint;
    const name = printable(nameOf(of));
    if (!isFinding(of)) {
      const label = of.unknown ? paint.faint('open ') : paint.bad('error');
      return `  ${label} ${name}: ${printable(of.message)}`;
    }
    const path = formatPath(of.path);
    const where = path === '' ? '' : ` ${paint.faint(`(${printable(path)})`)}`;
    return `  ${actionOf(of.action, paint)}${' '.repeat(5 - of.action.length)} ${name}: ${printable(of.message)}${where}`;
  }

  /** A policy that there is no more to say of. */
  #line(policy: ExplainedPolicy): string {
    const { name, verdicts, asked } = policy;
    const rules = new Set(asked.flatMap((each) => each.rules.map((rule) => rule.name))).size;
    const found = verdicts.filter(({ dropped }) => !dropped).length;
    const text =
      found === 0 ? (rules === 0 ? 'applies' : `${count(rules, 'rule')} met`) : `${count(found, 'finding')}`;
    return `${mark(found === 0 ? 'yes' : 'no', this.#paint)} ${printable(name)}: ${text}`;
  }

  #others(policies: readonly ExplainedPolicy[]): readonly string[] {
    const { one, all } = this.#options;
    if (policies.length === 0) return [];
    if (one) return ['', ...policies.flatMap((policy) => this.#unasked(policy))];
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
      ...asked.flatMap((setting) => this.#setting(setting)),
      ...(override === undefined ? [] : [this.#override(override)]),
      ...this.#verdicts(verdicts),
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

  #setting(setting: ExplainedSetting): readonly string[] {
    const { binding, params, assumed, facts, variables, rules, cost, limit, conditionsHold } = setting;
    return [
      ...(binding === undefined ? [] : [`  with binding ${printable(binding)}`]),
      ...this.#conditions(setting),
      ...(params === undefined ? [] : [`  params: ${show(params)}`]),
      ...(assumed
        ? [`  ${mark('unknown', this.#paint)} taken to apply for want of what only the cluster knows`]
        : []),
      ...facts.map((fact) => `  ${mark(factHolds[fact.answer.status], this.#paint)} fact ${factText(fact)}`),
      ...(conditionsHold === 'no' ? [] : rules.flatMap((rule) => this.#rule(rule))),
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
    return this.#options.one || this.#options.all;
  }

  #rule({ name, error, items, more }: ExplainedRule): readonly string[] {
    const judged = items.filter(({ leftAlone }) => !leftAlone);
    const bad = judged.filter(({ violations }) => violations.length > 0);
    const left = items.length - judged.length;
    const alone = left === 0 ? '' : `, ${left} left alone`;
    const text =
      error !== undefined
        ? error.message
        : items.length === 0
          ? 'nothing selected'
          : bad.length > 0
            ? `not met by ${bad.length} of ${count(judged.length + more, 'item')}${alone}`
            : `met by ${count(judged.length + more, 'item')}${alone}`;
    const holds = error !== undefined ? (error.unknown ? 'unknown' : 'error') : bad.length > 0 ? 'no' : 'yes';
    const telling = (item: ExplainedItem): boolean => item.violations.length > 0 || item.error !== undefined;
    const shown = [...items.filter(telling), ...items.filter((item) => !telling(item))];
    const limit = this.#options.all ? items.length : mostItems;
    const rest = shown.length - limit + more;
    return [
      `  ${mark(holds, this.#paint)} rule ${printable(name)}: ${printable(text)}`,
      ...shown.slice(0, limit).flatMap((item) => this.#item(item)),
      ...(rest > 0 ? [`      … and ${count(rest, 'more item')}`] : []),
    ];
  }

  #item(item: ExplainedItem): readonly string[] {
    const { path, leftAlone, expressions, violations, error } = item;
    const isBad = violations.length > 0 || error !== undefined;
    const place = placeOf(path);
    const sign = leftAlone ? '·' : mark(isBad ? 'no' : 'yes', this.#paint);
    const whole = isBad || this.#isDetailed;
    return [
      `      ${sign} ${place}${leftAlone ? ': left alone, `when` is not true' : ''}`,
      ...violations.map(({ message, path: at }) => {
        const where = placeOf(at);
        return `          ${printable(message)}${where === place ? '' : ` ${this.#paint.faint(`(${where})`)}`}`;
      }),
      ...(whole ? expressions.flatMap((each) => this.#expression(each)) : []),
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

  /** The way to each action, rules that have it in common together. */
  #verdicts(verdicts: readonly ExplainedVerdict[]): readonly string[] {
    const groups = Map.groupBy(verdicts, ({ of, steps, dropped }) =>
      JSON.stringify([steps, dropped, isFinding(of) ? of.binding : '', isFinding(of)]),
    );
    return [...groups.values()].flatMap((group) => {
      const [first] = group;
      if (first === undefined) return [];
      const { of, steps, dropped } = first;
      const names = [
        ...new Set(group.map((each) => nameOf(each.of).slice(each.of.policy.length + 1) || 'the policy')),
      ];
      const binding = isFinding(of) && of.binding !== undefined ? ` with ${of.binding}` : '';
      const settled = dropped
        ? `; another finding says the same${binding === '' ? '' : ', and is as strict or stricter'}`
        : '';
      return [
        `  action of ${printable(names.join(', ') + binding)}: ${actionOf(of.action, this.#paint)}${settled}`,
        ...steps.flatMap((step) => [
          `      ${actionOf(step.action, this.#paint)}${' '.repeat(5 - step.action.length)} ${stepText(step)}`,
          ...(step.by === 'enforcement'
            ? step.entries.map(
                (entry) =>
                  `              ${mark(entry.applies ? 'yes' : 'no', this.#paint)} ${entryText(entry)}`,
              )
            : []),
          ...(step.by === 'exception'
            ? step.exceptions.map(
                (each) =>
                  `              ${mark(each.applies && !each.expired ? each.holds : 'no', this.#paint)} ${exceptionText(each)}`,
              )
            : []),
        ]),
      ];
    });
  }

  #mutations(mutations: readonly ExplainedMutation[]): readonly string[] {
    const paint = this.#paint;
    // That the last round changed nothing is why it was the last.
    const shown = mutations.filter(({ outcome, round }) => outcome !== 'nothing' || round === 1);
    return [
      'mutations',
      ...shown.flatMap(({ policy, mutation, binding, round, outcome, why, changes, items }) => {
        const name = printable(mutation === '' ? policy : `${policy}/${mutation}`);
        const sign = outcome === 'made' ? mark('yes', paint) : outcome === 'failed' ? mark('no', paint) : '·';
        const words = {
          made: 'made',
          noted: 'only noted',
          off: 'switched off',
          nothing: 'nothing to do',
          failed: 'failed',
        };
        const notes = [
          ...(round === undefined ? [] : [`round ${round}`]),
          ...(binding === undefined ? [] : [`binding ${binding}`]),
        ];
        const note = notes.length === 0 ? '' : ` ${paint.faint(printable(`(${notes.join(', ')})`))}`;
        return [
          `  ${sign} ${name}: ${words[outcome]}${why === undefined ? '' : printable(`; ${why}`)}${note}`,
          ...changes.slice(0, mostItems).flatMap((change) => changeLines(change, '      ', paint)),
          ...(changes.length > mostItems
            ? [`      … and ${count(changes.length - mostItems, 'more change')}`]
            : []),
          ...(this.#isDetailed ? items.slice(0, mostItems).flatMap((item) => this.#item(item)) : []),
        ];
      }),
    ];
  }
}

function generateName(object: Explanation['input']['object']): string {
  const metadata = object?.['metadata'];
  if (typeof metadata !== 'object' || metadata === null || !Object.hasOwn(metadata, 'generateName'))
    return '';
  return String((metadata as { readonly generateName: unknown }).generateName);
}

function count(number: number, one: string): string {
  return `${number} ${number === 1 ? one : `${one}s`}`;
}
