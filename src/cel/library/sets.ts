import type { FunctionDeclaration, Library, Overload } from '../declaration.ts';
import { equal } from '../equality.ts';
import { BOOL, listType, typeParameter } from '../type.ts';
import type { Value } from '../value.ts';

const LIST = listType(typeParameter('T'));
type List = readonly Value[];

// What is looked for is on the left (cel-go common/types/list.go `Contains`), as it matters to quantities.
const holds = (list: List, element: Value): boolean => list.some((candidate) => equal(element, candidate));
const contains = (list: List, sublist: List): boolean => sublist.every((element) => holds(list, element));

/** Every pair may have to be compared (cel-go ext/sets.go: size times size times a factor, plus the call). */
const pairs =
  (factor: number) =>
  (_result: unknown, a: List, b: List): number =>
    Math.floor(a.length * b.length * factor) + 1;

const relation = (name: string, overload: Pick<Overload, 'id' | 'call' | 'cost'>): FunctionDeclaration => ({
  name,
  member: false,
  overloads: [{ parameters: [LIST, LIST], result: BOOL, ...overload }],
});

/** `sets.*` on lists taken as sets (cel-go ext/sets.go). */
export const SETS: Library = {
  name: 'sets',
  since: '1.29',
  functions: [
    relation('sets.contains', { id: 'list_sets_contains_list', call: contains, cost: pairs(1) }),
    relation('sets.equivalent', {
      id: 'list_sets_equivalent_list',
      call: (a: List, b: List) => contains(a, b) && contains(b, a),
      cost: pairs(2),
    }),
    relation('sets.intersects', {
      id: 'list_sets_intersects_list',
      call: (a: List, b: List) => a.some((element) => holds(b, element)),
      cost: pairs(1),
    }),
  ],
};
