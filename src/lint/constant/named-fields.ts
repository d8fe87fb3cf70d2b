import { isMapping } from '../../fields/index.ts';
import type { Path } from '../../model/index.ts';

/** A field that a document names: which one, from the item, and where in the document it is named. */
export interface NamedField {
  readonly field: Path;
  readonly at: Path;
  readonly part?: 'key';
}

const deepest = 32;

/** Keywords of JSON Schema whose schema is about the same value, and those that have a list of such. */
const sameValue = ['not', 'if', 'then', 'else'];
const sameValues = ['allOf', 'anyOf', 'oneOf'];

/** The fields that a JSON Schema names, those on the way first. References are not followed. */
export function* fieldsOfSchema(schema: unknown, field: Path = [], at: Path = []): Iterable<NamedField> {
  if (!isMapping(schema) || at.length > deepest) return;
  const own = (keyword: string): unknown => (Object.hasOwn(schema, keyword) ? schema[keyword] : undefined);
  const properties = own('properties');
  for (const [name, value] of isMapping(properties) ? Object.entries(properties) : []) {
    const [next, place] = [
      [...field, name],
      [...at, 'properties', name],
    ];
    yield { field: next, at: place, part: 'key' };
    yield* fieldsOfSchema(value, next, place);
  }
  const required = own('required');
  for (const [index, name] of Array.isArray(required) ? required.entries() : []) {
    if (typeof name === 'string') yield { field: [...field, name], at: [...at, 'required', index] };
  }
  yield* fieldsOfSchema(own('items'), [...field, 0], [...at, 'items']);
  for (const keyword of sameValue) yield* fieldsOfSchema(own(keyword), field, [...at, keyword]);
  for (const keyword of sameValues) {
    const list = own(keyword);
    for (const [index, value] of Array.isArray(list) ? list.entries() : []) {
      yield* fieldsOfSchema(value, field, [...at, keyword, index]);
    }
  }
}

/** The fields that a part of an object has, those on the way first. */
export function* fieldsOfPart(part: unknown, field: Path = []): Iterable<NamedField> {
  if (field.length > deepest) return;
  if (Array.isArray(part)) {
    for (const [index, value] of part.entries()) yield* fieldsOfPart(value, [...field, index]);
  } else if (isMapping(part)) {
    for (const [name, value] of Object.entries(part)) {
      const next = [...field, name];
      yield { field: next, at: next, part: 'key' };
      yield* fieldsOfPart(value, next);
    }
  }
}
