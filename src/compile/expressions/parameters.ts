import { BOOL, DYN, INT, listType, mapType, objectType, STRING, type Type } from '../../cel/index.ts';
import type { JsonObject } from '../../model/index.ts';
import { isObject, own } from '../change.ts';
import type { Problem } from '../problem.ts';
import { compileSchema, type SchemaFinding } from '../schema/index.ts';

/** What `params` is. */
export interface CompiledParameters {
  readonly type: Type;
  /** The values where nobody sets any: the schema's defaults. */
  readonly values: JsonObject;
  /** The defaults alone meet the schema. */
  readonly isComplete: boolean;
  /** The names that can be set; undefined where the schema leaves them open. */
  readonly names: ReadonlySet<string> | undefined;
  /** Values over the defaults, and what the schema has against the result. */
  withValues(values: JsonObject): { readonly params: JsonObject; readonly faults: readonly SchemaFinding[] };
}

/**
 * The parameters of a policy, from the JSON Schema that declares them. Problems count from the schema.
 * @param mustHaveDefaults whether the policy is asked where nobody sets any
 */
export function compileParameters(
  schema: JsonObject,
  mustHaveDefaults: boolean,
  problems: Problem[],
): CompiledParameters | undefined {
  const compiled = compileSchema(schema);
  if (!compiled.ok) {
    problems.push(...compiled.faults.map((fault) => ({ code: 'AB1302' as const, ...fault })));
    return undefined;
  }
  const values = withDefaults({}, schema);
  const lacking = compiled.validate(values);
  for (const { path, wording } of mustHaveDefaults ? lacking : []) {
    const [name] = path;
    const declared = typeof name === 'string' && own(own(schema, 'properties'), name) !== undefined;
    problems.push({
      code: 'AB1307',
      path: declared ? ['properties', name] : [],
      message:
        path.length === 0
          ? `the defaults do not meet the schema: ${wording}`
          : `parameter \`${path.join('.')}\` ${wording} where nobody sets it`,
      help: 'give it a `default` that meets the schema',
    });
  }
  const properties = own(schema, 'properties');
  const isOpen =
    own(schema, 'additionalProperties') !== undefined || own(schema, 'patternProperties') !== undefined;
  return {
    type: typeOf(schema, 'params'),
    values: isObject(values) ? values : {},
    isComplete: lacking.length === 0,
    names: isOpen || !isObject(properties) ? undefined : new Set(Object.keys(properties)),
    withValues: (given) => {
      const params = withDefaults(over(own(schema, 'default'), given), schema);
      return { params: isObject(params) ? params : {}, faults: compiled.validate(params) };
    },
  };
}

/** What is given, over what the whole is by default. */
function over(whole: unknown, given: JsonObject): JsonObject {
  return isObject(whole) ? Object.fromEntries([...Object.entries(whole), ...Object.entries(given)]) : given;
}

/** A value with the defaults of a schema filled in where it has none; a new value, the given one stays as it is. */
function withDefaults(value: unknown, schema: unknown): unknown {
  if (value === undefined) {
    const given = own(schema, 'default');
    return given === undefined ? undefined : withDefaults(given, schema);
  }
  if (Array.isArray(value)) return value.map((item) => withDefaults(item, own(schema, 'items')));
  const properties = own(schema, 'properties');
  if (!isObject(value) || !isObject(properties)) return value;
  const filled = new Map<string, unknown>(Object.entries(value));
  for (const [name, property] of Object.entries(properties)) {
    const result = withDefaults(filled.get(name), property);
    if (result !== undefined) filled.set(name, result);
  }
  return Object.fromEntries(filled);
}

/** The CEL type of what meets a schema, as far as its `type` says; what it leaves open is dyn. */
function typeOf(schema: unknown, name: string): Type {
  switch (own(schema, 'type')) {
    case 'string':
      return STRING;
    case 'integer':
      return INT;
    case 'boolean':
      return BOOL;
    case 'array':
      return listType(typeOf(own(schema, 'items'), `${name}[]`));
    case 'object':
      return typeOfObject(schema, name);
    default:
      return DYN;
  }
}

function typeOfObject(schema: unknown, name: string): Type {
  const properties = own(schema, 'properties');
  const additional = own(schema, 'additionalProperties');
  if (!isObject(properties)) return mapType(STRING, typeOf(additional, `${name}.*`));
  const fields = Object.entries(properties).map(
    ([field, property]) => [field, typeOf(property, `${name}.${field}`)] as const,
  );
  return objectType(name, Object.fromEntries(fields), 'open');
}
