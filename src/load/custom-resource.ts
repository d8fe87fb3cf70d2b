import { guessResource } from '../kinds/index.ts';
import type { JsonObject } from '../model/index.ts';
import type { DocumentKind } from './document-kind.ts';
import { apiGroup, apiVersion } from './fields.ts';
import { documentKinds } from './kinds.ts';
import type { Vocabulary } from './schema.ts';
import { structuralSchema } from './structural.ts';

interface Column {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'date';
  readonly jsonPath: string;
  /** 1: shown by `kubectl get --output wide` only. */
  readonly priority?: number;
}

const ready: Column = {
  name: 'Ready',
  type: 'string',
  jsonPath: '.status.conditions[?(@.type=="Ready")].status',
};
const age: Column = { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' };
const why: Column = {
  name: 'Why',
  type: 'string',
  jsonPath: '.status.conditions[?(@.type=="Accepted")].message',
  priority: 1,
};

const shown: {
  readonly [kind: string]: { readonly shortName: string; readonly columns: readonly Column[] };
} = {
  Policy: {
    shortName: 'abpol',
    columns: [
      { name: 'Action', type: 'string', jsonPath: '.status.action' },
      { name: 'Severity', type: 'string', jsonPath: '.spec.severity' },
      ready,
      age,
      { name: 'Category', type: 'string', jsonPath: '.spec.category', priority: 1 },
      { name: 'Title', type: 'string', jsonPath: '.spec.title', priority: 1 },
      why,
    ],
  },
  PolicyBinding: {
    shortName: 'abbind',
    columns: [{ name: 'Policy', type: 'string', jsonPath: '.spec.policy' }, ready, age, why],
  },
  PolicyException: {
    shortName: 'abex',
    columns: [
      { name: 'Policies', type: 'string', jsonPath: '.spec.policies' },
      { name: 'Expires', type: 'string', jsonPath: '.spec.expires' },
      ready,
      age,
      { name: 'Reason', type: 'string', jsonPath: '.spec.reason', priority: 1 },
      why,
    ],
  },
};

/** meta/v1 Condition, as every condition of Kubernetes' own. */
const condition: JsonObject = {
  type: 'object',
  properties: {
    type: { type: 'string' },
    status: { type: 'string', enum: ['True', 'False', 'Unknown'] },
    observedGeneration: { type: 'integer', format: 'int64' },
    lastTransitionTime: { type: 'string', format: 'date-time' },
    reason: { type: 'string' },
    message: { type: 'string' },
  },
  required: ['type', 'status', 'lastTransitionTime', 'reason', 'message'],
};

const status: JsonObject = {
  description: 'What became of the document. Written by Abatis.',
  type: 'object',
  properties: {
    observedGeneration: {
      description: 'The generation that was considered last.',
      type: 'integer',
      format: 'int64',
    },
    action: { description: 'The strictest thing that a finding can do, now or later.', type: 'string' },
    rules: { description: 'How many rules are in force.', type: 'integer' },
    mutations: { description: 'How many mutations are in force.', type: 'integer' },
    conditions: {
      description:
        '`Accepted`: the document is without fault. `Ready`: it, or a former state of it, is in force.',
      type: 'array',
      items: condition,
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['type'],
    },
  },
};

/** The resource that serves a kind of ours: `policies`. */
export function resourceOf(kind: string): string {
  return guessResource(kind);
}

/**
 * The CustomResourceDefinitions of our kinds (apiextensions.k8s.io/v1), made of the schemas that documents are
 * checked against.
 */
export function customResourceDefinitions(vocabulary: Vocabulary): readonly JsonObject[] {
  return Object.values(documentKinds).map((kind: DocumentKind<unknown>) => definition(kind, vocabulary));
}

function definition(kind: DocumentKind<unknown>, vocabulary: Vocabulary): JsonObject {
  const plural = resourceOf(kind.kind);
  const { shortName, columns } = shown[kind.kind] ?? { shortName: undefined, columns: [ready, age] };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${apiGroup}` },
    spec: {
      group: apiGroup,
      names: {
        kind: kind.kind,
        listKind: `${kind.kind}List`,
        plural,
        singular: kind.kind.toLowerCase(),
        ...(shortName !== undefined && { shortNames: [shortName] }),
        categories: ['abatis'],
      },
      scope: kind.namespaced ? 'Namespaced' : 'Cluster',
      versions: [
        {
          name: apiVersion.slice(apiGroup.length + 1),
          served: true,
          storage: true,
          subresources: { status: {} },
          additionalPrinterColumns: columns,
          schema: { openAPIV3Schema: rootSchema(kind.schema(vocabulary)) },
        },
      ],
    },
  };
}

/** Kubernetes itself checks apiVersion and kind, and of metadata lets a schema restrict the name alone. */
function rootSchema(schema: JsonObject): JsonObject {
  const properties = schema['properties'] as { readonly [field: string]: JsonObject };
  const metadata = properties['metadata']?.['properties'] as { readonly [field: string]: JsonObject };
  return {
    description: schema['description'],
    type: 'object',
    properties: {
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      metadata: { type: 'object', properties: { name: structuralSchema(metadata['name'] ?? {}) } },
      spec: structuralSchema(properties['spec'] ?? {}),
      status,
    },
    required: ['spec'],
  };
}
