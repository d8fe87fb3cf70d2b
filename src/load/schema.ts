import { type JsonObject, severities } from '../model/index.ts';
import { factSchema } from './facts.ts';
import {
  criteria,
  documentSchema,
  enforcement,
  identifier,
  label,
  listOf,
  namedExpression,
  object,
  subject,
  text,
} from './fields.ts';

/** A form in which a check or a mutation is written; the registries say what there is. */
export interface CheckVocabulary {
  /** The key in a rule or mutation. */
  readonly name: string;
  /** JSON Schema of what the author gives it. */
  readonly schema: JsonObject;
}

/** What policy documents may hold that is decided by registries. */
export interface Vocabulary {
  readonly checks: readonly CheckVocabulary[];
  /** The forms of mutations. */
  readonly mutations: readonly CheckVocabulary[];
  /** The sources of facts. */
  readonly facts: readonly CheckVocabulary[];
}

/**
 * The one description of a policy document, as JSON Schema 2020-12: documents are checked against it, and custom
 * resource definitions and reference pages can be made from it. That a rule has exactly one check, and what
 * concerns several fields at once, is beyond it and checked beside it.
 */
export function policySchema({ checks, mutations, facts }: Vocabulary): JsonObject {
  const items = {
    each: {
      description:
        'What it is about: JSONPaths from the target (`$.spec.volumes[*]`) or, of a pod, `containers`, ' +
        '`initContainers`, `ephemeralContainers`, `allContainers`, `volumes`, `images`. Absent: the target itself.',
      anyOf: [text, { type: 'array', items: text, minItems: 1 }],
    },
    when: { ...text, description: 'CEL: items for which it is not true are left alone.' },
  };
  const mutation = object(
    'One change.',
    {
      name: { ...label, description: 'Unique among the mutations of the policy.' },
      ...items,
      ...Object.fromEntries(mutations.map(({ name, schema }) => [name, schema])),
      position: {
        description: 'Where items go that a merge adds to a list.',
        enum: ['first', 'last'],
        default: 'last',
      },
    },
    ['name'],
  );
  const rule = object(
    'One requirement.',
    {
      name: { ...label, description: 'Unique in the policy.' },
      ...items,
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
  const spec = object('What is required of what, and what happens when it is not met.', {
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
    facts: listOf(factSchema(facts), 'What expressions of rules read as `facts.<name>`.'),
    enforcement: { ...enforcement, default: 'Warn' },
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
    exceptions: {
      description: 'Whether a PolicyException can let something through.',
      enum: ['Allow', 'Forbid'],
      default: 'Allow',
    },
    bindingRequired: {
      description: 'The policy is asked only where a PolicyBinding selects.',
      type: 'boolean',
    },
    rules: listOf(rule, 'The requirements. A policy has these, mutations, or both.'),
    mutations: listOf(mutation, 'What is changed before anything is judged, in this order.'),
  });
  return documentSchema({
    kind: 'Policy',
    description: 'Requirements on Kubernetes objects.',
    namespaced: false,
    spec,
  });
}
