import { Duration, Timestamp } from '../../time/index.ts';
import { TRAVERSAL } from '../cost-size.ts';
import type { FunctionDeclaration, Library, Overload } from '../declaration.ts';
import { equality, mapEntries } from '../equality.ts';
import { add } from '../standard/arithmetic.ts';
import { compare } from '../standard/order.ts';
import {
  BOOL,
  BYTES,
  DOUBLE,
  DURATION,
  DYN,
  INT,
  listType,
  STRING,
  TIMESTAMP,
  type Type,
  typeParameter,
  UINT,
} from '../type.ts';
import { CelError, Double, failure, isList, isMap, Uint, type Value } from '../value.ts';
import { utf8Length } from './text-points.ts';

type List = readonly Value[];

/** The types whose values are ordered, with the names they have in cel-go's overload ids. */
export const COMPARABLE: readonly (readonly [name: string, type: Type])[] = [
  ['int', INT],
  ['uint', UINT],
  ['double', DOUBLE],
  ['bool', BOOL],
  ['duration', DURATION],
  ['timestamp', TIMESTAMP],
  ['string', STRING],
  ['bytes', BYTES],
];

const SUMMABLE: readonly (readonly [name: string, type: Type, zero: Value])[] = [
  ['int', INT, 0],
  ['uint', UINT, new Uint(0n)],
  ['double', DOUBLE, new Double(0)],
  ['duration', DURATION, new Duration(0, 0)],
];

/** The cost of walking a value as a tree (apiserver pkg/cel/library/cost.go `traversalCost`): bytes of strings, leaves. */
function walk(value: Value): number {
  if (typeof value === 'string') return Math.floor(utf8Length(value) * TRAVERSAL);
  if (value instanceof Uint8Array) return Math.floor(value.length * TRAVERSAL);
  let cost = 0;
  if (isList(value)) {
    for (const element of value) cost += walk(element);
    return cost;
  }
  if (!isMap(value)) return 1;
  for (const [key, entry] of mapEntries(value)) cost += walk(key) + walk(entry);
  return cost;
}

/** What `isSorted`, `sum`, `min`, `max`, `indexOf` and `lastIndexOf` cost, of strings too: one walk of the receiver. */
export const LIST_INDEX_COST: NonNullable<Overload['cost']> = (_result: unknown, receiver: Value) =>
  walk(receiver);

/** Whether the value is of a type that has an order (the Comparer trait of cel-go common/types). */
export function isComparable(value: Value): boolean {
  if (typeof value !== 'object') return true;
  return (
    value instanceof Double ||
    value instanceof Uint ||
    value instanceof Timestamp ||
    value instanceof Duration ||
    value instanceof Uint8Array
  );
}

/** The order; where there is none (NaN, types that differ) 0, for such a comparison decides nothing in Go. */
function order(a: Value, b: Value): number {
  const result = compare(a, b);
  return result instanceof CelError ? 0 : result;
}

function isSorted(list: List): Value | CelError {
  for (let i = 0; i < list.length; i++) {
    const element = list[i] as Value;
    if (!isComparable(element)) return failure('no such overload');
    if (i > 0 && order(list[i - 1] as Value, element) > 0) return false;
  }
  return true;
}

const sum =
  (zero: Value) =>
  (list: List): Value | CelError => {
    let total = zero;
    for (const element of list) {
      const next = add(total, element);
      if (next instanceof CelError) return next;
      total = next;
    }
    return total;
  };

const extreme =
  (name: string, sign: 1 | -1) =>
  (list: List): Value | CelError => {
    let found: Value | undefined;
    for (const element of list) {
      if (!isComparable(element)) return failure('no such overload');
      if (found === undefined || order(found, element) * sign < 0) found = element;
    }
    return found ?? failure(`${name} called on empty list`);
  };

const indexOf = (list: List, element: Value): number =>
  list.findIndex((candidate) => equality(candidate, element) === true);

const lastIndexOf = (list: List, element: Value): number =>
  list.findLastIndex((candidate) => equality(candidate, element) === true);

function includes(receiver: Value, element: Value): boolean {
  return isList(receiver) ? indexOf(receiver, element) !== -1 : equality(receiver, element) === true;
}

const templated = (
  name: string,
  types: readonly (readonly [name: string, type: Type])[],
  overload: (name: string, type: Type) => Omit<Overload, 'parameters' | 'cost'>,
): FunctionDeclaration => ({
  name,
  member: true,
  overloads: types.map(([typeName, type]) => ({
    ...overload(typeName, type),
    parameters: [listType(type)],
    cost: LIST_INDEX_COST,
  })),
});

const A = typeParameter('A');
const position = (name: string, id: string, call: Overload['call']): FunctionDeclaration => ({
  name,
  member: true,
  overloads: [{ id, parameters: [listType(A), A], result: INT, call, cost: LIST_INDEX_COST }],
});

const zeros = new Map(SUMMABLE.map(([name, , zero]) => [name, zero]));

/** Lists (apiserver pkg/cel/library/lists.go). */
export const LISTS: Library = {
  name: 'lists',
  functions: [
    templated('isSorted', COMPARABLE, (name) => ({
      id: `list_${name}_is_sorted_bool`,
      result: BOOL,
      call: isSorted,
    })),
    templated(
      'sum',
      SUMMABLE.map(([name, type]) => [name, type]),
      (name, type) => ({ id: `list_${name}_sum_${name}`, result: type, call: sum(zeros.get(name) ?? 0) }),
    ),
    templated('max', COMPARABLE, (name, type) => ({
      id: `list_${name}_max_${name}`,
      result: type,
      call: extreme('max', 1),
    })),
    templated('min', COMPARABLE, (name, type) => ({
      id: `list_${name}_min_${name}`,
      result: type,
      call: extreme('min', -1),
    })),
    position('indexOf', 'list_a_index_of_int', indexOf),
    position('lastIndexOf', 'list_a_last_index_of_int', lastIndexOf),
    // Came from device selectors, where an attribute may be one value or a list of them.
    {
      name: 'includes',
      member: true,
      since: '1.37',
      overloads: [
        {
          id: 'includes_dyn_dyn',
          parameters: [DYN, DYN],
          result: BOOL,
          call: includes,
          cost: LIST_INDEX_COST,
        },
      ],
    },
  ],
};
