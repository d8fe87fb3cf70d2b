import { actions, type JsonObject, operations } from '../model/index.ts';

export const apiGroup = 'abatis.dev';
export const apiVersion = `${apiGroup}/v1alpha1`;

export const text = { type: 'string', minLength: 1 } as const;

/** DNS-1123 labels, as in k8s.io/apimachinery pkg/util/validation. */
export const label = {
  type: 'string',
  minLength: 1,
  maxLength: 63,
  pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$',
} as const;

export function listOf(items: JsonObject, description: string): JsonObject {
  return { description, type: 'array', items, minItems: 1 };
}

export function object(
  description: string,
  properties: JsonObject,
  required: readonly string[] = [],
): JsonObject {
  return { description, type: 'object', properties, required, additionalProperties: false };
}

/** CEL identifiers (the language's specification, section Syntax). */
export const identifier = {
  type: 'string',
  minLength: 1,
  maxLength: 63,
  pattern: '^[A-Za-z_][A-Za-z0-9_]*$',
} as const;

/** The name of a policy, or of one of its rules behind a slash. */
export const ruleReference = {
  type: 'string',
  minLength: 1,
  maxLength: 127,
  pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(/[a-z0-9]([-a-z0-9]*[a-z0-9])?)?$',
} as const;

/** What a name must be made of, in words, by the pattern that says so. */
export const nameForms: ReadonlyMap<string, string> = new Map([
  [label.pattern, 'use lower-case letters, digits and `-`, and begin and end with a letter or a digit'],
  [ruleReference.pattern, 'write the name of a policy, or `policy/rule`'],
  [identifier.pattern, 'use letters, digits and `_`, and begin with no digit'],
]);

export function namedExpression(description: string, name: JsonObject): JsonObject {
  return object(
    description,
    { name: { ...name, description: 'Unique in the list.' }, expression: { ...text, description: 'CEL.' } },
    ['name', 'expression'],
  );
}

export function selector(description: string): JsonObject {
  return object(description, {
    matchLabels: {
      description: 'Labels that must be there with these values.',
      type: 'object',
      additionalProperties: { type: 'string' },
    },
    matchExpressions: listOf(
      object(
        'One requirement on a label.',
        {
          key: { ...text, description: 'The label.' },
          operator: {
            description: 'How the label relates to the values.',
            enum: ['In', 'NotIn', 'Exists', 'DoesNotExist'],
          },
          values: { description: 'For In and NotIn.', type: 'array', items: { type: 'string' } },
        },
        ['key', 'operator'],
      ),
      'Requirements on labels, all of which must hold.',
    ),
  });
}

export const subject: JsonObject = object(
  'Who asks, in the shape of an RBAC subject; names take globs.',
  {
    kind: { description: 'What the subject is.', enum: ['User', 'Group', 'ServiceAccount'] },
    name: { ...text, description: 'The name, as a glob.' },
    namespace: { ...text, description: 'The namespace of a ServiceAccount, as a glob.' },
  },
  ['kind', 'name'],
);

export const criteria: JsonObject = {
  kinds: listOf(
    text,
    'Kinds as `[group/[version/]]Kind[/subresource]`, with globs: `Pod`, `apps/*`, `Pod/exec`.',
  ),
  operations: listOf(
    { enum: [...operations, '*'] },
    'What is being done; in match CREATE and UPDATE unless given.',
  ),
  names: listOf(text, 'Names of objects, as globs.'),
  namespaces: listOf(text, 'Namespaces, as globs.'),
  scope: { description: 'Whether the object is in a namespace.', enum: ['Cluster', 'Namespaced'] },
  namespaceSelector: selector('Labels of the namespace that the object is in.'),
  objectSelector: selector('Labels of the object, as it is or as it was.'),
  subjects: listOf(subject, 'Who asks.'),
};

/** An action, or a ramp of them. */
export const enforcement: JsonObject = {
  description: 'What a finding does; of a list the strictest entry that applies, Audit where none does.',
  anyOf: [
    { enum: [...actions] },
    listOf(
      object(
        'An action, and when and where it applies.',
        {
          action: { description: 'What a finding does.', enum: [...actions] },
          from: { ...text, description: 'RFC 3339, such as `2027-03-01T00:00:00Z`: not before.' },
          namespaces: listOf(text, 'Namespaces, as globs.'),
          namespaceSelector: selector('Labels of the namespace that the object is in.'),
        },
        ['action'],
      ),
      'A ramp.',
    ),
  ],
};

/** Of k8s.io/apimachinery ObjectMeta, all but what generated objects alone have. */
const metadataFields = [
  'annotations',
  'creationTimestamp',
  'deletionGracePeriodSeconds',
  'deletionTimestamp',
  'finalizers',
  'generation',
  'labels',
  'managedFields',
  'ownerReferences',
  'resourceVersion',
  'selfLink',
  'uid',
];

/** The schema of a document of one of Abatis's kinds. */
export function documentSchema(document: {
  readonly kind: string;
  readonly description: string;
  readonly namespaced: boolean;
  readonly spec: JsonObject;
}): JsonObject {
  const { kind, description, namespaced, spec } = document;
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: kind,
    ...object(
      description,
      {
        apiVersion: { const: apiVersion },
        kind: { const: kind },
        metadata: object(
          'Kubernetes object metadata.',
          {
            ...Object.fromEntries(metadataFields.map((field) => [field, {}])),
            name: { ...label, description: 'Unique among the documents of its kind.' },
            ...(namespaced && { namespace: { ...label, description: 'The namespace that it is about.' } }),
          },
          namespaced ? ['name', 'namespace'] : ['name'],
        ),
        spec,
        status: { description: 'Written by Abatis.', type: 'object' },
      },
      ['apiVersion', 'kind', 'metadata', 'spec'],
    ),
  };
}
