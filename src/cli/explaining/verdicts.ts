import type { ExplainedEntry, ExplainedVerdict, VerdictStep } from '../../model/index.ts';
import { type Colours, printable } from '../../report/index.ts';
import { isFinding, nameOf } from './select.ts';
import { actionOf, entryText, exceptionText, mark, placeOf, stepText } from './words.ts';

/** Places that are named where a rule has come to several actions. */
const mostPlaces = 3;

/** The way to each action, rules that have it in common together. */
export function verdictLines(verdicts: readonly ExplainedVerdict[], paint: Colours): readonly string[] {
  const groups = [
    ...Map.groupBy(verdicts, ({ of, steps, dropped }) =>
      JSON.stringify([steps, dropped, isFinding(of) ? of.binding : '', isFinding(of)]),
    ).values(),
  ];
  return groups.flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { of, steps, dropped } = first;
    const others = groups.filter((each) => each !== group && isLike(each[0], first)).flat();
    const names = [...Map.groupBy(group, partOf)].map(([part, each]) =>
      others.some((other) => partOf(other) === part) ? `${part}${placesOf(each)}` : part,
    );
    const about = `${isFinding(of) || of.unknown ? '' : 'the error in '}${names.join(', ')}`;
    const open = isFinding(of) || !of.unknown ? '' : ', which is open';
    const binding = isFinding(of) && of.binding !== undefined ? ` with ${of.binding}` : '';
    const settled = dropped
      ? `; another finding says the same${binding === '' ? '' : ', and is as strict or stricter'}`
      : '';
    return [
      `  action of ${printable(about + binding + open)}: ${actionOf(of.action, paint)}${settled}`,
      ...steps.flatMap((step) => stepLines(step, paint)),
    ];
  });
}

/** Whether readers would take the one for the other. */
function isLike(a: ExplainedVerdict | undefined, b: ExplainedVerdict): boolean {
  return (
    a !== undefined &&
    isFinding(a.of) === isFinding(b.of) &&
    (!isFinding(a.of) || !isFinding(b.of) || a.of.binding === b.of.binding)
  );
}

function partOf({ of }: ExplainedVerdict): string {
  return nameOf(of).slice(of.policy.length + 1) || 'the policy';
}

function placesOf(group: readonly ExplainedVerdict[]): string {
  const places = group.flatMap(({ of }) => (isFinding(of) ? [placeOf(of.path)] : []));
  if (places.length === 0) return '';
  const more = places.length - mostPlaces;
  return ` (${places.slice(0, mostPlaces).join(', ')}${more > 0 ? ` and ${more} more` : ''})`;
}

function stepLines(step: VerdictStep, paint: Colours): readonly string[] {
  const head = `      ${actionOf(step.action, paint)}${' '.repeat(5 - step.action.length)} ${stepText(step)}`;
  switch (step.by) {
    case 'enforcement':
      return [head, ...entryLines(step.entries, paint)];
    case 'exception':
      return [
        head,
        ...step.exceptions.map((each) => {
          const sign = mark(each.applies && !each.expired ? each.holds : 'no', paint);
          return `              ${sign} ${exceptionText(each)}`;
        }),
      ];
    default:
      return [head];
  }
}

/** The entries of an enforcement, of which there is nothing to say where it is one action and no more. */
function entryLines(entries: readonly ExplainedEntry[], paint: Colours): readonly string[] {
  if (entries.every(({ from, where }) => from === undefined && where.length === 0) && entries.length < 2)
    return [];
  const counting = (entry: ExplainedEntry): boolean => entry.started && entry.holds !== 'no';
  const several = entries.filter(counting).length > 1;
  return entries.map((entry) => {
    const sign = mark(counting(entry) ? entry.holds : 'no', paint);
    return `              ${sign} ${entryText(entry)}${several && entry.applies ? '; the strictest' : ''}`;
  });
}
