import type { Answer, Cause } from '../engine/index.ts';
import { formatPath } from '../jsonpath/index.ts';
import type { AdmissionInput, Decision, Diagnostic } from '../model/index.ts';
import { isObject } from './review.ts';

/** The group of our own kinds. */
const ownGroup = 'abatis.dev';

/** How many problems a denial spells out; the rest are counted. */
const mostCauses = 50;

/** What one line may grow to, in UTF-16 code units. */
const longestLine = 1024;

/**
 * Deletions of our own documents, and of the definitions of their kinds, are nobody's to deny: a policy could not be
 * got rid of otherwise.
 */
export function isOwnDeletion({ operation, resource, oldObject }: AdmissionInput): boolean {
  if (operation !== 'DELETE') return false;
  if (resource.group !== 'apiextensions.k8s.io') return resource.group === ownGroup;
  const metadata = oldObject?.['metadata'];
  const name = isObject(metadata) ? metadata['name'] : undefined;
  return typeof name === 'string' && name.endsWith(`.${ownGroup}`);
}

/** What is decided of a change that no policy is asked about. */
export const unasked: Decision = {
  allowed: true,
  findings: [],
  errors: [],
  evaluated: [],
  imprecise: false,
};

/**
 * Adds to an answer what is wrong with the document itself. Errors deny, warnings are warnings.
 * @param isCapped nothing denies now: errors are warnings, too
 */
export function withDiagnostics(
  answer: Answer,
  diagnostics: readonly Diagnostic[],
  isCapped: boolean,
): Answer {
  if (diagnostics.length === 0) return answer;
  const denies = ({ severity }: Diagnostic) => severity === 'error' && !isCapped;
  const errors = diagnostics.filter(denies);
  const warnings = diagnostics.filter(
    (each) => !denies(each) && (each.severity === 'error' || each.severity === 'warning'),
  );
  const causes = errors.slice(0, mostCauses).map(causeOf);
  return {
    ...answer,
    allowed: answer.allowed && errors.length === 0,
    ...(errors.length > 0 && { message: messageOf(causes, errors.length, answer.message) }),
    causes: [...causes, ...answer.causes],
    warnings: [...answer.warnings, ...warnings.map((each) => lineOf(each, 250))],
  };
}

function causeOf(diagnostic: Diagnostic): Cause {
  return {
    reason: 'FieldValueInvalid',
    message: lineOf(diagnostic, longestLine),
    field: formatPath(diagnostic.path ?? []),
  };
}

function messageOf(causes: readonly Cause[], count: number, rest: string | undefined): string {
  const lines = causes.map(({ message }) => message);
  const more = count > lines.length ? [`… and ${count - lines.length} more`] : [];
  const all = [...lines, ...more, ...(rest === undefined ? [] : [rest])];
  const [only] = all;
  return all.length === 1 && only !== undefined
    ? only
    : ['the document is not accepted', ...all.map((line) => `- ${line}`)].join('\n');
}

/** `AB1107: \`spec\` has no field \`rulse\` (spec.rulse); did you mean \`rules\`?` on a line of its own. */
function lineOf({ code, message, help, path = [] }: Diagnostic, longest: number): string {
  const place = path.length === 0 ? '' : ` (${formatPath(path)})`;
  const line = `${code}: ${message}${place}${help === undefined ? '' : `; ${help}`}`.replaceAll(
    /[\p{Cc}\u2028\u2029]/gu,
    ' ',
  );
  return line.length <= longest ? line : `${line.slice(0, longest - 1)}…`;
}
