import { CelError, type Value } from '../../cel/index.ts';
import { formatPath } from '../../jsonpath/index.ts';
import type {
  Action,
  CheckDocument,
  Existing,
  ExplainedCriterion,
  ExplainedEntry,
  ExplainedException,
  ExplainedFact,
  ExplainedPolicy,
  ExplainedViolation,
  Holds,
  Path,
  VerdictStep,
} from '../../model/index.ts';
import { type Colours, printable } from '../../report/index.ts';
import { preview } from '../evaluating/preview.ts';

/** Columns for a value. */
const width = 72;
/** Columns for a check, of which nobody can see the rest elsewhere. */
const checkWidth = 200;

/** A value of an object, of a policy or of CEL, on one line and not too much of it. */
export function show(value: unknown): string {
  if (value instanceof CelError) return `error: ${printable(value.message)}`;
  return printable(preview(value as Value, width));
}

/** A list as documents have it in one line, other values as `show` does. */
function bare(value: unknown, most = width): string {
  if (typeof value === 'string') return printable(value);
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) {
    const text = value.join(', ');
    return printable(`[${text.length > most ? `${text.slice(0, most - 1)}…` : text}]`);
  }
  return printable(preview(value as Value, most));
}

export function placeOf(path: Path): string {
  return path.length === 0 ? 'the object' : printable(formatPath(path));
}

/** A value in a document, beside its place. */
export function foundText(path: Path, found: ExplainedViolation['found']): string {
  if (found === undefined) return placeOf(path);
  const { value } = found;
  return `${placeOf(path)}: ${value === undefined ? 'nothing there' : show(value)}`;
}

/** What is asked of an item, as the document has it. */
export function checkText({ name, value }: CheckDocument): string {
  return `${name}: ${bare(value, checkWidth)}`;
}

export function mark(holds: Holds | 'error', paint: Colours): string {
  if (holds === 'yes') return paint.good('✓');
  return holds === 'unknown' ? paint.doubtful('?') : paint.bad('✗');
}

/** What an action looks like. */
export function actionOf(action: Action, paint: Colours): string {
  const colour = action === 'Deny' ? paint.bad : action === 'Warn' ? paint.doubtful : paint.faint;
  return colour(action);
}

export function criterionText({ name, wanted, seen }: ExplainedCriterion): string {
  const found = seen === undefined ? 'not known here' : seen === null ? 'in no namespace' : bare(seen);
  return `${name} ${bare(wanted)}: ${found}`;
}

/** Why a policy is not asked, in a line. */
export function stopText({ stopped, match, exclude }: ExplainedPolicy): string {
  const failed = match.find(({ holds }) => holds === 'no');
  switch (stopped?.by) {
    case undefined:
      return 'it applies';
    case 'kinds':
    case 'operations':
    case 'match':
      return failed === undefined ? '`match` does not hold' : criterionText(failed);
    case 'exclude':
      return `excluded: ${exclude.map(criterionText).join('; ')}`;
    case 'bindingRequired':
      return 'it waits for a binding, and none selects this';
    case 'carriesNoPod':
      return 'it is about pods, and objects of this kind carry none';
    case 'noPod':
      return 'it is about pods, and this object carries none';
    case 'derived':
      return 'a controller made this of another object, which was judged';
    case 'terminating':
      return 'the object is being deleted, and `match.terminating` is not set';
    case 'conditions':
      return 'a condition of `match` is false';
  }
}

const existingTexts: Readonly<Record<Existing, string>> = {
  existed: 'the old object had it too',
  new: 'the old object did not have it, or had something else there',
  policy: 'the old object is not asked: `existingViolations` is Deny',
  readsRequest: 'the old object is not asked: the rule reads the request or the old object',
};

/** What a step of precedence was about. */
export function stepText(step: VerdictStep): string {
  switch (step.by) {
    case 'enforcement':
      return step.deniesFrom === undefined
        ? 'by enforcement'
        : `by enforcement; it denies from ${printable(step.deniesFrom)}`;
    case 'exception':
      return step.exceptions.some(({ applies, expired }) => applies && !expired)
        ? 'after the exception'
        : 'no exception holds';
    case 'override':
      return 'after the override, one step down';
    case 'ceiling':
      return 'more than that nothing does here';
    case 'onUnavailable':
      return `only a fact could not be had: \`onUnavailable\` is ${step.onUnavailable}`;
    case 'existing':
      return existingTexts[step.why];
    case 'controller':
      return "nobody reads a controller's warnings";
    case 'failurePolicy':
      return step.denies
        ? 'what cannot be judged is denied: `failurePolicy` is Fail'
        : `what cannot be judged is not denied: ${step.failurePolicy === 'Fail' ? 'it is for the cluster to judge' : '`failurePolicy` is Ignore'}`;
  }
}

export function entryText({ action, from, started, where, holds }: ExplainedEntry): string {
  const time = from === undefined ? [] : [`from ${printable(from)}${started ? '' : ', which is not yet'}`];
  const place = where.map(criterionText);
  const more = [...time, ...place].join('; ');
  return `${action}${more === '' ? '' : ` ${more}`}${holds === 'unknown' ? ', taken to hold' : ''}`;
}

export function exceptionText(exception: ExplainedException): string {
  const { name, reason, ticket, expires = '', expired, reaches, ofRule, match, holds, action } = exception;
  const failed = match.find((criterion) => criterion.holds === 'no');
  const why = !ofRule
    ? 'it is about other rules'
    : !reaches
      ? 'it is about other kinds or operations'
      : holds === 'no'
        ? failed === undefined
          ? 'it does not hold'
          : criterionText(failed)
        : expired
          ? `it ended on ${expires}`
          : `leaves ${action}; ${ticket === undefined ? '' : `${ticket}: `}${reason}`;
  return printable(`${name}: ${why}`);
}

export function factText({ source, key, answer }: ExplainedFact): string {
  const found =
    answer.status === 'known'
      ? answer.value === null
        ? 'not there'
        : show(answer.value)
      : answer.status === 'unavailable'
        ? `not to be had: ${answer.reason}`
        : 'not known here';
  return printable(`${source} ${key}: ${found}`);
}
