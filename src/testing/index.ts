export { isContext } from './context.ts';
export { isCovered } from './coverage.ts';
export { findingLine } from './judge.ts';
export type {
  FolderResult,
  MutationCoverage,
  RuleCoverage,
  TableRequest,
  TestFinding,
  TestResult,
  TestRun,
  Verdict,
} from './model.ts';
export { failureLines, registerPolicyTests, type TestRunner } from './register.ts';
export { buildRequest } from './request.ts';
export { diagnosticsOf, isBroken, isPassed, type TestOptions, testPolicies, testTexts } from './run.ts';
