import { compile, vocabulary } from '../compile/index.ts';
import { evaluate } from '../engine/index.ts';
import { load } from '../load/index.ts';
import { customKinds, type Manifest, type ManifestDocument, readManifests } from '../manifest/index.ts';
import type { Diagnostic, DocumentSource, Finding, JsonObject, Path, Span } from '../model/index.ts';
import type { JudgedObject, Report } from '../report/index.ts';
import { locate, readDocuments } from '../yaml/index.ts';

export interface TextFile {
  readonly file: string;
  readonly text: string;
}

export interface JudgeOptions {
  readonly policies: readonly TextFile[];
  readonly manifests: readonly TextFile[];
  /** For namespaced objects that name none. */
  readonly namespace?: string;
  /** Files in which documents may stand that were never meant for Kubernetes. */
  readonly mayBeForeign: (file: string) => boolean;
}

/**
 * Judges every manifest by every policy. What cannot be read is a diagnostic and keeps nothing else from being
 * judged; where a policy is broken nothing is judged at all.
 */
export function judge(options: JudgeOptions): Report {
  const diagnostics: Diagnostic[] = [];
  const documents: ManifestDocument[] = [];
  for (const { file, text } of options.manifests) {
    const read = readDocuments(file, text);
    for (const document of read.documents) documents.push(document);
    diagnostics.push(...read.diagnostics);
  }
  const loaded = load(options.policies, vocabulary);
  const compiled = compile(loaded.policies, { kinds: customKinds(documents.map(({ value }) => value)) });
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
  return {
    policies,
    objects: manifests.map((manifest) => judged(manifest, evaluate(compiled.program, manifest.input))),
    skipped,
    diagnostics: [...policyDiagnostics, ...diagnostics, ...unreadable],
  };
}

function judged({ input, source }: Manifest, decision: JudgedObject['decision']): JudgedObject {
  const { group, version, kind } = input.kind;
  return {
    apiVersion: group === '' ? version : `${group}/${version}`,
    kind,
    namespace: input.namespace,
    name: input.name === '' ? `${generateName(input.object)}*` : input.name,
    source,
    decision,
    findings: decision.findings.map((finding) => ({ finding, span: place(source, finding) })),
  };
}

function generateName(object: JsonObject | null): string {
  const metadata = object?.['metadata'] as JsonObject | undefined;
  return String(metadata?.['generateName'] ?? '');
}

/** Of the value that a finding is about or, where that is missing, of the nearest one above it. */
function place(source: DocumentSource, { path }: Finding): Span | undefined {
  for (let at: Path = path; ; at = at.slice(0, -1)) {
    const span = locate(source, at);
    if (span !== undefined || at.length === 0) return span;
  }
}
