import { Duration } from '../../time/index.ts';
import type { FunctionDeclaration, Library, Overload } from '../declaration.ts';
import { mapSize } from '../equality.ts';
import {
  BOOL,
  DYN,
  INT,
  listType,
  mapType,
  optionalType,
  STRING,
  type Type,
  typeParameter,
} from '../type.ts';
import {
  type CelError,
  Double,
  failure,
  isList,
  isMap,
  NONE,
  OptionalValue,
  some,
  Uint,
  type Value,
} from '../value.ts';

const V = typeParameter('V');
const OPTIONAL = optionalType(V);
const LIST = listType(V);
const MAP = mapType(typeParameter('K'), V);
const OPTIONALS_LIST = listType(OPTIONAL);

/** Whether the value is the zero of its type; values of libraries have none (cel-go's Zeroer trait). */
function isZero(value: Value): boolean {
  if (value === null || value === false || value === '' || value === 0) return true;
  if (value instanceof Double) return value.value === 0;
  if (value instanceof Uint) return value.value === 0n;
  if (isList(value) || value instanceof Uint8Array) return value.length === 0;
  if (value instanceof Duration) return value.seconds === 0 && value.nanos === 0;
  return isMap(value) && mapSize(value) === 0;
}

function unwrap(list: readonly Value[]): Value | CelError {
  const values: Value[] = [];
  for (const element of list) {
    if (!(element instanceof OptionalValue)) return failure('an element of the list is not an optional');
    if (element.present) values.push(element.value);
  }
  return values;
}

const declare = (
  name: string,
  member: boolean,
  ...overloads: readonly (readonly [
    id: string,
    parameters: readonly Type[],
    result: Type,
    call: Overload['call'],
  ])[]
): FunctionDeclaration => ({
  name,
  member,
  overloads: overloads.map(([id, parameters, result, call]) => ({ id, parameters, result, call })),
});

/** Selections and alternatives are compiled in place; these stand for their types alone. */
const inline = (): CelError => failure('no such overload');

/** Optional values (cel-go cel/library.go `OptionalTypes`, of which Kubernetes takes the newest version). */
export const OPTIONALS: Library = {
  name: 'optionals',
  since: '1.28',
  types: [optionalType(DYN)],
  functions: [
    declare('optional.of', false, ['optional_of', [V], OPTIONAL, some]),
    declare('optional.ofNonZeroValue', false, [
      'optional_ofNonZeroValue',
      [V],
      OPTIONAL,
      (value: Value) => (isZero(value) ? NONE : some(value)),
    ]),
    declare('optional.none', false, ['optional_none', [], OPTIONAL, () => NONE]),
    declare('value', true, [
      'optional_value',
      [OPTIONAL],
      V,
      (optional: OptionalValue) =>
        optional.present ? optional.value : failure('optional.none() has no value'),
    ]),
    declare('hasValue', true, [
      'optional_hasValue',
      [OPTIONAL],
      BOOL,
      (optional: OptionalValue) => optional.present,
    ]),
    declare('or', true, ['optional_or_optional', [OPTIONAL, OPTIONAL], OPTIONAL, inline]),
    declare('orValue', true, ['optional_orValue_value', [OPTIONAL, V], V, inline]),
    declare('_?._', false, ['select_optional_field', [DYN, STRING], OPTIONAL, inline]),
    declare(
      '_[?_]',
      false,
      ['list_optindex_optional_int', [LIST, INT], OPTIONAL, inline],
      ['optional_list_optindex_optional_int', [optionalType(LIST), INT], OPTIONAL, inline],
      ['map_optindex_optional_value', [MAP, typeParameter('K')], OPTIONAL, inline],
      ['optional_map_optindex_optional_value', [optionalType(MAP), typeParameter('K')], OPTIONAL, inline],
    ),
    declare(
      '_[_]',
      false,
      ['optional_list_index_int', [optionalType(LIST), INT], OPTIONAL, inline],
      ['optional_map_index_value', [optionalType(MAP), typeParameter('K')], OPTIONAL, inline],
    ),
    declare('first', true, [
      'list_first',
      [LIST],
      OPTIONAL,
      (list: readonly Value[]) => (list.length === 0 ? NONE : some(list[0] as Value)),
    ]),
    declare('last', true, [
      'list_last',
      [LIST],
      OPTIONAL,
      (list: readonly Value[]) => (list.length === 0 ? NONE : some(list[list.length - 1] as Value)),
    ]),
    declare('optional.unwrap', false, ['optional_unwrap', [OPTIONALS_LIST], LIST, unwrap]),
    declare('unwrapOpt', true, ['optional_unwrapOpt', [OPTIONALS_LIST], LIST, unwrap]),
  ],
};
