import { isMapping } from '../fields/index.ts';
import { guessResource, type KindPattern, type KindTable, parseKindPattern } from '../kinds/index.ts';
import { readManifests } from '../manifest/index.ts';
import type {
  AdmissionInput,
  Diagnostic,
  GroupVersionKind,
  GroupVersionResource,
  JsonObject,
  Path,
  UserInfo,
} from '../model/index.ts';
import { type DocumentProblem, diagnose } from '../yaml/index.ts';
import type { TableObject, TableRequest, TestCase } from './model.ts';

/** Source: kubernetes pkg/apis/core/v1/defaults.go: the label that every Namespace has. */
const namespaceNameLabel = 'kubernetes.io/metadata.name';

/** The objects that a connection is asked for with. Source: k8s.io/api/core/v1 types.go. */
const connectOptions: Readonly<Record<string, string>> = {
  exec: 'PodExecOptions',
  attach: 'PodAttachOptions',
  portforward: 'PodPortForwardOptions',
};

export interface BuiltRequest {
  /** Undefined where the test describes no request that could be. */
  readonly input: AdmissionInput | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** Makes the request that a table's test describes, as the API server would send it. */
export function buildRequest(
  { source, path }: Pick<TestCase, 'source' | 'path'>,
  asks: TableRequest,
  kinds: KindTable,
): BuiltRequest {
  const problems: DocumentProblem[] = [];
  const problem = (message: string, help: string | undefined, field: Path) =>
    problems.push({
      code: 'AB2207',
      message,
      ...(help !== undefined && { help }),
      path: [...path, ...field],
    });

  const requested = requestedOf(asks, kinds, problem);
  const objects = readObjects(asks, kinds, asks.kind !== undefined);
  const some = objects.object ?? objects.oldObject;
  if (some === undefined && asks.operation !== 'CONNECT') {
    return { input: undefined, diagnostics: [...diagnosed(), ...objects.diagnostics] };
  }
  if (asks.operation === 'CONNECT' && requested === undefined) {
    problem('a CONNECT needs `kind`', 'say what is connected to, such as `kind: Pod/exec`', []);
  }
  if (requested?.subresource !== undefined && asks.subresource !== undefined) {
    problem('`kind` has a subresource already', 'leave one of the two out', ['subresource']);
  }
  const subresource = requested?.subresource ?? asks.subresource ?? '';
  const row = requested?.row;
  const namespaced = row === undefined ? (some?.namespaced ?? true) : row.namespaced;
  const namespace = namespaced ? some?.namespace || asks.namespace || 'default' : '';
  if (asks.namespace !== undefined && namespaced && namespace !== asks.namespace) {
    problem(`the object is in \`${namespace}\``, 'leave `namespace` out', ['namespace']);
  }
  if (asks.namespaceLabels !== undefined && namespaced === false) {
    problem(
      'a cluster-scoped object is in no namespace whose labels could be known',
      'a Namespace has its own labels in `metadata`',
      ['namespaceLabels'],
    );
  }
  const kind = some?.kind ?? {
    group: '',
    version: 'v1',
    kind: connectOptions[subresource] ?? 'PodExecOptions',
  };
  const input: AdmissionInput = {
    operation: asks.operation,
    kind,
    resource: row === undefined ? (some?.resource ?? unknownResource) : resourceOf(row, requested, kind),
    subresource,
    name: some?.name || asks.name || '',
    namespace,
    namespaced,
    object: placed(objects.object?.object ?? null, namespace),
    oldObject: placed(objects.oldObject?.object ?? null, namespace),
    userInfo: userOf(asks),
    namespaceObject: namespaced
      ? asks.namespaceLabels === undefined
        ? some?.namespaceObject
        : namespaceOf(namespace, asks.namespaceLabels)
      : null,
    dryRun: false,
  };
  return {
    input: problems.length > 0 ? undefined : input,
    diagnostics: [...diagnosed(), ...objects.diagnostics],
  };

  function diagnosed(): readonly Diagnostic[] {
    return problems.map((each) => diagnose(each, source));
  }
}

const unknownResource: GroupVersionResource = { group: '', version: '', resource: '' };

interface Requested {
  readonly row: { readonly group: string; readonly resource: string; readonly namespaced: boolean };
  readonly version: string | undefined;
  readonly subresource: string | undefined;
}

/** What `kind` says is requested; undefined where it is absent or, which is reported, no kind. */
function requestedOf(
  { kind }: TableRequest,
  kinds: KindTable,
  problem: (message: string, help: string | undefined, field: Path) => void,
): Requested | undefined {
  if (kind === undefined) return undefined;
  const pattern = parseKindPattern(kind);
  if (typeof pattern === 'string' || /[*?]/.test(kind)) {
    const message = typeof pattern === 'string' ? pattern : `\`${kind}\` stands for several kinds`;
    problem(message, 'name one, such as `Pod/exec` or `apps/Deployment/scale`', ['kind']);
    return undefined;
  }
  const row = rowOf(pattern, kinds) ?? {
    group: pattern.group ?? '',
    resource: guessResource(pattern.kind),
    namespaced: true,
  };
  return { row, version: pattern.version, subresource: pattern.subresource };
}

function rowOf({ group, kind }: KindPattern, kinds: KindTable): Requested['row'] | undefined {
  if (group !== undefined) return kinds.ofKind(group, kind);
  const [builtin] = kinds.builtinGroups(kind);
  return builtin === undefined ? kinds.all.find((row) => row.kind === kind) : kinds.ofKind(builtin, kind);
}

function resourceOf(
  row: Requested['row'],
  requested: Requested | undefined,
  kind: GroupVersionKind,
): GroupVersionResource {
  const version = requested?.version ?? (kind.group === row.group ? kind.version : 'v1');
  return { group: row.group, version, resource: row.resource };
}

type ReadObject = AdmissionInput;

interface ReadObjects {
  readonly object: ReadObject | undefined;
  readonly oldObject: ReadObject | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** The objects of a request, each as if it alone were created. */
function readObjects(asks: TableRequest, kinds: KindTable, isOther: boolean): ReadObjects {
  const diagnostics: Diagnostic[] = [];
  const read = (object: TableObject | undefined): ReadObject | undefined => {
    if (object === undefined) return undefined;
    if (asks.operation === 'CONNECT') return options(object.document.value);
    const { manifests, diagnostics: found } = readManifests([...object.context, object.document], {
      kinds,
      ...(asks.namespace !== undefined && { namespace: asks.namespace }),
    });
    // The objects of subresources (Scale, Eviction) are no resources, and in no table.
    diagnostics.push(...found.filter(({ code }) => !isOther || code !== 'AB2109'));
    return manifests.find(({ source }) => source === object.document.source)?.input;
  };
  const object = read(asks.object);
  return { object, oldObject: read(asks.oldObject), diagnostics };
}

/** The options of a connection have no metadata, and so no name. */
function options(value: unknown): ReadObject | undefined {
  if (!isMapping(value)) return undefined;
  const [version = 'v1', group = ''] = String(value['apiVersion'] ?? 'v1')
    .split('/')
    .reverse();
  return {
    operation: 'CONNECT',
    kind: { group, version, kind: String(value['kind'] ?? '') },
    resource: unknownResource,
    subresource: '',
    name: '',
    namespace: '',
    namespaced: undefined,
    object: value,
    oldObject: null,
    userInfo: undefined,
    namespaceObject: undefined,
    dryRun: false,
  };
}

/** The API server fills in the namespace of an object that is in one. */
function placed(object: JsonObject | null, namespace: string): JsonObject | null {
  const metadata = object?.['metadata'];
  if (object === null || namespace === '' || !isMapping(metadata) || metadata['namespace'] !== undefined) {
    return object;
  }
  return { ...object, metadata: { ...metadata, namespace } };
}

/** Source: apiserver pkg/authentication/group: everybody who is known is in this group, beside all others. */
const authenticated = 'system:authenticated';

function userOf({ user, groups, uid, extra }: TableRequest): UserInfo | undefined {
  if (user === undefined) return undefined;
  const isKnown = user !== 'system:anonymous' && !groups.includes(authenticated);
  return {
    username: user,
    ...(uid !== undefined && { uid }),
    groups: isKnown ? [...groups, authenticated] : groups,
    ...(extra !== undefined && { extra: extra as NonNullable<UserInfo['extra']> }),
  };
}

function namespaceOf(name: string, labels: JsonObject): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels: { ...labels, [namespaceNameLabel]: name } },
  };
}
