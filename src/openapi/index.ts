/** What Kubernetes' OpenAPI says of the built-in kinds. Nothing of it is read before the first question. */
export { celTypeAt, celTypeOf } from './cel-type.ts';
export { type Definition, definition, definitionName, hasDefinition } from './definitions.ts';
export {
  type FieldAnswer,
  fieldAt,
  fieldBelow,
  type KnownField,
  listAt,
  listKeysAt,
  type UnknownField,
} from './field.ts';
export type { Field, FieldType, ListFieldType, ScalarKind } from './notation.ts';
