import type { ObjectType, Type } from '../cel/index.ts';
import type { Path } from '../model/index.ts';
import { definition, definitionName } from './definitions.ts';
import { fieldAt } from './field.ts';
import type { FieldType } from './notation.ts';

const dyn: Type = { kind: 'dyn' };
const string: Type = { kind: 'string' };
const types = new Map<string, ObjectType>();

/**
 * The type by which expressions on a built-in kind are checked, as Kubernetes checks those of a
 * ValidatingAdmissionPolicy (k8s.io/apiserver pkg/cel/common/schemas.go): for warnings alone. The values of
 * `object` stay plain JSON at run time, so a program must be compiled with dyn.
 *
 * It is looser than Kubernetes' where that is wrong about the JSON or says nothing of it, and so warns of less:
 * - dyn are times, base64, quantities, int-or-string, floats and what has no known fields. Kubernetes takes the
 *   first two for timestamps and bytes, though they are strings at run time, and knows no field of the others.
 * - an object's type is named after its definition, so that lists of containers and of init containers are of
 *   one type; Kubernetes' types are named after the place, so that the two cannot be added.
 * - recursive definitions go on for ever; Kubernetes stops at the first turn.
 *
 * In one thing it is stricter: fields have the names they have in JSON. Kubernetes' checker knows them by their
 * escaped names too (`__namespace__`), which at run time are no keys of anything.
 *
 * @returns undefined for a kind that the table does not have, to be taken for dyn.
 */
export function celTypeOf(group: string, version: string, kind: string): ObjectType | undefined {
  const name = definitionName(group, version, kind);
  return name === undefined ? undefined : objectType(name);
}

/**
 * The type of what is at a path from an object of a built-in kind, made as by `celTypeOf`: of an item, or of the
 * pod that the kind carries.
 *
 * @returns undefined for a kind or a path that the table does not have, to be taken for dyn.
 */
export function celTypeAt(group: string, version: string, kind: string, path: Path): Type | undefined {
  const answer = fieldAt(group, version, kind, path);
  return answer?.known === true ? typeOf(answer.type) : undefined;
}

function objectType(name: string): ObjectType {
  const known = types.get(name);
  if (known !== undefined) return known;
  const made = lazyObjectType(name);
  types.set(name, made);
  return made;
}

/** Types refer to each other in circles, and a Pod's alone to hundreds: each is made when its fields are read. */
function lazyObjectType(name: string): ObjectType {
  let fields: Readonly<Record<string, Type>> | undefined;
  return {
    kind: 'object',
    name,
    get fields() {
      fields ??= fieldTypes(name);
      return fields;
    },
    unknownFields: 'open',
  };
}

function fieldTypes(name: string): Readonly<Record<string, Type>> {
  const { fieldNames, field } = definition(name);
  return Object.fromEntries(
    fieldNames.map((fieldName) => {
      const found = field(fieldName);
      return [fieldName, found === undefined ? dyn : typeOf(found.type)];
    }),
  );
}

function typeOf(type: FieldType): Type {
  switch (type.kind) {
    case 'string':
      return string;
    case 'boolean':
      return { kind: 'bool' };
    case 'int32':
    case 'int64':
      return { kind: 'int' };
    case 'list':
      return { kind: 'list', element: typeOf(type.element) };
    case 'map':
      return { kind: 'map', key: string, value: typeOf(type.value) };
    case 'object':
      return objectType(type.name);
    default:
      return dyn;
  }
}
