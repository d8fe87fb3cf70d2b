import { compile, lookedUpKinds, type Program, vocabulary } from '../compile/index.ts';
import { defaulted, defaultedInput } from '../defaulting/index.ts';
import { type Admission, admit, type GivenFacts, givenFacts } from '../engine/index.ts';
import { load } from '../load/index.ts';
import { customKinds, type Manifest, readManifests } from '../manifest/index.ts';
import type {
  Diagnostic,
  DocumentSource,
  FactRequest,
  Facts,
  JsonObject,
  Path,
  PathSegment,
  Span,
} from '../model/index.ts';
import type { JudgedObject, Report } from '../report/index.ts';
import { expandLists, locate, readDocuments } from '../yaml/index.ts';

export interface TextFile {
  readonly file: string;
  readonly text: string;
}

export interface JudgeOptions {
  readonly policies: readonly TextFile[];
  readonly manifests: readonly TextFile[];
  /** For namespaced objects that name none. */
  readonly namespace?: string;
  /** The version of Kubernetes that expressions must be at home in. */
  readonly kubernetes?: string;
  /** Where exceptions reach everything. */
  readonly ownNamespace?: string;
  /** What is known of the world beyond the manifests. */
  readonly facts?: GivenFacts;
  /** Told of facts that a policy asks for and nobody gave. */
  readonly onUnknown?: (request: FactRequest) => void;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Files in which documents may stand that were never meant for Kubernetes. */
  readonly mayBeForeign: (file: string) => boolean;
}

/**
 * Judges every manifest by every policy. What cannot be read is a diagnostic and keeps nothing else from being
 * judged; where a policy is broken nothing is judged at all.
 */
export function judge(options: JudgeOptions): Report {
  const diagnostics: Diagnostic[] = [];
  const documents = options.manifests.flatMap(({ file, text }) => {
    const read = readDocuments(file, text);
    diagnostics.push(...read.diagnostics);
    return read.documents.flatMap(expandLists);
  });
  const loaded = load(options.policies, vocabulary);
  const compiled = compile(loaded, {
    kinds: customKinds(documents.map(({ value }) => value)),
    ...(options.kubernetes !== undefined && { kubernetes: options.kubernetes }),
    ...(options.ownNamespace !== undefined && { namespace: options.ownNamespace }),
  });
  const policyDiagnostics = [...loaded.diagnostics, ...compiled.diagnostics];
  const policies = loaded.policies.map(({ name }) => name).sort();
  const broken = policyDiagnostics.some(({ severity }) => severity === 'error');
  if (broken || !compiled.ok) {
    return {
      policies,
      objects: [],
      skipped: { policies: 0, others: 0 },
      diagnostics: [...policyDiagnostics, ...diagnostics],
    };
  }
  const {
    manifests,
    skipped,
    diagnostics: unreadable,
  } = readManifests(documents, {
    kinds: compiled.program.kinds,
    mayBeForeign: ({ file }) => options.mayBeForeign(file),
    ...(options.namespace === undefined ? {} : { namespace: options.namespace }),
  });
  const facts = telling(
    givenFacts(options.facts ?? {}, atHand(compiled.program, manifests)),
    options.onUnknown,
  );
  return {
    policies,
    objects: manifests.map((manifest) =>
      judged(manifest, admit(compiled.program, defaultedInput(manifest.input), options.now, facts)),
    ),
    skipped,
    diagnostics: [...policyDiagnostics, ...diagnostics, ...unreadable],
  };
}

function telling(facts: Facts, onUnknown: JudgeOptions['onUnknown']): Facts {
  if (onUnknown === undefined) return facts;
  return {
    answer(request) {
      const answer = facts.answer(request);
      if (answer?.status === 'unknown') onUnknown(request);
      return answer;
    },
  };
}

/** What is applied together can be looked up by each other, as the cluster will have it. */
function atHand(program: Program, manifests: readonly Manifest[]): readonly JsonObject[] {
  const kinds = new Set(lookedUpKinds(program));
  return manifests.flatMap(({ input }) => {
    const { object, kind } = input;
    const name = `${kind.group === '' ? '' : `${kind.group}/`}${kind.version}/${kind.kind}`;
    return object === null || !kinds.has(name) ? [] : [defaulted(object, kind, 'UPDATE')];
  });
}

function judged({ input, source }: Manifest, { mutation, decision }: Admission): JudgedObject {
  const isAmended = mutation.patch.length > 0 || mutation.reported.length > 0;
  const { group, version, kind } = input.kind;
  return {
    apiVersion: group === '' ? version : `${group}/${version}`,
    kind,
    namespace: input.namespace,
    name: input.name === '' ? `${generateName(input.object)}*` : input.name,
    source,
    decision,
    ...(isAmended && { mutation }),
    findings: decision.findings.map((finding) => ({
      finding,
      span: place(source, input.object, finding.path),
    })),
  };
}

function generateName(object: JsonObject | null): string {
  const metadata = object?.['metadata'] as JsonObject | undefined;
  return String(metadata?.['generateName'] ?? '');
}

/** A mapping or list that is at fault as a whole is best shown by its key: it may begin anywhere and go on for pages. */
function place(source: DocumentSource, object: unknown, path: Path): Span | undefined {
  let value = object;
  for (const segment of path) {
    const container = value as { readonly [key: PathSegment]: unknown } | null | undefined;
    value =
      typeof container === 'object' && container !== null && Object.hasOwn(container, segment)
        ? container[segment]
        : undefined;
  }
  const isKeyed = typeof path.at(-1) === 'string' && typeof value === 'object' && value !== null;
  return locate(source, path, isKeyed ? 'key' : 'value');
}
