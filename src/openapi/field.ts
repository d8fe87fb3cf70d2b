import type { Path, PathSegment } from '../model/index.ts';
import { definition, definitionName, isAtomic } from './definitions.ts';
import type { Field, FieldType, ListFieldType } from './notation.ts';

/** What the schema knows of a path. */
export type FieldAnswer = KnownField | UnknownField;

export interface KnownField extends Field {
  readonly known: true;
}

/** The path leads out of the schema: its nearest ancestor that is known. */
export interface UnknownField {
  readonly known: false;
  readonly at: Path;
  readonly type: FieldType;
  /** The segment of the path that `at` has not. */
  readonly missing: PathSegment;
  /** The fields that `at` has, for a *did you mean*; empty where it is no object. */
  readonly candidates: readonly string[];
}

/**
 * What Kubernetes' OpenAPI says of the field at a path from an object of a built-in kind: items by their
 * indexes, the values of maps by their keys. Below what the schema leaves open everything is known, of type `any`.
 * `required` and `default` are those of a field; items and values are never required.
 *
 * The names that could come next at a path are the candidates at that path and an empty name.
 *
 * @returns undefined for a kind that the table does not have.
 */
export function fieldAt(group: string, version: string, kind: string, path: Path): FieldAnswer | undefined {
  const root = definitionName(group, version, kind);
  if (root === undefined) return undefined;
  let field: Field = { type: { kind: 'object', name: root, atomic: isAtomic(root) }, required: true };
  for (const [depth, segment] of path.entries()) {
    const next = fieldBelow(field.type, segment);
    if (next === undefined) {
      const { type } = field;
      return { known: false, at: path.slice(0, depth), type, missing: segment, candidates: fieldNames(type) };
    }
    field = next;
  }
  return { known: true, ...field };
}

/**
 * What tells the items of the list at a path apart: the fields that server-side apply merges it by
 * (`x-kubernetes-list-map-keys`), else the one of strategic merge patches (`x-kubernetes-patch-merge-key`). An
 * item may leave out one that has a default, such as the protocol of a port.
 *
 * @returns empty for atomic lists and sets, which `listAt` tells apart, and for what is no list that is known.
 */
export function listKeysAt(group: string, version: string, kind: string, path: Path): readonly string[] {
  return listAt(group, version, kind, path)?.keys ?? [];
}

/** The list at a path: how it is merged and by which keys. Undefined where no list is known. */
export function listAt(group: string, version: string, kind: string, path: Path): ListFieldType | undefined {
  const answer = fieldAt(group, version, kind, path);
  return answer?.known === true && answer.type.kind === 'list' ? answer.type : undefined;
}

/**
 * The field one step below a type: of an item by any index, of a map's value by any key. Undefined where the schema
 * has none; `required` and `default` as for `fieldAt`.
 */
export function fieldBelow(type: FieldType, segment: PathSegment): Field | undefined {
  const isName = typeof segment === 'string';
  switch (type.kind) {
    case 'object':
      return isName ? definition(type.name).field(segment) : undefined;
    case 'map':
      return isName ? { type: type.value, required: false } : undefined;
    case 'list':
      return isName ? undefined : { type: type.element, required: false };
    case 'any-object':
      return isName ? { type: { kind: 'any' }, required: false } : undefined;
    case 'any':
      return { type, required: false };
    default:
      return undefined;
  }
}

function fieldNames(type: FieldType): readonly string[] {
  return type.kind === 'object' ? definition(type.name).fieldNames : [];
}
