import { defaulted, defaultedInput } from '../../defaulting/index.ts';
import type { KindTable } from '../../kinds/index.ts';
import type { AdmissionInput, Diagnostic, GroupVersionKind, JsonObject } from '../../model/index.ts';
import { buildRequest, isContext, type TableRequest } from '../../testing/index.ts';
import type { SourceDocument } from '../../yaml/index.ts';
import type { Options } from './options.ts';

/** Requests, or why there are none. */
export interface Requests {
  readonly inputs: readonly AdmissionInput[];
  readonly diagnostics: readonly Diagnostic[];
}

/** What a request can be made of. */
export interface Material {
  readonly documents: readonly SourceDocument[];
  readonly oldDocuments: readonly SourceDocument[];
  readonly kinds: KindTable;
  /** What to call the file in a problem with the request. */
  readonly file: string;
}

/** The label that the API server puts on every Namespace. Source: kubernetes pkg/apis/core/v1/defaults.go. */
const namespaceNameLabel = 'kubernetes.io/metadata.name';

/** Whether a document is a recorded question of the API server. */
export function isReview({ value }: SourceDocument): boolean {
  return (
    own(value, 'kind') === 'AdmissionReview' &&
    String(own(value, 'apiVersion')).startsWith('admission.k8s.io/')
  );
}

/** The requests that recorded AdmissionReviews hold. What they do not say of the namespace the options may. */
export async function recordedRequests({ documents, file }: Material, options: Options): Promise<Requests> {
  // Only here, for it brings the web server along.
  const { readReview } = await import('../../webhook/index.ts');
  const inputs: AdmissionInput[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const { value } of documents.filter(isReview)) {
    const read = readReview(value);
    if (read.ok) {
      const { input } = read.review;
      inputs.push({ ...input, namespaceObject: namespaceOf(input, options) });
    } else {
      const message = `this is no AdmissionReview that could be judged: ${read.error.detail}`;
      diagnostics.push({ code: 'AB2207', severity: 'error', message, file });
    }
  }
  return { inputs, diagnostics };
}

function namespaceOf(
  { namespace, namespaced }: Pick<AdmissionInput, 'namespace' | 'namespaced'>,
  { namespaceLabels }: Options,
): JsonObject | null | undefined {
  if (namespaced === false) return null;
  if (namespaceLabels === undefined) return undefined;
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: namespace, labels: { ...namespaceLabels, [namespaceNameLabel]: namespace } },
  };
}

/** The requests that manifests would cause, each with what the options say of it. */
export function requestsFor(material: Material, options: Options): Requests {
  const { documents, oldDocuments, kinds, file } = material;
  const inputs: AdmissionInput[] = [];
  const diagnostics: Diagnostic[] = [];
  const context = documents.filter(({ value }) => isContext(value));
  const [oldDocument] = oldDocuments;
  const old = oldDocument === undefined ? undefined : { document: oldDocument, context };
  const objects = documents.filter((document) => isWanted(document, options));
  if (old !== undefined && objects.length > 1) {
    const message = `there are ${objects.length} objects, and an old one of one of them`;
    const help = '`--object Kind/name` says which';
    return { inputs, diagnostics: [{ code: 'AB2207', severity: 'error', message, help, file }] };
  }
  for (const document of objects.length === 0 ? [undefined] : objects) {
    const around = context.filter((each) => each !== document);
    const object = document === undefined ? undefined : { document, context: around };
    const operation = options.operation ?? (old === undefined ? 'CREATE' : 'UPDATE');
    const deletes = operation === 'DELETE' && old === undefined;
    const asks: TableRequest = {
      operation,
      object: deletes ? undefined : object,
      oldObject: deletes ? object : old,
      kind: options.kind,
      subresource: options.subresource,
      name: options.name,
      namespace: namesNamespace(document ?? oldDocument) ? undefined : options.namespace,
      user: options.user,
      groups: options.group ?? [],
      namespaceLabels: isClusterScoped(document ?? oldDocument, kinds) ? undefined : options.namespaceLabels,
    };
    const source = { file, index: 0 };
    const built = buildRequest({ source, path: [] }, asks, kinds);
    diagnostics.push(...built.diagnostics);
    if (built.input !== undefined) inputs.push(defaultedInput(built.input));
  }
  return { inputs, diagnostics };
}

function namesNamespace(document: SourceDocument | undefined): boolean {
  return typeof own(own(document?.value, 'metadata'), 'namespace') === 'string';
}

function isClusterScoped(document: SourceDocument | undefined, kinds: KindTable): boolean {
  const { group, kind } = kindOf(document?.value);
  return kinds.ofKind(group, kind)?.namespaced === false;
}

function kindOf(value: unknown): GroupVersionKind {
  const [version = '', group = ''] = String(own(value, 'apiVersion') ?? '')
    .split('/')
    .reverse();
  return { group, version, kind: String(own(value, 'kind')) };
}

/** What is applied together can be looked up by each other, as the cluster will have it. */
export function objectsAtHand({ documents, kinds }: Material, options: Options): readonly JsonObject[] {
  return documents
    .filter((document) => !isReview(document))
    .flatMap((document) => {
      if (!isObject(document.value)) return [];
      const value = defaulted(document.value, kindOf(document.value), 'UPDATE');
      const metadata = own(value, 'metadata');
      if (!isObject(metadata) || namesNamespace(document) || isClusterScoped(document, kinds)) return [value];
      return [{ ...value, metadata: { ...metadata, namespace: options.namespace ?? 'default' } }];
    });
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether it is the object that the options name, which may be one yet to be named. */
function isWanted({ value }: SourceDocument, { object }: Options): boolean {
  if (value === null || value === undefined) return false;
  if (object === undefined) return true;
  const [kind = '', ...rest] = object.split('/');
  const metadata = own(value, 'metadata');
  const name = own(metadata, 'name') ?? own(metadata, 'generateName');
  return (
    String(own(value, 'kind')).toLowerCase() === kind.toLowerCase() &&
    (rest.length === 0 || name === rest.join('/'))
  );
}

function own(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[key];
}
