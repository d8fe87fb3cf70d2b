import { costSize, TRAVERSAL } from '../cost-size.ts';
import type { FunctionDeclaration, Implementation, Library, Overload } from '../declaration.ts';
import { equality } from '../equality.ts';
import {
  BOOL,
  BYTES,
  DOUBLE,
  DURATION,
  DYN,
  INT,
  listType,
  mapType,
  NULL,
  STRING,
  TIMESTAMP,
  type Type,
  typeParameter,
  typeType,
  UINT,
} from '../type.ts';
import { CelError, failure, type Value } from '../value.ts';
import { add, divide, modulo, multiply, negate, subtract } from './arithmetic.ts';
import { contains, size } from './containers.ts';
import { CONVERSIONS } from './conversions.ts';
import { compare } from './order.ts';
import { TEXT } from './text.ts';
import { TIME } from './time.ts';

const A = typeParameter('A');
const B = typeParameter('B');
const LIST = listType(A);
const MAP = mapType(A, B);

type Signature = readonly [
  id: string,
  parameters: readonly Type[],
  result: Type,
  cost?: Overload['cost'] | undefined,
];

const declare = (
  name: string,
  call: Implementation,
  signatures: readonly Signature[],
  member = false,
): FunctionDeclaration => ({
  name,
  member,
  overloads: signatures.map(([id, parameters, result, cost]) => ({
    id,
    parameters,
    result,
    call,
    ...(cost !== undefined && { cost }),
    ...(isCrossType(id) && { since: '1.28' }),
  })),
});

/** Numbers of different types are ordered since cel-go's CrossTypeNumericComparisons came. */
const isCrossType = (id: string): boolean =>
  /^(?:less|greater)_.*(?:int64|double)_(?:u?int64|double)$/.test(id);

/** The shorter of two values read once. */
const readShorter = (_result: unknown, a: Value, b: Value): number =>
  Math.ceil(Math.min(costSize(a, true), costSize(b, true)) * TRAVERSAL);
const readBoth = (_result: unknown, a: Value, b: Value): number =>
  Math.ceil((costSize(a, true) + costSize(b, true)) * TRAVERSAL);

/** Where operands of these types are ordered: each with itself, numbers with each other (1.28), the order of cel-go's table. */
function orderSignatures(id: string): Signature[] {
  const pairs: readonly (readonly [string, Type, Type])[] = [
    ['bool', BOOL, BOOL],
    ['int64', INT, INT],
    ['int64_double', INT, DOUBLE],
    ['int64_uint64', INT, UINT],
    ['uint64', UINT, UINT],
    ['uint64_double', UINT, DOUBLE],
    ['uint64_int64', UINT, INT],
    ['double', DOUBLE, DOUBLE],
    ['double_int64', DOUBLE, INT],
    ['double_uint64', DOUBLE, UINT],
    ['string', STRING, STRING],
    ['bytes', BYTES, BYTES],
    ['timestamp', TIMESTAMP, TIMESTAMP],
    ['duration', DURATION, DURATION],
  ];
  return pairs.map(([name, a, b]) => {
    const cost = name === 'string' || name === 'bytes' ? readShorter : undefined;
    return [`${id}_${name}`, [a, b], BOOL, cost];
  });
}

const ordering =
  (holds: (order: number) => boolean) =>
  (a: Value, b: Value): boolean | CelError => {
    const order = compare(a, b);
    return order instanceof CelError ? order : holds(order);
  };

const same = (id: string, type: Type): Signature => [id, [type, type], type];
const inline = (): CelError => failure('no such overload');

/** The operators and functions of the language itself, in the order of cel-go's table (common/stdlib/standard.go). */
export const STANDARD: Library = {
  name: 'standard',
  types: [
    BOOL,
    BYTES,
    DOUBLE,
    DURATION,
    INT,
    listType(DYN),
    mapType(DYN, DYN),
    NULL,
    STRING,
    TIMESTAMP,
    typeType(DYN),
    UINT,
  ],
  functions: [
    declare('_?_:_', inline, [['conditional', [BOOL, A, A], A]]),
    declare('_&&_', inline, [['logical_and', [BOOL, BOOL], BOOL]]),
    declare('_||_', inline, [['logical_or', [BOOL, BOOL], BOOL]]),
    declare('!_', (value: Value) => (typeof value === 'boolean' ? !value : failure('no such overload')), [
      ['logical_not', [BOOL], BOOL],
    ]),
    declare('_==_', (a: Value, b: Value) => equality(a, b) ?? failure('no such overload'), [
      ['equals', [A, A], BOOL, readShorter],
    ]),
    declare('_!=_', (a: Value, b: Value) => equality(a, b) !== true, [
      ['not_equals', [A, A], BOOL, readShorter],
    ]),
    declare('_+_', add, [
      ['add_bytes', [BYTES, BYTES], BYTES, readBoth],
      same('add_double', DOUBLE),
      same('add_duration_duration', DURATION),
      ['add_duration_timestamp', [DURATION, TIMESTAMP], TIMESTAMP],
      ['add_timestamp_duration', [TIMESTAMP, DURATION], TIMESTAMP],
      same('add_int64', INT),
      same('add_list', LIST),
      ['add_string', [STRING, STRING], STRING, readBoth],
      same('add_uint64', UINT),
    ]),
    declare('_/_', divide, [
      same('divide_double', DOUBLE),
      same('divide_int64', INT),
      same('divide_uint64', UINT),
    ]),
    declare('_%_', modulo, [same('modulo_int64', INT), same('modulo_uint64', UINT)]),
    declare('_*_', multiply, [
      same('multiply_double', DOUBLE),
      same('multiply_int64', INT),
      same('multiply_uint64', UINT),
    ]),
    declare('-_', negate, [
      ['negate_double', [DOUBLE], DOUBLE],
      ['negate_int64', [INT], INT],
    ]),
    declare('_-_', subtract, [
      same('subtract_double', DOUBLE),
      same('subtract_duration_duration', DURATION),
      same('subtract_int64', INT),
      ['subtract_timestamp_duration', [TIMESTAMP, DURATION], TIMESTAMP],
      ['subtract_timestamp_timestamp', [TIMESTAMP, TIMESTAMP], DURATION],
      same('subtract_uint64', UINT),
    ]),
    declare(
      '_<_',
      ordering((order) => order < 0),
      orderSignatures('less'),
    ),
    declare(
      '_<=_',
      ordering((order) => order <= 0),
      orderSignatures('less_equals'),
    ),
    declare(
      '_>_',
      ordering((order) => order > 0),
      orderSignatures('greater'),
    ),
    declare(
      '_>=_',
      ordering((order) => order >= 0),
      orderSignatures('greater_equals'),
    ),
    declare('_[_]', inline, [
      ['index_list', [LIST, INT], A],
      ['index_map', [MAP, A], B],
    ]),
    declare('@in', contains, [
      ['in_list', [A, LIST], BOOL, (_result: unknown, _element: Value, list: Value) => costSize(list, true)],
      ['in_map', [A, MAP], BOOL],
    ]),
    declare('size', size, [
      ['size_bytes', [BYTES], INT],
      ['size_list', [LIST], INT],
      ['size_map', [MAP], INT],
      ['size_string', [STRING], INT],
    ]),
    declare(
      'size',
      size,
      [
        ['bytes_size', [BYTES], INT],
        ['list_size', [LIST], INT],
        ['map_size', [MAP], INT],
        ['string_size', [STRING], INT],
      ],
      true,
    ),
    ...CONVERSIONS,
    ...TEXT,
    ...TIME,
  ],
};
