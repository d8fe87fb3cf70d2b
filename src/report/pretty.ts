import { formatPath } from '../jsonpath/index.ts';
import type { Action, EvaluationError, Excepted } from '../model/index.ts';
import { amendmentLines } from './amendments.ts';
import { type Colours, colours } from './colours.ts';
import { excerptLines } from './diagnostics.ts';
import { printable } from './printable.ts';
import { type JudgedObject, type PlacedFinding, type Report, type Reporter, totals } from './report.ts';

const indent = '        ';
const labels: Readonly<Record<Action, string>> = { Deny: 'deny', Warn: 'warn', Audit: 'audit' };

/** For people: grouped by file and object, each finding with its place, the line in question and the way out. */
export const pretty: Reporter = {
  name: 'pretty',
  summary: 'for people',
  render(report, { colour, quiet }) {
    const paint = colours(colour);
    const blocks: string[] = [];
    let file: string | undefined;
    for (const object of report.objects) {
      const amendments = quiet ? [] : amendmentsOf(object, paint);
      if (object.findings.length + object.decision.errors.length + amendments.length === 0) continue;
      const heading =
        object.source.file === file ? [] : [paint.strong(printable(fileName(object.source.file)))];
      file = object.source.file;
      blocks.push([...heading, ...objectLines(object, amendments, paint)].join('\n'));
    }
    if (!quiet) blocks.push(summary(report, paint));
    return blocks.length === 0 ? '' : `${blocks.join('\n\n')}\n`;
  },
};

function fileName(file: string): string {
  return file === '-' ? 'standard input' : file;
}

function amendmentsOf({ mutation }: JudgedObject, paint: Colours): string[] {
  const { applied = [], reported = [] } = mutation ?? {};
  return [
    ...applied.flatMap((mutated) => amendmentLines(mutated, true, indent, paint)),
    ...reported.flatMap((mutated) => amendmentLines(mutated, false, indent, paint)),
  ];
}

function objectLines(object: JudgedObject, amendments: readonly string[], paint: Colours): string[] {
  const { kind, namespace, name } = object;
  const lines = [`  ${printable(kind)} ${printable(namespace === '' ? name : `${namespace}/${name}`)}`];
  lines.push(...amendments);
  let shownBefore = -1;
  const advised = new Set<string>();
  for (const [index, placed] of object.findings.entries()) {
    const offset = placed.span?.start.offset ?? -1;
    if (index > 0 || amendments.length > 0) lines.push('');
    lines.push(...findingLines(object, placed, offset === -1 || offset !== shownBefore, advised, paint));
    shownBefore = offset;
    advised.add(placed.finding.policy);
  }
  for (const error of object.decision.errors) lines.push(...errorLines(error, paint));
  return lines;
}

function findingLines(
  object: JudgedObject,
  { finding, span }: PlacedFinding,
  withExcerpt: boolean,
  advised: ReadonlySet<string>,
  paint: Colours,
): string[] {
  const { action, policy, rule, severity, message, help, runbook, path, assumed, existing } = finding;
  const { deniesFrom, overridden, exception, binding } = finding;
  const mark = action === 'Deny' ? paint.bad : action === 'Warn' ? paint.doubtful : paint.faint;
  const notes = [
    severity,
    ...(assumed ? ['assumed, for want of what only the cluster knows'] : []),
    ...(existing ? ['was there before'] : []),
    ...(deniesFrom === undefined ? [] : [`denied from ${deniesFrom}`]),
    ...(binding === undefined ? [] : [`by binding ${binding}`]),
    ...(exception === undefined ? [] : [exceptionNote(exception)]),
    ...(overridden === undefined ? [] : [`overridden: ${overridden.reason}`]),
  ];
  const place = span === undefined ? '' : `:${span.start.line}:${span.start.column}`;
  const where = `${printable(object.source.file)}${place}`;
  const field = formatPath(path);
  const lines = [
    `  ${mark(labels[action].padEnd(5))} ${paint.strong(printable(message))}`,
    `${indent}${where}${field === '' ? '' : `  ${paint.faint(printable(field))}`}`,
  ];
  if (withExcerpt) lines.push(...excerptLines(object.source.text, span, indent, mark, paint));
  for (const text of [help, advised.has(policy) ? undefined : finding.overridable]) {
    if (text !== undefined) lines.push(`${indent}${paint.hint('help:')} ${printable(text)}`);
  }
  if (runbook !== undefined) lines.push(`${indent}${paint.hint('runbook:')} ${printable(runbook)}`);
  lines.push(`${indent}${paint.faint(printable(`${policy}/${rule} (${notes.join(', ')})`))}`);
  return lines;
}

function exceptionNote({ name, reason, ticket, expires, state }: Excepted): string {
  if (state === 'Expired') return `exception ${name} expired on ${expires ?? ''}`;
  const end = state === 'Expiring' ? `, ends on ${expires ?? ''}` : '';
  return `excepted by ${name}${ticket === undefined ? '' : ` (${ticket})`}${end}: ${reason}`;
}

function errorLines(error: EvaluationError, paint: Colours): string[] {
  const { policy, rule, mutation, message, denies, unknown } = error;
  const part = rule ?? mutation;
  const name = printable(part === undefined ? policy : `${policy}/${part}`);
  if (unknown) {
    return [
      `  ${paint.faint('open ')} ${printable(message)}`,
      `${indent}${paint.faint(`${name}, to be judged by the cluster`)}`,
    ];
  }
  const lines = [
    `  ${paint.bad('error')} ${paint.strong(printable(message))}`,
    `${indent}${paint.faint(name)}`,
  ];
  if (denies) lines.push(`${indent}the cluster would refuse the object for this error`);
  return lines;
}

function summary(report: Report, paint: Colours): string {
  const { evaluated, clean, amended, deny, warn, audit, errors, open } = totals(report);
  const untouched = report.objects.length - evaluated;
  const found = [
    ...(deny > 0 ? [paint.bad(count(deny, 'denial'))] : []),
    ...(warn > 0 ? [paint.doubtful(count(warn, 'warning'))] : []),
    ...(audit > 0 ? [count(audit, 'audit finding')] : []),
    ...(errors > 0 ? [paint.bad(count(errors, 'error'))] : []),
    ...(open > 0 ? [`${count(open, 'rule')} left to the cluster`] : []),
  ];
  const verdict =
    found.length > 0
      ? found.join(', ')
      : evaluated === 0
        ? paint.bad('nothing was evaluated')
        : paint.good('nothing found');
  const broken = report.diagnostics.filter(({ severity }) => severity === 'error').length;
  const unread =
    broken === 0 || evaluated === 0 ? '' : `; ${paint.bad(`${count(broken, 'error')} in what was read`)}`;
  const notes = [
    ...(amended > 0 ? [`${amended} amended`] : []),
    ...(evaluated > 0 && found.length > 0 ? [`${clean} clean`] : []),
    ...(untouched > 0 ? [`${untouched} more that no policy applies to`] : []),
    ...(report.skipped.policies > 0
      ? [`${count(report.skipped.policies, 'document')} of Abatis skipped`]
      : []),
    ...(report.skipped.others > 0
      ? [
          `${count(report.skipped.others, 'document')} skipped that ${report.skipped.others === 1 ? 'is no manifest' : 'are no manifests'}`,
        ]
      : []),
  ];
  const judged = `${count(evaluated, 'object')} judged by ${count(report.policies.length, 'policy', 'policies')}`;
  return `${[judged, ...notes].join(', ')}; ${verdict}${unread}`;
}

function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}
