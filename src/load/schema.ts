import { actions, type JsonObject, operations, severities } from '../model/index.ts';

/** The form in which a check is written in a rule; the registry of checks says what there is. */
export interface CheckVocabulary {
  /** The key in a rule. */
  readonly name: string;
  /** JSON Schema of what the author gives it. */
  readonly schema: JsonObject;
}

/** What policy documents may hold that is decided by registries. */
export interface Vocabulary {
  readonly checks: readonly CheckVocabulary[];
}

export const apiGroup = 'abatis.dev';
export const apiVersion = `${apiGroup}/v1alpha1`;

const text = { type: 'string', minLength: 1 } as const;

/** DNS-1123 labels, as in k8s.io/apimachinery pkg/util/validation. */
const label = {
  type: 'string',
  minLength: 1,
  maxLength: 63,
  pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$',
} as const;

function listOf(items: JsonObject, description: string): JsonObject {
  return { description, type: 'array', items, minItems: 1 };
}

function object(description: string, properties: JsonObject, required: readonly string[] = []): JsonObject {
  return { description, type: 'object', properties, required, additionalProperties: false };
}

/** CEL identifiers (the language's specification, section Syntax). */
const identifier = {
  type: 'string',
  minLength: 1,
  maxLength: 63,
  pattern: '^[A-Za-z_][A-Za-z0-9_]*$',
} as const;

/** What a name must be made of, in words, by the pattern that says so. */
export const nameForms: ReadonlyMap<string, string> = new Map([
  [label.pattern, 'use lower-case letters, digits and `-`, and begin and end with a letter or a digit'],
  [identifier.pattern, 'use letters, digits and `_`, and begin with no digit'],
]);

function namedExpression(description: string, name: JsonObject): JsonObject {
  return object(
    description,
    { name: { ...name, description: 'Unique in the list.' }, expression: { ...text, description: 'CEL.' } },
    ['name', 'expression'],
  );
}

function selector(description: string): JsonObject {
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

const subject: JsonObject = object(
  'Who asks, in the shape of an RBAC subject; names take globs.',
  {
    kind: { description: 'What the subject is.', enum: ['User', 'Group', 'ServiceAccount'] },
    name: { ...text, description: 'The name, as a glob.' },
    namespace: { ...text, description: 'The namespace of a ServiceAccount, as a glob.' },
  },
  ['kind', 'name'],
);

const criteria: JsonObject = {
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

/** Of k8s.io/apimachinery ObjectMeta, all but what namespaced and generated objects alone have. */
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

/**
 * The one description of a policy document, as JSON Schema 2020-12: documents are checked against it, and custom
 * resource definitions and reference pages can be made from it. That a rule has exactly one check, and what
 * concerns several fields at once, is beyond it and checked beside it.
 */
export function policySchema({ checks }: Vocabulary): JsonObject {
  const rule = object(
    'One requirement.',
    {
      name: { ...label, description: 'Unique in the policy.' },
      each: {
        description:
          'What the check looks at: JSONPaths from the target (`$.spec.volumes[*]`) or, of a pod, `containers`, ' +
          '`initContainers`, `ephemeralContainers`, `allContainers`, `volumes`, `images`. Absent: the target itself.',
        anyOf: [text, { type: 'array', items: text, minItems: 1 }],
      },
      when: { ...text, description: 'CEL: items for which it is not true are left alone.' },
      ...Object.fromEntries(checks.map(({ name, schema }) => [name, schema])),
      message: {
        ...text,
        description: 'What is wrong, with CEL in `{{ }}` for what is read from the object.',
      },
      messageExpression: {
        ...text,
        description: 'CEL, a string: what is wrong. Where it fails or is empty, `message` stands in.',
      },
      help: { ...text, description: 'How to put it right.' },
    },
    ['name'],
  );
  const spec = object(
    'What is required of what, and what happens when it is not met.',
    {
      title: { ...text, description: 'The policy in a line.' },
      description: { ...text, description: 'Why there is such a policy.' },
      category: { ...text, description: 'What kind of policy it is, such as `reliability`.' },
      severity: { description: 'How grave a finding is.', enum: [...severities], default: 'medium' },
      runbook: { ...text, description: 'Where to read more.' },
      target: {
        description: 'What the rules look at: the object, or the pod in it wherever one is carried.',
        enum: ['object', 'pod'],
        default: 'object',
      },
      match: object('What the policy applies to; all criteria must hold.', {
        ...criteria,
        conditions: listOf(
          namedExpression('A condition.', text),
          "CEL, all of which must be true: Kubernetes' matchConditions.",
        ),
        terminating: { description: 'Judge objects that are being deleted too.', type: 'boolean' },
      }),
      exclude: object('What is left alone although it matches.', criteria),
      parameters: object(
        'What can be set without editing the rules; expressions read it as `params`.',
        { schema: { description: 'JSON Schema of `params`, with a default for each.', type: 'object' } },
        ['schema'],
      ),
      variables: listOf(
        namedExpression('An expression that is worked out once, when it is first read.', identifier),
        'What expressions read as `variables.<name>`; each sees those before it.',
      ),
      enforcement: {
        description:
          'What a finding does; of a list the strictest entry that applies, Audit where none does.',
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
        default: 'Warn',
      },
      existingViolations: {
        description: 'What an update does whose finding was there before.',
        enum: ['Warn', 'Deny'],
        default: 'Warn',
      },
      failurePolicy: {
        description: 'What an error of the policy means: as if it had found something, or as if it had not.',
        enum: ['Fail', 'Ignore'],
        default: 'Fail',
      },
      override: object(
        'Lets the annotation `override.abatis.dev/<policy>`, with a reason, lower what a finding does by one step.',
        {
          subjects: listOf(subject, 'Who may set or change it; anybody unless given.'),
        },
      ),
      rules: listOf(rule, 'The requirements.'),
    },
    ['rules'],
  );
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Policy',
    ...object(
      'Requirements on Kubernetes objects.',
      {
        apiVersion: { const: apiVersion },
        kind: { const: 'Policy' },
        metadata: object(
          'Kubernetes object metadata.',
          {
            ...Object.fromEntries(metadataFields.map((field) => [field, {}])),
            name: { ...label, description: 'Unique among the policies.' },
          },
          ['name'],
        ),
        spec,
        status: { description: 'Written by Abatis.', type: 'object' },
      },
      ['apiVersion', 'kind', 'metadata', 'spec'],
    ),
  };
}
