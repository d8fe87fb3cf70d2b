import type { GivenFacts } from '../engine/index.ts';
import type {
  Action,
  AdmissionInput,
  Decision,
  Diagnostic,
  DocumentSource,
  Finding,
  JsonObject,
  MutationResult,
  Operation,
  Path,
  Span,
} from '../model/index.ts';
import type { Regex } from '../regex/index.ts';
import type { SourceDocument } from '../yaml/index.ts';

/** A text and what to call it. */
export interface TextFile {
  readonly file: string;
  readonly text: string;
}

/** A folder with policies and what they are tested with, as it was read. */
export interface PolicyFolder {
  /** As the user would name it. */
  readonly folder: string;
  /** The policy documents right in it. */
  readonly policies: readonly TextFile[];
  /** Every YAML and JSON file below its `test`. */
  readonly tests: readonly TextFile[];
}

/**
 * What a test can come to: the strictest action of the findings; `Allow`, that there is none; `Unmatched`, that the
 * policy is not asked about the object at all.
 */
export type Verdict = Action | 'Allow' | 'Unmatched';

/** From mildest to strictest. */
export const verdicts: readonly Verdict[] = ['Unmatched', 'Allow', 'Audit', 'Warn', 'Deny'];

/** What must come of a test; what is absent may be anything. */
export interface Expectation {
  readonly action?: Verdict;
  /** These rules have findings, and no others. */
  readonly rules?: readonly string[];
  /** Found in the message of some finding. */
  readonly message?: Regex;
  /** The operations, RFC 6902, that mutations answer; empty for none. */
  readonly patch?: readonly JsonObject[];
  /** What mutations make of the objects asked about; at least one of them is changed. */
  readonly objects?: readonly SourceDocument[];
  /** No mutation changes anything. */
  readonly unchanged?: boolean;
  /** Found in the message of some error; without it an error fails the test. */
  readonly error?: Regex;
}

/** One request to ask the policies about, before kinds are known. */
export interface TestCase {
  /** Of a fixture, its file without the ending; of a table's test, its name. */
  readonly name: string;
  /** Of the document that says what is expected. */
  readonly source: DocumentSource;
  /** In that document. */
  readonly path: Path;
  /** What is asked: each document of a fixture as it would be created, or the request that a table describes. */
  readonly asks: readonly SourceDocument[] | TableRequest;
  /** Set over the defaults of the policies. */
  readonly parameters?: JsonObject;
  /** What is known of the world; the rest is not. */
  readonly facts?: GivenFacts;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly expect: Expectation;
}

/** A request as a test of a table describes it. */
export interface TableRequest {
  readonly operation: Operation;
  readonly object: TableObject | undefined;
  readonly oldObject: TableObject | undefined;
  /** `[group/[version/]]Kind[/subresource]` of what is requested. */
  readonly kind: string | undefined;
  readonly subresource: string | undefined;
  readonly name: string | undefined;
  readonly namespace: string | undefined;
  readonly user: string | undefined;
  readonly groups: readonly string[];
  readonly uid?: string | undefined;
  readonly extra?: JsonObject | undefined;
  readonly namespaceLabels: JsonObject | undefined;
}

export interface TableObject {
  readonly document: SourceDocument;
  /** The other documents of its file: Namespaces, CustomResourceDefinitions. */
  readonly context: readonly SourceDocument[];
}

/** An answer to one request of a test. */
export interface Judged {
  readonly input: AdmissionInput;
  readonly decision: Decision;
  /** What mutations made of it before. */
  readonly mutation: MutationResult;
  /** Where the object stands; for findings. */
  readonly source: DocumentSource;
}

/** What became of one test. */
export interface TestResult {
  readonly name: string;
  /** `broken`: it could not be judged, and `diagnostics` say why. */
  readonly outcome: 'passed' | 'failed' | 'broken';
  readonly file: string;
  /** Where the test is written. */
  readonly span?: Span;
  /** What was expected and what came, a line each; empty where it passed. */
  readonly problems: readonly string[];
  readonly findings: readonly TestFinding[];
  readonly errors: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

/** A finding, and where its value is in the file of the object. */
export interface TestFinding {
  readonly finding: Finding;
  readonly file: string;
  readonly span?: Span;
}

/** How many tests a rule was failed and passed by. Passed: the policy was asked, and the rule found nothing. */
export interface RuleCoverage {
  readonly policy: string;
  readonly rule: string;
  readonly failedBy: number;
  readonly passedBy: number;
}

/**
 * How many tests a mutation changed something in, were it only noted, and how many it left as they were. Left: the
 * policy was asked, and the mutation had nothing to do.
 */
export interface MutationCoverage {
  readonly policy: string;
  readonly mutation: string;
  readonly madeBy: number;
  readonly leftBy: number;
}

/** What became of the tests of one folder. */
export interface FolderResult {
  readonly folder: string;
  /** Names of the policies, sorted. */
  readonly policies: readonly string[];
  readonly tests: readonly TestResult[];
  readonly rules: readonly RuleCoverage[];
  readonly mutations: readonly MutationCoverage[];
  /** What is wrong with the policies and the files of tests themselves, but for those of single tests. */
  readonly diagnostics: readonly Diagnostic[];
}

/** A whole run. */
export interface TestRun {
  readonly folders: readonly FolderResult[];
  /** That something could not be read, that nothing was tested. */
  readonly diagnostics: readonly Diagnostic[];
  /** What diagnostics show lines of, by file. */
  readonly texts: ReadonlyMap<string, string>;
}
