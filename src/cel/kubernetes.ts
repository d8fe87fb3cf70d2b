import { BOOL, DYN, INT, listType, mapType, objectType, STRING, TIMESTAMP, type Type } from './type.ts';

const kind = objectType('kubernetes.GroupVersionKind', { group: STRING, version: STRING, kind: STRING });
const resource = objectType('kubernetes.GroupVersionResource', {
  group: STRING,
  version: STRING,
  resource: STRING,
});

/** The type of `request` (apiserver pkg/admission/plugin/cel/compile.go `BuildRequestType`). */
export const REQUEST: Type = objectType('kubernetes.AdmissionRequest', {
  kind,
  resource,
  subResource: STRING,
  requestKind: kind,
  requestResource: resource,
  requestSubResource: STRING,
  name: STRING,
  namespace: STRING,
  operation: STRING,
  userInfo: objectType('kubernetes.UserInfo', {
    username: STRING,
    uid: STRING,
    groups: listType(STRING),
    extra: mapType(STRING, listType(STRING)),
  }),
  dryRun: BOOL,
  options: DYN,
});

const strings = mapType(STRING, STRING);

/** The type of `namespaceObject` (the same file, `BuildNamespaceType`); the API server leaves out all other fields. */
export const NAMESPACE: Type = objectType('kubernetes.Namespace', {
  metadata: objectType('kubernetes.NamespaceMetadata', {
    name: STRING,
    generateName: STRING,
    namespace: STRING,
    labels: strings,
    annotations: strings,
    UID: STRING,
    creationTimestamp: TIMESTAMP,
    deletionGracePeriodSeconds: INT,
    deletionTimestamp: TIMESTAMP,
    generation: INT,
    resourceVersion: STRING,
    finalizers: listType(STRING),
  }),
  spec: objectType('kubernetes.NamespaceSpec', { finalizers: listType(STRING) }),
  status: objectType('kubernetes.NamespaceStatus', {
    conditions: listType(
      objectType('kubernetes.NamespaceCondition', {
        status: STRING,
        type: STRING,
        lastTransitionTime: TIMESTAMP,
        message: STRING,
        reason: STRING,
      }),
    ),
    phase: STRING,
  }),
});

/**
 * The type of `variables`, from the types of the expressions in order. A variable of a type that the API server
 * cannot declare is dyn there (composition.go `convertCelTypeToDeclType`), and so it is here.
 */
export const variablesType = (types: Readonly<Record<string, Type>>): Type =>
  objectType(
    'variables',
    Object.fromEntries(Object.entries(types).map(([name, type]) => [name, declarable(type)])),
  );

function declarable(type: Type): Type {
  switch (type.kind) {
    case 'list':
      return listType(declarable(type.element));
    case 'map':
      return mapType(declarable(type.key), declarable(type.value));
    case 'opaque':
    case 'object':
    case 'type':
    case 'parameter':
      return DYN;
    default:
      return type;
  }
}
