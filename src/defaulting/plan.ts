import { definition, type Field, type FieldType } from '../openapi/index.ts';
import { type FieldForm, formsOf } from './form.ts';
import { deepFreeze, isObject, mapItems, mapValues } from './object.ts';
import { normalAmount, normalQuantity } from './quantities.ts';
import type { Change, Computed, Fill } from './rules.ts';
import { rulesOf } from './tables/index.ts';
import { normalMicroTime, normalTime } from './times.ts';
import { walk } from './walk.ts';

/** What is done to a value; itself where nothing is. */
export type Normalise = (value: unknown, depth: number) => unknown;

export interface FieldPlan {
  /** Whether it counts as left out. */
  readonly isEmpty: (value: unknown) => boolean;
  /** It goes when it is empty. */
  readonly omits: boolean;
  /** Null is content. */
  readonly takesNull: boolean;
  readonly normalise: Normalise | undefined;
}

export interface FillPlan {
  readonly name: string;
  /** Absent: `value` it is. */
  readonly compute: Computed | undefined;
  readonly value: unknown;
  readonly isEmpty: (value: unknown) => boolean;
}

/** How objects of a definition are read, filled and written. */
export interface Plan {
  readonly fields: ReadonlyMap<string, FieldPlan>;
  readonly before: Change | undefined;
  readonly within: readonly { readonly name: string; readonly fills: readonly FillPlan[] }[];
  readonly fills: readonly FillPlan[];
  readonly after: Change | undefined;
  /** What there is always, and what it is when it was left out. */
  readonly always: readonly { readonly name: string; readonly zero: () => unknown }[];
}

const plans = new Map<string, Plan>();

/** The plan of a definition, made when it is first asked for. */
export function planOf(name: string): Plan {
  const known = plans.get(name);
  if (known !== undefined) return known;
  const made = plan(name);
  plans.set(name, made);
  return made;
}

function plan(name: string): Plan {
  const { fieldNames, field } = definition(name);
  const forms = formsOf(name);
  const rules = rulesOf(name);
  const fields = new Map<string, FieldPlan>();
  const types = new Map<string, FieldType>();
  const fills: FillPlan[] = [];
  const always: { readonly name: string; readonly zero: () => unknown }[] = [];
  for (const fieldName of fieldNames) {
    const known = field(fieldName);
    if (known === undefined) continue;
    const form = forms.get(fieldName) ?? formByType(known.type);
    const planned = fieldPlan(known, form);
    fields.set(fieldName, planned);
    types.set(fieldName, known.type);
    if (known.default !== undefined) fills.push(fillPlan(fieldName, known.default as Fill, planned));
    if (form.form === 'zero') always.push({ name: fieldName, zero: zeroOf(known.type) });
    if (form.form === 'null') always.push({ name: fieldName, zero: () => null });
  }
  for (const [fieldName, fill] of Object.entries(rules.fields ?? {})) {
    fills.push(fillPlan(fieldName, fill, fields.get(fieldName)));
  }
  return {
    fields,
    before: rules.before,
    within: Object.entries(rules.within ?? {}).map(([outer, inner]) => {
      const type = types.get(outer);
      const innerFields = type?.kind === 'object' ? () => planOf(type.name).fields : () => undefined;
      return {
        name: outer,
        fills: Object.entries(inner).map(([key, fill]) => fillPlan(key, fill, innerFields()?.get(key))),
      };
    }),
    fills,
    after: rules.after,
    always,
  };
}

/** Lists and maps are omitted, everything else is kept, unless forms.ts says otherwise. */
function formByType({ kind }: FieldType): FieldForm {
  return { form: kind === 'list' || kind === 'map' ? 'omitted' : 'kept', micro: false };
}

function fillPlan(name: string, fill: Fill, field: FieldPlan | undefined): FillPlan {
  const compute = typeof fill === 'function' ? fill : undefined;
  return { name, compute, value: compute ? undefined : fill, isEmpty: field?.isEmpty ?? never };
}

function fieldPlan({ type }: Field, { form, micro }: FieldForm): FieldPlan {
  return {
    isEmpty: form === 'omitted' || form === 'zero' ? emptiness(type) : never,
    omits: form === 'omitted',
    takesNull: form === 'null' || type.kind === 'any',
    normalise: normaliser(type, micro),
  };
}

function never(): boolean {
  return false;
}

/** By the type, for what is of another type is a mistake, not empty. */
function emptiness(type: FieldType): (value: unknown) => boolean {
  switch (type.kind) {
    case 'string':
    case 'byte':
    case 'date-time':
      return (value) => value === '';
    case 'boolean':
      return (value) => value === false;
    case 'int32':
    case 'int64':
    case 'number':
      return (value) => value === 0;
    case 'int-or-string':
      return (value) => value === 0 || value === '';
    case 'list':
      return (value) => Array.isArray(value) && value.length === 0;
    case 'map':
      return (value) => isObject(value) && Object.keys(value).length === 0;
    default:
      return never;
  }
}

/** What Go writes of a value that was never set. */
function zeroOf(type: FieldType): () => unknown {
  switch (type.kind) {
    case 'string':
    case 'byte':
      return () => '';
    case 'boolean':
      return () => false;
    case 'int32':
    case 'int64':
    case 'number':
    case 'int-or-string':
      return () => 0;
    case 'quantity':
      return () => '0';
    case 'object':
      return () => blankOf(type.name);
    case 'any-object':
      return () => none;
    default:
      return () => null;
  }
}

const none = Object.freeze({});
const blanks = new Map<string, unknown>();

/** What becomes of an object of a definition that says nothing. Frozen, for it is shared. */
export function blankOf(name: string): unknown {
  const known = blanks.get(name);
  if (known !== undefined) return known;
  const made = deepFreeze(walk(planOf(name), none, 0));
  blanks.set(name, made);
  return made;
}

/** Undefined for what is written as it was read. */
function normaliser(type: FieldType, micro: boolean): Normalise | undefined {
  switch (type.kind) {
    case 'object': {
      const { name } = type;
      let plan: Plan | undefined;
      return (value, depth) => {
        if (!isObject(value)) return value;
        plan ??= planOf(name);
        return walk(plan, value, depth + 1);
      };
    }
    case 'list':
      return listNormaliser(type.element);
    case 'map':
      return mapNormaliser(type.value);
    case 'quantity':
      return normalQuantity;
    case 'byte':
      return withoutNewlines;
    case 'date-time':
      return micro ? normalMicroTime : normalTime;
    default:
      return undefined;
  }
}

function listNormaliser(element: FieldType): Normalise | undefined {
  const inner = normaliser(element, false);
  const zero = zeroOf(element);
  if (inner === undefined && element.kind !== 'string') return undefined;
  return (value, depth) => {
    if (!Array.isArray(value)) return value;
    return mapItems(value, (item) =>
      item === null ? zero() : inner === undefined ? item : inner(item, depth),
    );
  };
}

function mapNormaliser(type: FieldType): Normalise | undefined {
  const inner = type.kind === 'quantity' ? normalAmount : normaliser(type, false);
  const zero = zeroOf(type);
  if (inner === undefined && type.kind !== 'string') return undefined;
  return (value, depth) => {
    if (!isObject(value)) return value;
    return mapValues(value, (item) =>
      item === null ? zero() : inner === undefined ? item : inner(item, depth),
    );
  };
}

/** Go reads base64 over several lines and writes it on one. */
function withoutNewlines(value: unknown): unknown {
  return typeof value === 'string' && /[\r\n]/.test(value) ? value.replaceAll(/[\r\n]/g, '') : value;
}
