import type { JsonObject } from '../model/index.ts';

/** Keywords that mean the same in both; everything else is left out or translated. */
const shared = [
  'description',
  'minLength',
  'maxLength',
  'pattern',
  'minItems',
  'maxItems',
  'minimum',
  'maximum',
];

/** Lists whose items have a name that is theirs alone: server-side apply tells them apart by it. */
const namedLists: ReadonlySet<string> = new Set(['conditions', 'variables', 'rules', 'mutations', 'facts']);

/** Whatever is there is kept: Kubernetes drops fields that a schema does not name. */
const anything = { 'x-kubernetes-preserve-unknown-fields': true } as const;

/**
 * A JSON Schema 2020-12 as the structural schema of a CustomResourceDefinition (apiextensions.k8s.io/v1): each value
 * has one type or is kept as it is, objects name their fields, and there are no defaults, so that a document comes
 * back as it was written. It is laxer than its source, never stricter: what it cannot say is left to the loader.
 */
export function structuralSchema(schema: JsonObject, name = ''): JsonObject {
  const description = schema['description'] === undefined ? {} : { description: schema['description'] };
  const type = typeOf(schema);
  if (type === undefined) return { ...description, ...anything };
  const same = Object.fromEntries(
    shared.filter((keyword) => schema[keyword] !== undefined).map((keyword) => [keyword, schema[keyword]]),
  );
  const values = schema['const'] === undefined ? schema['enum'] : [schema['const']];
  const common = { ...same, type, ...(values !== undefined && { enum: values }) };
  if (type === 'array') {
    const items = structuralSchema((schema['items'] ?? {}) as JsonObject);
    return { ...common, items, ...listType(name, items) };
  }
  return type === 'object' ? { ...common, ...fieldsOf(schema) } : common;
}

function fieldsOf(schema: JsonObject): JsonObject {
  const properties = schema['properties'] as { readonly [field: string]: JsonObject } | undefined;
  const others = schema['additionalProperties'];
  const required = (schema['required'] ?? []) as readonly string[];
  if (properties === undefined) {
    return typeof others === 'object' && others !== null
      ? { additionalProperties: structuralSchema(others as JsonObject) }
      : anything;
  }
  return {
    properties: Object.fromEntries(
      Object.entries(properties).map(([field, value]) => [field, structuralSchema(value, field)]),
    ),
    ...(required.length > 0 && { required }),
  };
}

/** The one type that a value has; undefined where it may have several, or none is said. */
function typeOf(schema: JsonObject): string | undefined {
  const { type, anyOf, oneOf, const: only, enum: values } = schema;
  if (anyOf !== undefined || oneOf !== undefined) return undefined;
  if (typeof type === 'string') return type;
  if (type !== undefined) return undefined;
  const list = only === undefined ? values : [only];
  return Array.isArray(list) && list.every((value) => typeof value === 'string') ? 'string' : undefined;
}

function listType(name: string, items: JsonObject): JsonObject {
  const required = items['required'];
  const isNamed = namedLists.has(name) && Array.isArray(required) && required.includes('name');
  return isNamed
    ? { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'] }
    : { 'x-kubernetes-list-type': 'atomic' };
}
