import type { Diagnostic, DocumentSource, JsonObject, Policy } from '../model/index.ts';
import {
  type DocumentProblem,
  diagnose,
  expandLists,
  find,
  readDocuments,
  type SourceDocument,
} from '../yaml/index.ts';
import { headerProblem } from './header.ts';
import { meaningProblems } from './meaning.ts';
import { toPolicy } from './policy.ts';
import type { Vocabulary } from './schema.ts';
import { shapeProblems } from './shape.ts';
import { isMapping, mappingAt, textAt } from './tolerant.ts';
import { nameOfType, quoted } from './words.ts';

/** A text with policy documents in it. */
export interface PolicyText {
  /** What to call it. */
  readonly file: string;
  readonly text: string;
}

export interface Loaded {
  /** Those without fault, in the order of their documents. */
  readonly policies: readonly Policy[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Diagnostics given of one set of policies; the rest are counted. */
const mostDiagnostics = 100;

/**
 * Reads policies from texts of YAML or JSON. All that is wrong is reported, up to a limit; what is a policy in
 * spite of it is returned. Documents of other API groups are passed over with a warning.
 */
export function load(sources: readonly PolicyText[], vocabulary: Vocabulary): Loaded {
  const loading = newLoading();
  for (const { file, text } of sources) {
    const { documents, diagnostics } = readDocuments(file, text);
    loading.diagnostics.push(...diagnostics);
    check(documents, vocabulary, loading);
  }
  return { policies: loading.policies, diagnostics: shorten(loading) };
}

/** As `load`, of documents that have been read already, from a cluster for example. */
export function loadDocuments(documents: readonly SourceDocument[], vocabulary: Vocabulary): Loaded {
  const loading = newLoading();
  check(documents, vocabulary, loading);
  return { policies: loading.policies, diagnostics: shorten(loading) };
}

/** What has been found so far. */
interface Loading {
  readonly policies: Policy[];
  readonly diagnostics: Diagnostic[];
  /** The policies by name, faulty ones too. */
  readonly names: Map<string, DocumentSource>;
  /** Problems that have no diagnostic any more. */
  more: number;
}

function newLoading(): Loading {
  return { policies: [], diagnostics: [], names: new Map(), more: 0 };
}

function check(documents: readonly SourceDocument[], vocabulary: Vocabulary, loading: Loading): void {
  const { policies, diagnostics, names } = loading;
  for (const { value, source } of documents.flatMap(expandLists)) {
    const header = isMapping(value) ? headerProblem(value) : notAMapping(value);
    if (header !== undefined || !isMapping(value)) {
      if (header !== undefined) diagnostics.push(diagnose(header, source));
      continue;
    }
    const shape = shapeProblems(value, vocabulary);
    const problems = [...shape.problems, ...meaningProblems(value, vocabulary)];
    const name = nameOf(value);
    const first = name === undefined ? undefined : names.get(name);
    if (name !== undefined && first !== undefined) problems.push(duplicate(name, first));
    else if (name !== undefined) names.set(name, source);
    // Places are worked out of those only that will be shown.
    const shown = problems.slice(0, Math.max(0, mostDiagnostics - diagnostics.length));
    diagnostics.push(...shown.map((problem) => diagnose(problem, source)).sort(byPlace));
    loading.more += problems.length - shown.length + shape.more;
    if (problems.length === 0) policies.push(toPolicy(value, source, vocabulary));
  }
}

function notAMapping(value: unknown): DocumentProblem {
  return { code: 'AB1101', message: `a policy must be a mapping, not ${nameOfType(value)}`, path: [] };
}

function nameOf(document: JsonObject): string | undefined {
  return textAt(mappingAt(document, 'metadata'), 'name');
}

function duplicate(name: string, first: DocumentSource): DocumentProblem {
  const line = find(first, ['metadata', 'name'])?.span.start.line;
  return {
    code: 'AB1113',
    message: `there are two policies named ${quoted(name)}`,
    help: `the other is in ${line === undefined ? first.file : `${first.file}, line ${line}`}`,
    path: ['metadata', 'name'],
  };
}

function byPlace(left: Diagnostic, right: Diagnostic): number {
  return (left.span?.start.offset ?? 0) - (right.span?.start.offset ?? 0);
}

function shorten({ diagnostics, more }: Loading): readonly Diagnostic[] {
  const hidden = more + Math.max(0, diagnostics.length - mostDiagnostics);
  if (hidden === 0) return diagnostics;
  const message = `${hidden} more problems are not shown`;
  return [...diagnostics.slice(0, mostDiagnostics), { code: 'AB1117', severity: 'error', message }];
}
