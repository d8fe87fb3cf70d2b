import { formatPath } from '../jsonpath/index.ts';
import type {
  Action,
  Decision,
  EvaluationError,
  Excepted,
  Finding,
  Mutated,
  MutationResult,
} from '../model/index.ts';
import { annotationKey, clip, singleLine, withinBudget } from './text.ts';

/** A decision in the words and within the limits of an admission response. */
export interface Answer {
  readonly allowed: boolean;
  /** Why not, for the user: one line for each finding that denies. Absent where it is allowed. */
  readonly message?: string;
  /** One for each finding and error that denies, in the order of the message. */
  readonly causes: readonly Cause[];
  /** Single lines, the gravest first, such that the API server neither drops nor cuts any. */
  readonly warnings: readonly string[];
  /** What was only noted, by `<policy>.<rule>`. */
  readonly auditAnnotations: Readonly<Record<string, string>>;
}

/** meta/v1 StatusCause. */
export interface Cause {
  readonly reason: string;
  readonly message: string;
  /** The path in the submitted object; empty where the cause is no single field. */
  readonly field: string;
}

/** How many findings a denial spells out; the rest are counted. */
const mostLines = 100;

/** What one line may grow to, in UTF-16 code units. */
const longestLine = 1024;

/** What one audit annotation may grow to, in UTF-16 code units. */
const longestAnnotation = 2048;

const nothing: Answer = { allowed: true, causes: [], warnings: [], auditAnnotations: {} };

/** Puts a decision into words. Synchronous and pure. */
export function answer({ allowed, findings, errors }: Decision): Answer {
  if (findings.length === 0 && errors.length === 0) return nothing;
  const advised = new Set<string>();
  const denials = [
    ...findings
      .filter(({ action }) => action === 'Deny')
      .map((finding) => [fullLine(finding, advised), finding] as const),
    ...errors
      .filter(({ denies }) => denies)
      .map((error) => [`${errorLine(error)}; it fails closed`, undefined] as const),
  ];
  const open = errors.filter(({ denies }) => !denies);
  return {
    allowed,
    ...(!allowed && { message: messageOf(denials.map(([line]) => line)) }),
    causes: denials.slice(0, mostLines).map(([line, finding]) => ({
      reason: finding === undefined ? 'InternalError' : 'FieldValueForbidden',
      message: line,
      field: finding === undefined ? '' : formatPath(finding.path),
    })),
    warnings: withinBudget([
      ...open.filter(({ action }) => action !== 'Audit').map(errorLine),
      ...of('Warn', findings).map(warningLine),
      ...endingLines(findings),
    ]),
    auditAnnotations: annotations([
      ...findings
        .filter((finding) => finding.action === 'Audit' || isExcepted(finding))
        .map((finding) => [keyOf(finding), fullLine(finding)] as const),
      ...open
        .filter(({ action }) => action === 'Audit')
        .map((error) => [keyOf(error), errorLine(error)] as const),
    ]),
  };
}

/**
 * Puts what mutations did into words: errors as those of a decision, and in audit annotations which mutations
 * changed which fields, by `<policy>.<mutation>`. Values are left out, for they may be anybody's secret.
 */
export function mutationAnswer(result: MutationResult): Answer {
  const { allowed, errors, evaluated, applied, reported, imprecise } = result;
  if (errors.length === 0 && applied.length === 0 && reported.length === 0) return nothing;
  const worded = answer({ allowed, findings: [], errors, evaluated, imprecise });
  const notes = annotations([
    ...applied.map((mutated) => [mutationKey(mutated), changeLine(mutated, 'changed')] as const),
    ...reported.map((mutated) => [mutationKey(mutated), changeLine(mutated, 'would change')] as const),
  ]);
  return { ...worded, auditAnnotations: { ...notes, ...worded.auditAnnotations } };
}

function mutationKey({ policy, mutation }: Mutated): string {
  return annotationKey(`${policy}.${mutation}`);
}

function changeLine({ changes, overridden }: Mutated, verb: string): string {
  const places = [...new Set(changes.map(({ path }) => formatPath(path)))].join(', ');
  const note = overridden === undefined ? '' : `; ${overrideNote(overridden)}`;
  return clip(singleLine(`${verb} ${places}${note}`), longestLine);
}

function of(action: Action, findings: readonly Finding[]): readonly Finding[] {
  return findings.filter((finding) => finding.action === action);
}

function messageOf(lines: readonly string[]): string {
  const [only] = lines;
  if (lines.length === 1 && only !== undefined) return only;
  const shown = lines.slice(0, mostLines).map((line) => `- ${line}`);
  const rest = lines.length - shown.length;
  return [`${lines.length} findings`, ...shown, ...(rest > 0 ? [`… and ${rest} more`] : [])].join('\n');
}

/**
 * Everything there is to say: what is wrong, where, how to mend it, and where to read on.
 * @param advised the policies of which it was said how they are overridden: once is enough
 */
function fullLine(finding: Finding, advised: Set<string> = new Set()): string {
  const path = formatPath(finding.path);
  const overridable = advised.has(finding.policy) ? undefined : finding.overridable;
  advised.add(finding.policy);
  return clip(
    singleLine(
      [
        `${headOf(finding)}${path === '' ? '' : ` (${path})`}`,
        ...(finding.help === undefined ? [] : [finding.help]),
        ...(overridable === undefined ? [] : [overridable]),
        ...(finding.runbook === undefined ? [] : [`see ${finding.runbook}`]),
      ].join('; '),
    ),
    longestLine,
  );
}

/** Kubernetes' guidance for a warning: aim at 120 characters. */
const aim = 120;

/**
 * As much as a warning should hold. What is wrong always, then how to mend it, then where: a message names the
 * item it is about, so the path is the first to go.
 */
function warningLine(finding: Finding): string {
  const head = headOf(finding);
  const path = formatPath(finding.path);
  const where = path === '' ? head : `${head} (${path})`;
  const help = finding.help === undefined ? '' : `; ${finding.help}`;
  return singleLine(where.length + help.length <= aim ? `${where}${help}` : `${head}${help}`);
}

function headOf({ policy, rule, message, existing, deniesFrom, overridden, exception }: Finding): string {
  const notes = [
    ...(existing ? ['which was there before'] : []),
    ...(deniesFrom === undefined ? [] : [`denied from ${day(deniesFrom)}`]),
    ...(exception === undefined ? [] : [exceptionNote(exception)]),
    ...(overridden === undefined ? [] : [overrideNote(overridden)]),
  ];
  return [`${policy}/${rule}: ${message}`, ...notes].join(', ');
}

/** How much of an override's reason a line shows, in UTF-16 code units. */
const longestReason = 120;

function overrideNote({ reason, by }: NonNullable<Finding['overridden']>): string {
  const who = by === undefined ? 'overridden' : `overridden by \`${clip(by, longestReason)}\``;
  return `${who}: ${clip(reason, longestReason)}`;
}

/** Whether an exception that holds let it through, or left less of it. */
function isExcepted({ exception }: Finding): boolean {
  return exception !== undefined && exception.state !== 'Expired';
}

function exceptionNote({ name, reason, ticket, expires, state }: Excepted): string {
  if (state === 'Expired') return `exception \`${name}\` expired on ${day(expires ?? '')}`;
  const where = ticket === undefined ? '' : ` (${clip(ticket, longestReason)})`;
  return `excepted by \`${name}\`${where}: ${clip(reason, longestReason)}`;
}

/** For each exception about to end, what it lets through. */
function endingLines(findings: readonly Finding[]): readonly string[] {
  const ending = new Map<string, { readonly expires: string; readonly rules: Set<string> }>();
  for (const { policy, rule, exception } of findings) {
    if (exception?.state !== 'Expiring') continue;
    const { name, expires = '' } = exception;
    const known = ending.get(name) ?? { expires, rules: new Set() };
    ending.set(name, known);
    known.rules.add(`${policy}/${rule}`);
  }
  return [...ending].map(([name, { expires, rules }]) =>
    singleLine(
      `exception \`${name}\` ends on ${day(expires)}; until then it lets through ${[...rules].join(', ')}`,
    ),
  );
}

/** A time as people need it: midnight in UTC is a day. */
function day(time: string): string {
  return time.replace(/T00:00(:00(\.0+)?)?Z$/i, '');
}

function errorLine({ policy, rule, mutation, message }: EvaluationError): string {
  const part = rule ?? mutation;
  const name = part === undefined ? policy : `${policy}/${part}`;
  return clip(singleLine(`${name} could not be evaluated: ${message}`), longestLine);
}

interface Named {
  readonly policy: string;
  readonly rule?: string;
  readonly mutation?: string;
}

function keyOf({ policy, rule, mutation }: Named): string {
  const part = rule ?? mutation;
  return annotationKey(part === undefined ? policy : `${policy}.${part}`);
}

function annotations(entries: readonly (readonly [string, string])[]): Readonly<Record<string, string>> {
  const lines = Map.groupBy(entries, ([key]) => key);
  return Object.fromEntries(
    [...lines].map(([key, list]) => [key, clip(list.map(([, line]) => line).join('\n'), longestAnnotation)]),
  );
}
