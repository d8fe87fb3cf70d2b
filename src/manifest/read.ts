import { guessResource, type KindTable } from '../kinds/index.ts';
import type {
  AdmissionInput,
  Diagnostic,
  DocumentSource,
  JsonObject,
  Operation,
  UserInfo,
} from '../model/index.ts';
import { type DocumentProblem, diagnose, type SourceDocument } from '../yaml/index.ts';
import { type Identity, identify } from './identity.ts';
import { isObject, member } from './object.ts';
import { unknownKind } from './unknown-kind.ts';

/** A manifest as the API server would be asked to admit it. */
export interface Manifest {
  readonly input: AdmissionInput;
  readonly source: DocumentSource;
}

export interface ManifestOptions {
  readonly kinds: KindTable;
  /** For namespaced objects that name none; `default` where it is absent. */
  readonly namespace?: string;
  /** CREATE where it is absent. */
  readonly operation?: Operation;
  /** Who asks; absent: not known. */
  readonly userInfo?: UserInfo;
  /**
   * Whether a document with neither apiVersion nor kind may be passed over as something that was never meant for
   * Kubernetes, a values file in a folder for example. Absent: none may.
   */
  readonly mayBeForeign?: (source: DocumentSource) => boolean;
}

export interface ReadManifests {
  readonly manifests: readonly Manifest[];
  readonly skipped: {
    /** Documents of Abatis itself: policies are not objects for policies to judge. */
    readonly policies: number;
    /** Documents for other programs: foreign ones, and those of kustomize. */
    readonly others: number;
  };
  readonly diagnostics: readonly Diagnostic[];
}

/** What is written in this group are instructions to kustomize; no API server is ever sent one. */
const kustomizeGroup = 'kustomize.config.k8s.io';

/** Problems that are told one by one; the rest are counted. */
const mostProblems = 100;

/** The label that the API server puts on every Namespace. Source: kubernetes pkg/apis/core/v1/defaults.go. */
const namespaceNameLabel = 'kubernetes.io/metadata.name';

/**
 * Turns manifests into the changes that `kubectl create` would ask for, in their order. Empty documents are
 * nothing; what is wrong with one document does not keep the others from being read.
 *
 * A Namespace among the documents is the namespaceObject of what goes into it; of any other namespace nothing is
 * known. As the API server does before it asks a webhook, a missing `metadata.namespace` is filled in and a
 * Namespace gets the label of its own name. The documents given are not changed.
 */
export function readManifests(documents: readonly SourceDocument[], options: ManifestOptions): ReadManifests {
  const problems: PlacedProblem[] = [];
  const skipped = { policies: 0, others: 0 };
  const found: { document: SourceDocument; object: JsonObject; identity: Identity }[] = [];
  const namespaces = new Map<string, JsonObject>();

  for (const document of documents) {
    const { value, source } = document;
    if (value === null || value === undefined) continue;
    if (isForeign(value) && options.mayBeForeign?.(source) === true) {
      skipped.others++;
      continue;
    }
    const identity = identify(value);
    if (!isIdentity(identity)) {
      for (const problem of identity) problems.push({ problem, source });
    } else if (identity.kind.group === 'abatis.dev') {
      skipped.policies++;
    } else if (identity.kind.group === kustomizeGroup) {
      skipped.others++;
    } else if (isObject(value)) {
      const object = isNamespace(identity) ? labelled(value, identity) : value;
      if (isNamespace(identity)) namespaces.set(identity.name, object);
      found.push({ document, object, identity });
    }
  }
  for (const { document, identity } of found) {
    const problem = unknownKind(identity.kind, options.kinds);
    if (problem !== undefined) problems.push({ problem, source: document.source });
  }
  const manifests = found.map(({ document, object, identity }) => ({
    input: toInput(object, identity, namespaces, options),
    source: document.source,
  }));
  return { manifests, skipped, diagnostics: diagnosticsOf(problems) };
}

interface PlacedProblem {
  readonly problem: DocumentProblem;
  readonly source: DocumentSource;
}

/** Nobody reads more, and finding the places of a hundred thousand takes a while. */
function diagnosticsOf(problems: readonly PlacedProblem[]): readonly Diagnostic[] {
  const shown = problems.slice(0, mostProblems).map(({ problem, source }) => diagnose(problem, source));
  const rest = problems.slice(mostProblems);
  if (rest.length === 0) return shown;
  const isWorse = rest.some(({ problem }) => problem.severity !== 'warning');
  const message = `${rest.length} more problems are not shown`;
  return [...shown, { code: 'AB1117', severity: isWorse ? 'error' : 'warning', message }];
}

function toInput(
  object: JsonObject,
  { kind, name, namespace: named, metadata }: Identity,
  namespaces: ReadonlyMap<string, JsonObject>,
  options: ManifestOptions,
): AdmissionInput {
  const row = options.kinds.ofKind(kind.group, kind.kind);
  const namespaced = row?.namespaced ?? (named === undefined ? undefined : true);
  const namespace = namespaced === true ? (named ?? options.namespace ?? 'default') : '';
  const operation = options.operation ?? 'CREATE';
  const whole =
    namespaced === true && named === undefined ? { ...object, metadata: { ...metadata, namespace } } : object;
  return {
    operation,
    kind,
    resource: {
      group: kind.group,
      version: kind.version,
      resource: row?.resource ?? guessResource(kind.kind),
    },
    subresource: '',
    name,
    namespace,
    namespaced,
    object: operation === 'DELETE' ? null : whole,
    oldObject: operation === 'DELETE' ? whole : null,
    userInfo: options.userInfo,
    namespaceObject: namespaced === false ? null : namespaces.get(namespace),
    dryRun: false,
  };
}

/** Something that no more claims to be for Kubernetes than a values file or a package.json does. */
function isForeign(value: unknown): boolean {
  return member(value, 'apiVersion') === undefined && member(value, 'kind') === undefined;
}

function isIdentity(value: Identity | readonly DocumentProblem[]): value is Identity {
  return !Array.isArray(value);
}

function isNamespace({ kind, name }: Identity): boolean {
  return kind.group === '' && kind.kind === 'Namespace' && name !== '';
}

function labelled(object: JsonObject, { name, metadata }: Identity): JsonObject {
  const labels = member(metadata, 'labels');
  return {
    ...object,
    metadata: { ...metadata, labels: { ...(isObject(labels) ? labels : {}), [namespaceNameLabel]: name } },
  };
}
