/** What is in JSON where no further fields are known. */
export type ScalarKind =
  | 'string'
  | 'boolean'
  | 'int32'
  | 'int64'
  /** A float in Go; JSON does not tell a whole one from an integer. */
  | 'number'
  /** A string in base64. */
  | 'byte'
  /** A string as RFC 3339 has it. */
  | 'date-time'
  | 'int-or-string'
  /** A string or a number, such as `500m`; the API server makes a string of it. */
  | 'quantity'
  | 'any'
  /** An object, of which the schema knows no more. */
  | 'any-object';

export type FieldType =
  /** `enum`: all that the string may be. */
  | { readonly kind: ScalarKind; readonly enum?: readonly string[] }
  | ListFieldType
  /** A mapping from strings. `atomic`: replaced as a whole by server-side apply. */
  | { readonly kind: 'map'; readonly value: FieldType; readonly atomic: boolean }
  /** `name` is that of the definition, such as `core.v1.Container`. `atomic` as with maps. */
  | { readonly kind: 'object'; readonly name: string; readonly atomic: boolean };

export interface ListFieldType {
  readonly kind: 'list';
  readonly element: FieldType;
  /**
   * How server-side apply merges it: as a whole, as a set of scalars, item by item
   * (`x-kubernetes-list-type`; atomic where nothing is said).
   */
  readonly listType: 'atomic' | 'set' | 'map';
  /** What tells the items of a map list apart; no others have any. */
  readonly keys: readonly string[];
}

/** A field as its definition has it. */
export interface Field {
  readonly type: FieldType;
  readonly required: boolean;
  /** What the API server writes where the field is left out; absent where that depends or is nothing. */
  readonly default?: unknown;
}

/** A field in data.ts: its type, and what else is to be said. */
export type FieldNotation = string | readonly [type: string, more: MoreNotation];

interface MoreNotation {
  readonly list?: 'atomic' | 'set' | 'map';
  readonly keys?: readonly string[];
  readonly mergeKey?: string;
  readonly map?: 'atomic' | 'granular';
  readonly default?: unknown;
  readonly enum?: readonly string[];
}

/**
 * Reads a field's notation: a scalar's name or a definition's (which has dots), behind `[]` for a list of them
 * and `{}` for a map, before `!` where the field is required.
 *
 * @param isAtomic whether the definition of that name is replaced as a whole.
 */
export function readField(notation: FieldNotation, isAtomic: (definition: string) => boolean): Field {
  const [text, more]: readonly [string, MoreNotation] =
    typeof notation === 'string' ? [notation, {}] : notation;
  const required = text.endsWith('!');
  const type = readType(required ? text.slice(0, -1) : text, more, isAtomic);
  return more.default === undefined ? { type, required } : { type, required, default: more.default };
}

function readType(text: string, more: MoreNotation, isAtomic: (definition: string) => boolean): FieldType {
  const { enum: words, map, ...list } = more;
  const inner = words === undefined ? {} : { enum: words };
  if (text.startsWith('[]')) {
    return { kind: 'list', element: readType(text.slice(2), inner, isAtomic), ...listOf(list) };
  }
  if (text.startsWith('{}')) {
    return { kind: 'map', value: readType(text.slice(2), inner, isAtomic), atomic: map === 'atomic' };
  }
  if (text.includes('.')) return { kind: 'object', name: text, atomic: map === 'atomic' || isAtomic(text) };
  return { kind: text as ScalarKind, ...inner };
}

/** Strategic merge patches know keys of some lists that server-side apply replaces as a whole, which wins. */
function listOf({ list, keys, mergeKey }: MoreNotation): Pick<ListFieldType, 'listType' | 'keys'> {
  if (list !== undefined && list !== 'map') return { listType: list, keys: [] };
  const found = keys ?? (mergeKey === undefined ? [] : [mergeKey]);
  return { listType: found.length === 0 ? 'atomic' : 'map', keys: found };
}
