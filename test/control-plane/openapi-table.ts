/** The two texts of `src/openapi/data.ts`, a line each entry. */
export interface OpenApiTable {
  readonly kinds: readonly string[];
  readonly definitions: readonly string[];
}

interface Schema {
  readonly type?: string;
  readonly format?: string;
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly 'x-kubernetes-list-type'?: string;
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly 'x-kubernetes-patch-merge-key'?: string;
  readonly 'x-kubernetes-map-type'?: string;
  readonly 'x-kubernetes-group-version-kind'?: readonly {
    readonly group: string;
    readonly version: string;
    readonly kind: string;
  }[];
}

const objectMeta = 'meta.v1.ObjectMeta';

/** Definitions whose JSON is another than their schema could say. */
const special: ReadonlyMap<string, string> = new Map([
  ['api.resource.Quantity', 'quantity'],
  ['util.intstr.IntOrString', 'int-or-string'],
]);

/**
 * Reads the OpenAPI documents of an API server into the table of its kinds: those that are objects with
 * metadata, and what they are made of.
 *
 * `get` answers the JSON at a path of the API server.
 */
export async function readOpenApi(get: (path: string) => Promise<unknown>): Promise<OpenApiTable> {
  const { paths } = (await get('/openapi/v3')) as {
    readonly paths: Readonly<Record<string, { readonly serverRelativeURL: string }>>;
  };
  const schemas = new Map<string, Schema>();
  for (const { serverRelativeURL } of Object.values(paths)) {
    const { components } = (await get(serverRelativeURL)) as {
      readonly components?: { readonly schemas?: Readonly<Record<string, Schema>> };
    };
    for (const [fullName, schema] of Object.entries(components?.schemas ?? {})) {
      const name = shortName(fullName);
      const before = schemas.get(name);
      if (before !== undefined && JSON.stringify(before.properties) !== JSON.stringify(schema.properties)) {
        throw new Error(`two definitions are called ${name}`);
      }
      schemas.set(name, schema);
    }
  }
  return table(schemas);
}

function table(schemas: ReadonlyMap<string, Schema>): OpenApiTable {
  const kinds: string[] = [];
  const reached = new Set<string>();
  for (const [name, schema] of schemas) {
    const { metadata } = schema.properties ?? {};
    if (metadata === undefined || referenceOf(metadata) !== objectMeta) continue;
    for (const { group, version, kind } of schema['x-kubernetes-group-version-kind'] ?? []) {
      kinds.push(`${group}/${version}/${kind} ${name}`);
      reached.add(name);
    }
  }
  const definitions: string[] = [];
  // What is reached on the way is added to the set and comes round in the same loop.
  for (const name of reached) {
    const schema = schemas.get(name);
    if (schema?.properties === undefined) throw new Error(`${name} has no fields`);
    const fields = Object.entries(schema.properties).map(([field, property]) => {
      const required = schema.required?.includes(field) === true;
      return [field, fieldRow(property, required, schemas, reached)] as const;
    });
    const atomic = schema['x-kubernetes-map-type'] === 'atomic' ? 'atomic ' : '';
    definitions.push(`${name} ${atomic}${JSON.stringify(Object.fromEntries(fields.sort(byFirst)))}`);
  }
  return { kinds: kinds.sort(), definitions: definitions.sort() };
}

function fieldRow(
  schema: Schema,
  required: boolean,
  schemas: ReadonlyMap<string, Schema>,
  reached: Set<string>,
): unknown {
  const type = typeOf(schema, schemas, reached) + (required ? '!' : '');
  const keys = schema['x-kubernetes-list-map-keys'];
  const mergeKey = schema['x-kubernetes-patch-merge-key'];
  const more = {
    list: schema['x-kubernetes-list-type'],
    keys,
    // Said only where it says more than the keys do.
    mergeKey: keys?.length === 1 && keys[0] === mergeKey ? undefined : mergeKey,
    map: schema['x-kubernetes-map-type'],
    default: isZero(schema.default) ? undefined : schema.default,
    enum: enumOf(schema),
  };
  return Object.values(more).every((value) => value === undefined) ? type : [type, more];
}

/** The type in the table's words; what it refers to is added to `reached`. */
function typeOf(schema: Schema, schemas: ReadonlyMap<string, Schema>, reached: Set<string>): string {
  const reference = referenceOf(schema);
  if (reference !== undefined) {
    const known = special.get(reference);
    if (known !== undefined) return known;
    const target = schemas.get(reference);
    if (target === undefined) throw new Error(`${reference} is not defined`);
    if (target.properties === undefined) return typeOf(target, schemas, reached);
    reached.add(reference);
    return reference;
  }
  const { type, format, items, additionalProperties } = schema;
  if (items !== undefined) return `[]${typeOf(items, schemas, reached)}`;
  if (typeof additionalProperties === 'object') return `{}${typeOf(additionalProperties, schemas, reached)}`;
  const word = format ?? type ?? 'any';
  switch (word) {
    case 'double':
      return 'number';
    case 'object':
      return 'any-object';
    case 'any':
    case 'boolean':
    case 'byte':
    case 'date-time':
    case 'int32':
    case 'int64':
    case 'number':
    case 'string':
      return word;
    default:
      throw new Error(`no word for ${JSON.stringify(schema)}`);
  }
}

/** The words a string may be, or those that the strings in a list or map may be. */
function enumOf({ enum: words, items, additionalProperties }: Schema): readonly string[] | undefined {
  if (words !== undefined) return words;
  if (items !== undefined) return enumOf(items);
  return typeof additionalProperties === 'object' ? enumOf(additionalProperties) : undefined;
}

/** A reference may be wrapped in `allOf`, so that a description can stand beside it. */
function referenceOf({ $ref, allOf }: Schema): string | undefined {
  const reference = $ref ?? allOf?.find((part) => part.$ref !== undefined)?.$ref;
  return reference === undefined ? undefined : shortName(reference);
}

/** `io.k8s.api.core.v1.Pod` is `core.v1.Pod`: the last three names, which no two definitions share. */
const shortName = (name: string): string => name.split(/[./]/).slice(-3).join('.');

/**
 * The OpenAPI of Kubernetes gives every field that its Go type cannot leave out that type's zero value for a
 * default; those are no defaults that the API server would write into an object.
 */
function isZero(value: unknown): boolean {
  return value === '' || value === 0 || value === false || JSON.stringify(value) === '{}';
}

const byFirst = (a: readonly [string, unknown], b: readonly [string, unknown]): number =>
  a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0;

/** The text of `src/openapi/data.ts`, to be formatted. */
export function renderOpenApi({ kinds, definitions }: OpenApiTable, kubernetesVersion: string): string {
  return `/**
 * The types of Kubernetes' built-in kinds.
 *
 * Written by test/control-plane/generate-openapi.ts from the OpenAPI v3 of Kubernetes ${kubernetesVersion}, its alpha and
 * beta versions switched on. notation.ts says how a line is read.
 */

/** A line each kind, \`group/version/Kind definition\`, sorted. */
export const kinds = \`${literal(kinds)}\`;

/** A line each definition, \`name [atomic] {fields}\`, sorted. */
export const definitions = \`${literal(definitions)}\`;
`;
}

const literal = (lines: readonly string[]): string =>
  lines.join('\n').replaceAll('\\', '\\\\').replaceAll('`', '\\`').replaceAll('${', '\\${');
