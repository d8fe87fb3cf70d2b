import { operationsOf, writeJson } from '../jsonpatch/index.ts';
import { formatPath } from '../jsonpath/index.ts';
import type { Diagnostic, Mutated, MutationResult, Span } from '../model/index.ts';
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
          overridable: finding.overridable,
          exception: finding.exception,
          binding: finding.binding,
          object: identity(object),
          path: formatPath(finding.path),
          file: object.source.file,
          ...place(span),
        })),
      ),
      mutations: report.objects.flatMap((object) =>
        object.mutation === undefined ? [] : [mutationOf(object, object.mutation)],
      ),
      errors: report.objects.flatMap((object) =>
        object.decision.errors.map(({ policy, rule, mutation, message, action, denies, unknown }) => ({
          policy,
          rule,
          mutation,
          action,
          message,
          denies,
          unknown,
          object: identity(object),
          file: object.source.file,
        })),
      ),
      diagnostics: report.diagnostics.map(diagnosticEntry),
    };
    return `${writeJson(document, 2)}\n`;
  },
};

/** What was changed, as one patch, and who did it. */
function mutationOf(object: JudgedObject, { patch, applied, reported }: MutationResult) {
  return {
    object: identity(object),
    file: object.source.file,
    patch,
    applied: applied.map(mutated),
    reported: reported.map(mutated),
  };
}

function mutated({ policy, mutation, changes, assumed, binding, overridden, exception }: Mutated) {
  return { policy, mutation, assumed, binding, overridden, exception, patch: operationsOf(changes) };
}

function identity({ apiVersion, kind, namespace, name }: JudgedObject) {
  return { apiVersion, kind, namespace, name };
}

/** A diagnostic in the words of the JSON report. */
export function diagnosticEntry({ code, severity, message, help, file, span }: Diagnostic) {
  return { code, severity, message, help, file, ...place(span) };
}

function place(span: Span | undefined) {
  if (span === undefined) return {};
  const { start, end } = span;
  return { line: start.line, column: start.column, endLine: end.line, endColumn: end.column };
}
