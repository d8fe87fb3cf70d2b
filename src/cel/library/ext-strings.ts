import { codePoints, costSize, TRAVERSAL, traversal } from '../cost-size.ts';
import type { FunctionDeclaration, Library, Overload } from '../declaration.ts';
import { INT, listType, STRING, type Type } from '../type.ts';
import { CelError, failure, type Value } from '../value.ts';
import { LIST_INDEX_COST } from './lists.ts';
import { FORMAT } from './string-format.ts';
import { pointsBefore, unitAt } from './text-points.ts';

type Int = number | bigint;

/** Strings double fast; what no cost limit would let anyone use is not built in the first place. */
const maxLength = 1 << 26;
const tooLong = (): CelError => new CelError('the resulting string is too long', -1, -1, undefined, true);

const outOfRange = (index: Int): CelError => failure(`index out of range: ${index}`);

function charAt(text: string, index: Int): string | CelError {
  const at = unitAt(text, Number(index));
  if (at === -1) return outOfRange(index);
  const point = text.codePointAt(at);
  return point === undefined ? '' : String.fromCodePoint(point);
}

function indexOf(text: string, part: string, offset: Int = 0): Value | CelError {
  // cel-go gives the offset back unseen.
  if (part === '') return offset;
  if (offset < 0) return outOfRange(offset);
  const from = unitAt(text, Number(offset));
  if (from === -1) return -1;
  const found = text.indexOf(part, from);
  return found === -1 ? -1 : Number(offset) + pointsBefore(text.slice(from), found - from);
}

function lastIndexOf(text: string, part: string, offset: Int | undefined): Value | CelError {
  if (part === '') return offset ?? codePoints(text);
  if (offset === undefined) {
    const found = text.lastIndexOf(part);
    return found === -1 ? -1 : pointsBefore(text, found);
  }
  if (offset < 0) return outOfRange(offset);
  const from = unitAt(text, Number(offset));
  if (from === -1 || from === text.length) return -1;
  const found = text.lastIndexOf(part, from);
  return found === -1 ? -1 : pointsBefore(text, found);
}

/** Between all code points, `limit` times at most. */
function insert(text: string, by: string, limit: number): string {
  const points = Array.from(text);
  let result = '';
  for (let i = 0; i <= points.length; i++) {
    if (i < limit) result += by;
    result += points[i] ?? '';
  }
  return result;
}

function replace(text: string, old: string, by: string, limit: Int = -1): string | CelError {
  const most = limit < 0 ? Number.POSITIVE_INFINITY : Number(limit);
  if (most === 0 || (old !== '' && !text.includes(old))) return text;
  const places = Math.min(most, old === '' ? text.length + 1 : text.length / old.length);
  if (text.length + places * by.length > maxLength) {
    const found = old === '' ? places : Math.min(places, text.split(old).length - 1);
    if (text.length + found * by.length > maxLength) return tooLong();
  }
  if (old === '') return insert(text, by, most);
  if (most === Number.POSITIVE_INFINITY) return text.replaceAll(old, () => by);
  let result = '';
  let from = 0;
  for (let i = 0; i < most; i++) {
    const at = text.indexOf(old, from);
    if (at === -1) break;
    result += text.slice(from, at) + by;
    from = at + old.length;
  }
  return result + text.slice(from);
}

function split(text: string, separator: string, limit: Int = -1): string[] {
  const parts = separator === '' ? Array.from(text) : text.split(separator);
  if (limit < 0 || limit >= parts.length) return parts;
  if (limit === 0) return [];
  const head = parts.slice(0, Number(limit) - 1);
  return [...head, parts.slice(Number(limit) - 1).join(separator)];
}

function substring(text: string, start: Int, end: Int | undefined): string | CelError {
  if (end !== undefined && start > end) {
    return failure(`invalid substring range. start: ${start}, end: ${end}`);
  }
  const from = unitAt(text, Number(start));
  if (from === -1) return outOfRange(start);
  if (end === undefined) return text.slice(from);
  const to = unitAt(text, Number(end));
  return to === -1 ? outOfRange(end) : text.slice(from, to);
}

/** What Go's unicode.IsSpace holds for; JavaScript's trim knows others. */
function isSpace(unit: number): boolean {
  if (unit < 0x80) return unit === 32 || (unit >= 9 && unit <= 13);
  return (
    unit === 0x85 ||
    unit === 0xa0 ||
    unit === 0x1680 ||
    (unit >= 0x2000 && unit <= 0x200a) ||
    unit === 0x2028 ||
    unit === 0x2029 ||
    unit === 0x202f ||
    unit === 0x205f ||
    unit === 0x3000
  );
}

function trim(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isSpace(text.charCodeAt(start))) start++;
  while (end > start && isSpace(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function join(list: readonly Value[], separator = ''): string | CelError {
  let length = 0;
  for (const element of list) {
    if (typeof element !== 'string') return failure('only strings can be joined');
    length += element.length + separator.length;
    if (length > maxLength) return tooLong();
  }
  return list.join(separator);
}

const escapes: ReadonlyMap<string, string> = new Map([
  ['\x07', '\\a'],
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\v', '\\v'],
  ['\\', '\\\\'],
  ['"', '\\"'],
]);

function quote(text: string): string {
  let quoted = '"';
  for (const c of text) quoted += escapes.get(c) ?? c;
  return `${quoted}"`;
}

const readOnce = (_result: unknown, text: string): number => traversal(text);
const readAndBuild = (_result: unknown, text: string): number => traversal(text, 2);
const build = (result: Value | CelError): number =>
  result instanceof CelError ? Math.ceil(2 * TRAVERSAL) : Math.ceil(costSize(result) * 2 * TRAVERSAL);

type Signature = readonly [
  id: string,
  parameters: readonly Type[],
  result: Type,
  call: Overload['call'],
  cost?: Overload['cost'],
];

const member = (name: string, ...signatures: readonly Signature[]): FunctionDeclaration => ({
  name,
  member: true,
  overloads: signatures.map(([id, parameters, result, call, cost]) => ({
    id,
    parameters,
    result,
    call,
    ...(cost !== undefined && { cost }),
  })),
});

const STRINGS = listType(STRING);
const TWO = [STRING, STRING];
const THREE = [STRING, STRING, STRING];

/** Strings, version 2 (cel-go ext/strings.go); their first version is older than Kubernetes 1.29. */
export const EXT_STRINGS: Library = {
  name: 'strings',
  functions: [
    member('charAt', ['string_char_at_int', [STRING, INT], STRING, charAt]),
    member(
      'indexOf',
      [
        'string_index_of_string',
        TWO,
        INT,
        (text: string, part: string) => indexOf(text, part),
        LIST_INDEX_COST,
      ],
      ['string_index_of_string_int', [STRING, STRING, INT], INT, indexOf, LIST_INDEX_COST],
    ),
    member(
      'lastIndexOf',
      [
        'string_last_index_of_string',
        TWO,
        INT,
        (text: string, part: string) => lastIndexOf(text, part, undefined),
        LIST_INDEX_COST,
      ],
      ['string_last_index_of_string_int', [STRING, STRING, INT], INT, lastIndexOf, LIST_INDEX_COST],
    ),
    member('lowerAscii', ['string_lower_ascii', [STRING], STRING, lowerAscii, readOnce]),
    member('upperAscii', ['string_upper_ascii', [STRING], STRING, upperAscii, readOnce]),
    member(
      'replace',
      [
        'string_replace_string_string',
        THREE,
        STRING,
        (text: string, old: string, by: string) => replace(text, old, by),
        readAndBuild,
      ],
      ['string_replace_string_string_int', [...THREE, INT], STRING, replace, readAndBuild],
    ),
    member(
      'split',
      ['string_split_string', TWO, STRINGS, (text: string, by: string) => split(text, by), readAndBuild],
      ['string_split_string_int', [STRING, STRING, INT], STRINGS, split, readAndBuild],
    ),
    member(
      'substring',
      [
        'string_substring_int',
        [STRING, INT],
        STRING,
        (text: string, start: Int) => substring(text, start, undefined),
        readOnce,
      ],
      ['string_substring_int_int', [STRING, INT, INT], STRING, substring, readOnce],
    ),
    member('trim', ['string_trim', [STRING], STRING, trim, readOnce]),
    member(
      'join',
      ['list_join', [STRINGS], STRING, (list: readonly Value[]) => join(list), build],
      ['list_join_string', [STRINGS, STRING], STRING, join, build],
    ),
    {
      name: 'strings.quote',
      member: false,
      costNeedsOverload: true,
      since: '1.29',
      overloads: [{ id: 'strings_quote', parameters: [STRING], result: STRING, call: quote, cost: readOnce }],
    },
    FORMAT,
  ],
};

// Outside ASCII a letter may have another one as its lower or upper case, which stays as it is here.
const beyondAscii = /[^\0-\x7f]/;

function lowerAscii(text: string): string {
  if (!beyondAscii.test(text)) return text.toLowerCase();
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

function upperAscii(text: string): string {
  if (!beyondAscii.test(text)) return text.toUpperCase();
  return text.replace(/[a-z]+/g, (letters) => letters.toUpperCase());
}
