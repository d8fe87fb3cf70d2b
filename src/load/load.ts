import type { Diagnostic, DocumentSource, JsonObject, PolicySet } from '../model/index.ts';
import {
  type DocumentProblem,
  diagnose,
  expandLists,
  find,
  readDocuments,
  type SourceDocument,
} from '../yaml/index.ts';
import { headerProblem } from './header.ts';
import { documentKinds } from './kinds.ts';
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

/** The documents without fault, by kind, in their order; and what is wrong with the others. */
export interface Loaded extends Required<PolicySet> {
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
  return { ...loading.set, diagnostics: shorten(loading) };
}

/** As `load`, of documents that have been read already, from a cluster for example. */
export function loadDocuments(documents: readonly SourceDocument[], vocabulary: Vocabulary): Loaded {
  const loading = newLoading();
  check(documents, vocabulary, loading);
  return { ...loading.set, diagnostics: shorten(loading) };
}

/** What has been found so far. */
interface Loading {
  readonly set: { readonly [K in keyof Required<PolicySet>]: Required<PolicySet>[K][number][] };
  readonly diagnostics: Diagnostic[];
  /** The documents by kind and name, faulty ones too. */
  readonly names: Map<string, DocumentSource>;
  /** Problems that have no diagnostic any more. */
  more: number;
}

function newLoading(): Loading {
  return {
    set: { policies: [], bindings: [], exceptions: [] },
    diagnostics: [],
    names: new Map(),
    more: 0,
  };
}

function check(documents: readonly SourceDocument[], vocabulary: Vocabulary, loading: Loading): void {
  const { diagnostics, names } = loading;
  for (const { value, source } of documents.flatMap(expandLists)) {
    const header = isMapping(value) ? headerProblem(value) : notAMapping(value);
    if (header !== undefined || !isMapping(value)) {
      if (header !== undefined) diagnostics.push(diagnose(header, source));
      continue;
    }
    const place = placeOf(value);
    const kind = documentKinds[place];
    const shape = shapeProblems(value, kind, vocabulary);
    const problems = [...shape.problems, ...kind.problems(value, vocabulary)];
    const name = nameOf(value, kind.namespaced);
    const first = name === undefined ? undefined : names.get(`${place} ${name}`);
    if (name !== undefined && first !== undefined) problems.push(duplicate(name, kind.noun, first));
    else if (name !== undefined) names.set(`${place} ${name}`, source);
    // Places are worked out of those only that will be shown.
    const shown = problems.slice(0, Math.max(0, mostDiagnostics - diagnostics.length));
    diagnostics.push(...shown.map((problem) => diagnose(problem, source)).sort(byPlace));
    loading.more += problems.length - shown.length + shape.more;
    if (problems.length === 0) add(loading, place, value, source, vocabulary);
  }
}

type Place = keyof typeof documentKinds;

/** Where a document belongs whose header has been found without fault. */
function placeOf(document: JsonObject): Place {
  const places = Object.keys(documentKinds) as Place[];
  return places.find((place) => documentKinds[place].kind === document['kind']) ?? 'policies';
}

function add<K extends Place>(
  { set }: Loading,
  place: K,
  value: JsonObject,
  source: DocumentSource,
  vocabulary: Vocabulary,
): void {
  const list: Required<PolicySet>[K][number][] = set[place];
  list.push(documentKinds[place].make(value, source, vocabulary));
}

function notAMapping(value: unknown): DocumentProblem {
  return { code: 'AB1101', message: `a document must be a mapping, not ${nameOfType(value)}`, path: [] };
}

/** A name that no other document of the kind may have; behind the namespace where it is in one. */
function nameOf(document: JsonObject, namespaced: boolean): string | undefined {
  const metadata = mappingAt(document, 'metadata');
  const name = textAt(metadata, 'name');
  if (!namespaced || name === undefined) return name;
  const namespace = textAt(metadata, 'namespace');
  return namespace === undefined ? undefined : `${namespace}/${name}`;
}

function duplicate(name: string, noun: string, first: DocumentSource): DocumentProblem {
  const line = find(first, ['metadata', 'name'])?.span.start.line;
  return {
    code: 'AB1113',
    message: `there are two ${noun === 'policy' ? 'policies' : `${noun}s`} named ${quoted(name)}`,
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
