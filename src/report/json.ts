import { formatPath } from '../jsonpath/index.ts';
import type { Diagnostic, Span } from '../model/index.ts';
import { type JudgedObject, type Reporter, totals } from './report.ts';

/** Raised when a field changes its meaning or goes away; a new field is no new version. */
const formatVersion = 1;

/**
 * For programs: one JSON document, described field by field in docs/check.md. Its order is that of the input,
 * and nothing in it depends on the machine or on the time.
 */
export const json: Reporter = {
  name: 'json',
  summary: 'for programs',
  render(report) {
    const { evaluated, clean, ...figures } = totals(report);
    const document = {
      version: formatVersion,
      summary: {
        objects: report.objects.length,
        evaluated,
        clean,
        ...figures,
        skippedPolicies: report.skipped.policies,
        skippedOthers: report.skipped.others,
      },
      policies: report.policies,
      findings: report.objects.flatMap((object) =>
        object.findings.map(({ finding, span }) => ({
          policy: finding.policy,
          rule: finding.rule,
          action: finding.action,
          severity: finding.severity,
          message: finding.message,
          help: finding.help,
          runbook: finding.runbook,
          assumed: finding.assumed,
          existing: finding.existing,
          deniesFrom: finding.deniesFrom,
          overridden: finding.overridden,
          exception: finding.exception,
          binding: finding.binding,
          object: identity(object),
          path: formatPath(finding.path),
          file: object.source.file,
          ...place(span),
        })),
      ),
      errors: report.objects.flatMap((object) =>
        object.decision.errors.map(({ policy, rule, message, action, denies, unknown }) => ({
          policy,
          rule,
          action,
          message,
          denies,
          unknown,
          object: identity(object),
          file: object.source.file,
        })),
      ),
      diagnostics: report.diagnostics.map(diagnostic),
    };
    return `${JSON.stringify(document, null, 2)}\n`;
  },
};

function identity({ apiVersion, kind, namespace, name }: JudgedObject) {
  return { apiVersion, kind, namespace, name };
}

function diagnostic({ code, severity, message, help, file, span }: Diagnostic) {
  return { code, severity, message, help, file, ...place(span) };
}

function place(span: Span | undefined) {
  if (span === undefined) return {};
  const { start, end } = span;
  return { line: start.line, column: start.column, endLine: end.line, endColumn: end.column };
}
