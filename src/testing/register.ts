import { findingLine } from './judge.ts';
import type { FolderResult, TestResult } from './model.ts';
import { testPolicies } from './run.ts';

/** What vitest, jest, mocha and node:test have in common. */
export interface TestRunner {
  readonly describe: (name: string, body: () => void) => unknown;
  readonly it: (name: string, body: () => void) => unknown;
}

/**
 * Makes a test of the given runner of every fixture and of every test of a table, in a suite for each folder. One more
 * test holds that everything could be read and that there was something to test.
 */
export function registerPolicyTests(paths: string | readonly string[], { describe, it }: TestRunner): void {
  const run = testPolicies(paths);
  for (const folder of run.folders) {
    describe(folder.folder, () => {
      for (const test of folder.tests) it(test.name, () => mustPass(test));
      it('has policies and tests that can be read', () => mustBeWhole(folder));
    });
  }
  describe('the policies', () => {
    it('are tested', () => {
      const [problem] = run.diagnostics;
      if (problem !== undefined) throw new Error(problem.message);
    });
  });
}

/** Why a test did not pass, a line each: what was expected, the findings and errors there were. */
export function failureLines({
  outcome,
  problems,
  findings,
  errors,
  diagnostics,
}: TestResult): readonly string[] {
  if (outcome === 'passed') return [];
  return [
    ...diagnostics.map(({ message }) => message),
    ...problems,
    ...findings.map((finding) => `found: ${findingLine(finding)}`),
    ...errors.map((error) => `error: ${error}`),
  ];
}

function mustPass(test: TestResult): void {
  if (test.outcome === 'passed') return;
  const line = test.span === undefined ? '' : `:${test.span.start.line}`;
  throw new Error([`${test.name} (${test.file}${line})`, ...failureLines(test)].join('\n  '));
}

function mustBeWhole({ diagnostics }: FolderResult): void {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  const wrong = errors.map(({ code, message, file, span }) => {
    const line = span === undefined ? '' : `:${span.start.line}`;
    return `${code}: ${message}${file === undefined ? '' : ` (${file}${line})`}`;
  });
  if (wrong.length > 0) throw new Error(wrong.join('\n'));
}
