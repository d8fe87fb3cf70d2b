import { formatPath } from '../../jsonpath/index.ts';
import type { Explanation } from '../../model/index.ts';
import { type Colours, printable } from '../../report/index.ts';
import { count } from './expression.ts';
import { isFinding, isSelected, nameOf, type Of, type Selection } from './select.ts';
import { actionOf } from './words.ts';

/** What was said in the end; `open` where it hangs on what is not known here. */
export type Outcome = 'allowed' | 'denied' | 'open';

/** Findings and errors that are shown with the answer; the rest are counted. */
const mostFound = 20;

export function outcomeOf({ decision, mutation }: Explanation): Outcome {
  if (decision.allowed && mutation.allowed) return 'allowed';
  const { findings, errors } = decision;
  return findings.some(({ action }) => action === 'Deny') ||
    [...mutation.errors, ...errors].some(({ denies, unknown }) => denies && !unknown)
    ? 'denied'
    : 'open';
}

/** Whether a policy could not be asked, for something in it that went wrong. */
export function isBroken({ decision }: Explanation): boolean {
  return decision.errors.some(({ unknown }) => !unknown);
}

/** The answer, and what led to it of what was asked for. */
export function answerLines(
  explanation: Explanation,
  selection: Selection,
  paint: Colours,
  compact: boolean,
): readonly string[] {
  const { input, decision, mutation } = explanation;
  const { kind, resource, namespace, name, operation, subresource } = input;
  const what = subresource === '' ? kind.kind : `${resource.resource}/${subresource}`;
  const generated = name === '' ? `${generateName(input.object)}*` : name;
  const where = printable(namespace === '' ? generated : `${namespace}/${generated}`);
  const all = [...decision.findings, ...decision.errors];
  const found = all.filter((of) => isSelected(of, selection));
  const changed = mutation.patch.length === 0 ? '' : ', changed by mutations';
  const rest = found.length - mostFound;
  return [
    `${paint.strong(`${printable(what)} ${where}`)}, ${operation}: ${verdict(explanation, found, paint)}${changed}`,
    ...(compact ? [] : [`  ${paint.faint(circumstances(explanation))}`]),
    ...found.slice(0, mostFound).map((of) => foundLine(of, paint)),
    ...(rest > 0 ? [`  … and ${count(rest, 'more')}`] : []),
  ];
}

function verdict(explanation: Explanation, shown: readonly Of[], paint: Colours): string {
  const outcome = outcomeOf(explanation);
  if (outcome === 'open') return paint.doubtful('open, for what only the cluster knows');
  if (outcome === 'denied') {
    const isShown = shown.some((of) => (isFinding(of) ? of.action === 'Deny' : of.denies));
    return `${paint.bad('denied')}${isShown ? '' : ', though not by what is shown here'}`;
  }
  const warns = explanation.decision.findings.some(({ action }) => action === 'Warn');
  if (isBroken(explanation)) return `${paint.doubtful('allowed')}, ${paint.bad('with errors')}`;
  return warns ? paint.doubtful('allowed, with warnings') : paint.good('allowed');
}

/** What an answer may hang on beside the object. */
function circumstances({ input, now }: Explanation): string {
  const { userInfo, namespaceObject, dryRun } = input;
  const { username = '', groups = [] } = userInfo ?? {};
  const unknown = [
    ...(userInfo === undefined ? ['who asks'] : []),
    ...(namespaceObject === undefined ? ['the labels of the namespace'] : []),
  ];
  const by = `asked by ${username}${groups.length === 0 ? '' : ` of ${groups.join(', ')}`}`;
  return printable(
    [
      `as of ${new Date(now).toISOString().replace(/\.\d+/, '')}`,
      ...(userInfo === undefined ? [] : [by]),
      ...(dryRun ? ['a dry run'] : []),
      ...(unknown.length === 0 ? [] : [`not known: ${unknown.join(', ')}`]),
    ].join('; '),
  );
}

function foundLine(of: Of, paint: Colours): string {
  const name = printable(nameOf(of));
  if (!isFinding(of)) {
    const label = of.unknown ? paint.doubtful('open ') : paint.bad('error');
    return `  ${label} ${name}: ${printable(of.message)}`;
  }
  const path = formatPath(of.path);
  const where = path === '' ? '' : ` ${paint.faint(`(${printable(path)})`)}`;
  return `  ${actionOf(of.action, paint)}${' '.repeat(5 - of.action.length)} ${name}: ${printable(of.message)}${where}`;
}

function generateName(object: Explanation['input']['object']): string {
  const metadata = object?.['metadata'];
  if (typeof metadata !== 'object' || metadata === null || !Object.hasOwn(metadata, 'generateName'))
    return '';
  return String((metadata as { readonly generateName: unknown }).generateName);
}
