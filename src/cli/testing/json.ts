import { formatPath } from '../../jsonpath/index.ts';
import type { Diagnostic, Span } from '../../model/index.ts';
import { diagnosticsOf } from '../../testing/index.ts';
import type { TestReporter } from './reporter.ts';

/** Raised when a field changes its meaning or goes away; a new field is no new version. */
const formatVersion = 1;

/** For programs: one JSON document, described field by field in docs/test.md. */
export const json: TestReporter = {
  name: 'json',
  summary: 'for programs',
  render(run) {
    const tests = run.folders.flatMap((folder) => folder.tests);
    const count = (wanted: string) => tests.filter(({ outcome }) => outcome === wanted).length;
    const document = {
      version: formatVersion,
      summary: {
        tests: tests.length,
        passed: count('passed'),
        failed: count('failed'),
        broken: count('broken'),
      },
      folders: run.folders.map(({ folder, policies, tests: inFolder, rules, mutations }) => ({
        folder,
        policies,
        tests: inFolder.map(({ name, outcome, file, span, problems, findings, errors }) => ({
          name,
          outcome,
          file,
          line: span?.start.line,
          problems,
          findings: findings.map(({ finding, file: objectFile, span: at }) => ({
            policy: finding.policy,
            rule: finding.rule,
            action: finding.action,
            message: finding.message,
            path: formatPath(finding.path),
            assumed: finding.assumed,
            file: objectFile,
            line: at?.start.line,
          })),
          errors,
        })),
        rules,
        mutations,
      })),
      diagnostics: diagnosticsOf(run).map(diagnostic),
    };
    return `${JSON.stringify(document, null, 2)}\n`;
  },
};

function diagnostic({ code, severity, message, help, file, span }: Diagnostic) {
  return { code, severity, message, help, file, ...place(span) };
}

function place(span: Span | undefined) {
  return span === undefined ? {} : { line: span.start.line, column: span.start.column };
}
