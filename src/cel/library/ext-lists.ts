import { Duration, Timestamp } from '../../time/index.ts';
import type { Library } from '../declaration.ts';
import { equality } from '../equality.ts';
import { compare } from '../standard/order.ts';
import { DYN, INT, listType, runtimeTypeName, typeParameter } from '../type.ts';
import { CelError, Double, failure, isDouble, isInt, isList, Uint, type Value } from '../value.ts';
import { COMPARABLE, isComparable } from './lists.ts';

type List = readonly Value[];
type Int = number | bigint;

const T = listType(typeParameter('T'));

// No cost limit of Kubernetes lets a list of this length be made; this is before it is made.
const maxLength = 10_000_000;
const tooLong = (): CelError => new CelError('the resulting list is too long', -1, -1, undefined, true);

function slice(list: List, start: Int, end: Int): List | CelError {
  const call = `cannot slice(${start}, ${end})`;
  if (start < 0 || end < 0) return failure(`${call}, negative indexes not supported`);
  if (start > end) return failure(`${call}, start index must be less than or equal to end index`);
  if (list.length < end) return failure(`${call}, list is length ${list.length}`);
  return list.slice(Number(start), Number(end));
}

// Deeper than any document can be nested.
const maxDepth = 1000;

/** Whether all of it went in before the result became too long. */
function flattenInto(result: Value[], list: List, depth: number): boolean {
  for (const element of list) {
    if (depth > 0 && isList(element)) {
      if (!flattenInto(result, element, depth - 1)) return false;
    } else result.push(element);
  }
  return result.length <= maxLength;
}

function flatten(list: List, depth: Int = 1): List | CelError {
  if (depth < 0) return failure('level must be non-negative');
  const result: Value[] = [];
  return flattenInto(result, list, Math.min(Number(depth), maxDepth)) ? result : tooLong();
}

/** Which of the ordered types a value is of: two values have to agree in it to be sorted. */
function kindOf(value: Value): string {
  if (isInt(value)) return 'int';
  if (isDouble(value)) return 'double';
  if (value instanceof Uint) return 'uint';
  if (value instanceof Timestamp) return 'timestamp';
  if (value instanceof Duration) return 'duration';
  if (value instanceof Uint8Array) return 'bytes';
  return typeof value;
}

/** The list in the order of its keys; equal keys keep their order. */
function sortByKeys(list: List, keys: List): List | CelError {
  if (list.length !== keys.length) return failure('there is not one key for each element');
  const [first] = keys;
  if (first === undefined) return list;
  if (!isComparable(first)) return failure('list elements must be comparable');
  const kind = kindOf(first);
  if (keys.length > 1 && keys.some((key) => kindOf(key) !== kind)) {
    return failure('list elements must have the same type');
  }
  const order = Array.from(keys, (_, i) => i).sort((a, b) => {
    const result = compare(keys[a] as Value, keys[b] as Value);
    return result instanceof CelError ? 0 : result;
  });
  return order.map((i) => list[i] as Value);
}

/** What tells numbers and strings apart quickly; equal values have equal slots. */
function slotOf(value: Value): unknown {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
  if (typeof value === 'number') return Number.isNaN(value) ? undefined : value;
  if (value instanceof Double) return value.value;
  return undefined;
}

function distinct(list: List): List {
  const seen = new Set<unknown>();
  const kept: Value[] = [];
  let comparesAll = false;
  for (const element of list) {
    const slot = slotOf(element);
    if (slot !== undefined && seen.has(slot)) continue;
    // A number may also equal one without a slot: a uint, a large int.
    if (slot === undefined || (comparesAll && typeof slot === 'number')) {
      if (kept.some((other) => equality(element, other) === true)) continue;
    }
    if (slot === undefined) comparesAll = true;
    else seen.add(slot);
    kept.push(element);
  }
  return kept;
}

function range(n: Int): List | CelError {
  if (n > maxLength) return tooLong();
  return Array.from({ length: Math.max(Number(n), 0) }, (_, i) => i);
}

/** The call and the list it makes, and so much for the work (cel-go ext/lists.go `trackAllocatingListCall`). */
const allocating = (work: number): number => Math.floor(work) + 11;

const outputCost = (result: Value | CelError): number =>
  allocating(isList(result as Value) ? (result as List).length : 1);

/** Every element compared with every other, strings and bytes being read for it. */
function selfCompareCost(list: List): number {
  const [first] = list;
  const factor = typeof first === 'string' || first instanceof Uint8Array ? 2.1 : 2;
  return allocating(list.length * list.length * factor);
}

const sortCost = (_result: unknown, list: List): number => selfCompareCost(list);

/** Lists, version 3 (cel-go ext/lists.go). The macro `sortBy` stands for a call of `@sortByAssociatedKeys`. */
export const EXT_LISTS: Library = {
  name: 'ext lists',
  since: '1.34',
  functions: [
    {
      name: 'slice',
      member: true,
      costNeedsOverload: true,
      overloads: [{ id: 'list_slice', parameters: [T, INT, INT], result: T, call: slice, cost: outputCost }],
    },
    {
      name: 'flatten',
      member: true,
      costNeedsOverload: true,
      // A list that holds no lists is flat already, whatever the declared type says.
      unguarded: true,
      overloads: [
        {
          id: 'list_flatten',
          parameters: [listType(T)],
          result: T,
          call: (list: Value) => (isList(list) ? flatten(list) : failure('no such overload: flatten')),
          cost: (_result: unknown, list: Value) => allocating(isList(list) ? list.length : 1),
        },
        {
          id: 'list_flatten_int',
          parameters: [listType(DYN), INT],
          result: listType(DYN),
          call: (list: Value, depth: Value) =>
            isList(list) && isInt(depth) ? flatten(list, depth) : failure('no such overload: flatten'),
          cost: (_result: unknown, list: Value, depth: Value) =>
            allocating((isList(list) ? list.length : 1) * (isInt(depth) ? Math.max(Number(depth), 0) : 1)),
        },
      ],
    },
    {
      name: 'sort',
      member: true,
      costNeedsOverload: true,
      // One implementation for all overloads: of a list of unknown type the first overload is taken, and sorts any.
      unguarded: true,
      overloads: COMPARABLE.map(([, type]) => ({
        id: `list_${runtimeTypeName(type)}_sort`,
        parameters: [listType(type)],
        result: listType(type),
        call: (list: Value) => (isList(list) ? sortByKeys(list, list) : failure('no such overload: sort')),
        cost: (_result: unknown, list: Value) => (isList(list) ? selfCompareCost(list) : 1),
      })),
    },
    {
      name: '@sortByAssociatedKeys',
      member: true,
      costNeedsOverload: true,
      unguarded: true,
      overloads: COMPARABLE.map(([, type]) => ({
        id: `list_${runtimeTypeName(type)}_sortByAssociatedKeys`,
        parameters: [T, listType(type)],
        result: T,
        call: (list: Value, keys: Value) =>
          isList(list) && isList(keys) ? sortByKeys(list, keys) : failure('no such overload: sortBy'),
        cost: (_result: unknown, _list: Value, keys: Value) => (isList(keys) ? selfCompareCost(keys) : 1),
      })),
    },
    {
      name: 'lists.range',
      member: false,
      costNeedsOverload: true,
      overloads: [
        { id: 'lists_range', parameters: [INT], result: listType(INT), call: range, cost: outputCost },
      ],
    },
    {
      name: 'reverse',
      member: true,
      costNeedsOverload: true,
      overloads: [
        {
          id: 'list_reverse',
          parameters: [T],
          result: T,
          call: (list: List) => list.toReversed(),
          cost: outputCost,
        },
      ],
    },
    {
      name: 'distinct',
      member: true,
      costNeedsOverload: true,
      overloads: [{ id: 'list_distinct', parameters: [T], result: T, call: distinct, cost: sortCost }],
    },
  ],
};
