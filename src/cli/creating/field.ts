import { formatPath, parsePath } from '../../jsonpath/index.ts';
import type { GroupVersionKind, JsonObject, Path } from '../../model/index.ts';
import { fieldAt } from '../../openapi/index.ts';
import { nearest } from '../../suggest/index.ts';
import type { Refusal } from './kind.ts';

/** A field that a rule is about, and an example of what can be in it. */
export interface Field {
  readonly path: readonly string[];
  readonly example: unknown;
}

/**
 * Reads a field, `spec.replicas` or `metadata.labels["example.com/owner"]`.
 * @param root of what kind of object it is one, and where in it
 */
export function readField(
  text: string,
  { kind, at }: { readonly kind: GroupVersionKind; readonly at: Path },
): Field | Refusal {
  const parsed = parsePath(text, { form: 'relative' });
  if (!parsed.ok) return { problem: parsed.problem.message, help: 'a field is written `spec.replicas`' };
  const path: string[] = [];
  for (const step of parsed.path.steps) {
    if (step.kind !== 'name') {
      return { problem: `\`${text}\` leads through a list`, help: 'name a field by names alone' };
    }
    path.push(step.name);
  }
  const field = fieldAt(kind.group, kind.version, kind.kind, [...at, ...path]);
  if (field === undefined) return { path, example: 'example' };
  if (!field.known) {
    const guess = nearest(String(field.missing), field.candidates);
    return {
      problem: `\`${formatPath(field.at)}\` of a ${kind.kind} has no field \`${field.missing}\``,
      help: guess === undefined ? '`kubectl explain` lists what there is' : `did you mean \`${guess}\`?`,
    };
  }
  return { path, example: exampleOf(field.type) };
}

function exampleOf(type: { readonly kind: string; readonly enum?: readonly string[] }): unknown {
  if (type.enum?.[0] !== undefined) return type.enum[0];
  switch (type.kind) {
    case 'boolean':
      return true;
    case 'int32':
    case 'int64':
    case 'number':
    case 'int-or-string':
      return 3;
    case 'quantity':
      return '64Mi';
    case 'date-time':
      return '2026-01-01T00:00:00Z';
    case 'byte':
      return 'ZXhhbXBsZQ==';
    case 'map':
      return { example: 'example' };
    case 'object':
    case 'any-object':
      return {};
    case 'list':
      return ['example'];
    default:
      return 'example';
  }
}

/** The object with a value at a path, mappings being made on the way. */
export function withValue(object: JsonObject, [key, ...rest]: readonly string[], value: unknown): JsonObject {
  if (key === undefined) return object;
  const inner = Object.hasOwn(object, key) ? object[key] : undefined;
  const below = typeof inner === 'object' && inner !== null ? (inner as JsonObject) : {};
  return { ...object, [key]: rest.length === 0 ? value : withValue(below, rest, value) };
}
