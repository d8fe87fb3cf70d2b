import { tests } from '@bufbuild/cel-spec/testdata/conformance.js';
import {
  type Activation,
  BOOL,
  Budget,
  BYTES,
  CelError,
  compile,
  DOUBLE,
  DURATION,
  DYN,
  double,
  ERROR,
  environment,
  equal,
  type FunctionDeclaration,
  INT,
  int,
  listType,
  MapValue,
  mapType,
  NULL,
  opaqueType,
  STRING,
  showType,
  TIMESTAMP,
  type Type,
  TypeValue,
  typeParameter,
  typeType,
  UINT,
  Uint,
  type Value,
} from '../../../src/cel/index.ts';
import { parseDuration, parseTimestamp } from '../../../src/time/index.ts';

/** Protobuf's JSON of a test, as far as it is read here. */
type Json = Readonly<Record<string, unknown>>;

export interface SpecTest {
  readonly path: string;
  readonly expr: string;
  readonly original: Json;
}

interface Suite {
  readonly name: string;
  readonly suites?: readonly Suite[];
  readonly tests?: readonly { readonly original: unknown }[];
}

/** All tests of the language's conformance suite, under `file/section/name`. */
export function specTests(): SpecTest[] {
  const found: SpecTest[] = [];
  const collect = (suite: Suite, path: string): void => {
    for (const { original } of suite.tests ?? []) {
      const json = original as Json;
      found.push({ path: `${path}/${String(json['name'])}`, expr: String(json['expr']), original: json });
    }
    for (const inner of suite.suites ?? [])
      collect(inner, path === '' ? inner.name : `${path}/${inner.name}`);
  };
  collect(tests as unknown as Suite, '');
  return found;
}

const record = (value: unknown): Json => (value ?? {}) as Json;
const list = (value: unknown): readonly unknown[] => (value ?? []) as readonly unknown[];

/** A protobuf value of the suite as a value of ours; undefined for messages, which the language here does not have. */
export function toValue(json: Json): Value | undefined {
  const [kind, content] = Object.entries(json)[0] ?? [];
  switch (kind) {
    case 'nullValue':
      return null;
    case 'boolValue':
      return content as boolean;
    case 'int64Value':
      return int(BigInt(content as string));
    case 'uint64Value':
      return new Uint(BigInt(content as string));
    case 'doubleValue':
      return double(Number(content === '-Infinity' ? -Infinity : content));
    case 'stringValue':
      return content as string;
    case 'bytesValue':
      return Uint8Array.from(Buffer.from(content as string, 'base64'));
    case 'typeValue':
      return new TypeValue(content as string);
    case 'listValue': {
      const values = list(record(content)['values']).map((element) => toValue(record(element)));
      return values.every((value) => value !== undefined) ? values : undefined;
    }
    case 'mapValue':
      return toMap(list(record(content)['entries']));
    case 'objectValue':
      return toMessage(record(content));
    default:
      return undefined;
  }
}

function toMap(entries: readonly unknown[]): Value | undefined {
  const map = new MapValue();
  for (const entry of entries) {
    const key = toValue(record(record(entry)['key']));
    const value = toValue(record(record(entry)['value']));
    if (key === undefined || value === undefined) return undefined;
    map.set(key, value);
  }
  return map;
}

function toMessage(json: Json): Value | undefined {
  const kind = String(json['@type']).replace('type.googleapis.com/google.protobuf.', '');
  if (kind === 'Duration') return parseDuration(String(json['value']));
  if (kind === 'Timestamp') {
    const timestamp = parseTimestamp(String(json['value']));
    return typeof timestamp === 'string' ? undefined : timestamp;
  }
  return undefined;
}

const PRIMITIVES: Readonly<Record<string, Type>> = {
  BOOL,
  INT64: INT,
  UINT64: UINT,
  DOUBLE,
  STRING,
  BYTES,
  ANY: DYN,
  DURATION,
  TIMESTAMP,
};

/** A protobuf type of the suite as a type of ours; undefined for messages. */
export function toType(json: Json): Type | undefined {
  const [kind, content] = Object.entries(json)[0] ?? [];
  const inner = (value: unknown): Type => toType(record(value)) ?? DYN;
  switch (kind) {
    case 'dyn':
      return DYN;
    case 'null':
      return NULL;
    case 'primitive':
    case 'wellKnown':
      return PRIMITIVES[content as string];
    case 'wrapper':
      return { kind: 'wrapper', of: PRIMITIVES[content as string] as Type };
    case 'listType':
      return listType(inner(record(content)['elemType']));
    case 'mapType':
      return mapType(inner(record(content)['keyType']), inner(record(content)['valueType']));
    case 'type':
      return typeType(inner(content));
    case 'typeParam':
      return typeParameter(content as string);
    case 'abstractType':
      return opaqueType(String(record(content)['name']), list(record(content)['parameterTypes']).map(inner));
    case 'error':
      return ERROR;
    default:
      return undefined;
  }
}

/** Functions that a test declares, for their types alone. */
const toFunctions = (name: string, json: Json): FunctionDeclaration[] =>
  list(json['overloads'])
    .map(record)
    .map((overload) => ({
      name,
      member: overload['isInstanceFunction'] === true,
      overloads: [
        {
          id: String(overload['overloadId']),
          parameters: list(overload['params']).map((type) => toType(record(type)) ?? DYN),
          result: toType(record(overload['resultType'])) ?? DYN,
          call: () => new CelError('declared only'),
        },
      ],
    }));

/** The tests that are about messages: there are none here but the well-known ones. */
export const needsMessages = ({ original }: SpecTest): boolean => {
  const text = JSON.stringify(original);
  return /TestAllTypes|NestedTestAllTypes|cel\.expr\.conformance\.proto[23]\.|GlobalEnum|google\.protobuf\.(?:Any|FieldMask|Empty)|messageType/.test(
    text.replace(/"container":"[^"]*"/, ''),
  );
};

/** Runs a test: undefined where it passes, else what went otherwise. */
export function run(test: SpecTest): string | undefined {
  const { original, expr } = test;
  const variables: Record<string, Type> = {};
  const functions: FunctionDeclaration[] = [];
  for (const declaration of list(original['typeEnv']).map(record)) {
    if ('function' in declaration) {
      functions.push(...toFunctions(String(declaration['name']), record(declaration['function'])));
      continue;
    }
    const type = toType(record(record(declaration['ident'])['type']));
    if (type === undefined) return 'a declaration that is not known here';
    variables[String(declaration['name'])] = type;
  }
  const activation: Record<string, Value> = {};
  for (const [name, binding] of Object.entries(record(original['bindings']))) {
    const value = toValue(record(record(binding)['value']));
    if (value === undefined) return 'a value that is not known here';
    activation[name] = value;
    variables[name] ??= DYN;
  }
  const env = environment({
    plain: true,
    variables,
    container: String(original['container'] ?? ''),
    libraries: [{ name: 'declared', functions }],
  });
  const compiled = compile(expr, env, { check: original['disableCheck'] !== true });
  const fails = 'evalError' in original;
  if (!compiled.ok) return fails ? undefined : `does not compile: ${JSON.stringify(compiled.problems)}`;
  const typed = record(original['typedResult']);
  if (typed['deducedType'] !== undefined) {
    const wanted = toType(record(typed['deducedType']));
    if (wanted === undefined || showType(wanted) !== showType(compiled.program.type)) {
      return `is of type ${showType(compiled.program.type)}, not ${JSON.stringify(typed['deducedType'])}`;
    }
  }
  if (original['checkOnly'] === true) return undefined;
  const result = compiled.program.evaluate(activation as Activation, new Budget());
  if (result instanceof CelError) return fails ? undefined : `fails: ${result.message}`;
  if (fails) return `yields ${JSON.stringify(result)} where it should fail`;
  return compare(result, record(original['value'] ?? typed['result'] ?? { boolValue: true }));
}

function compare(result: Value, json: Json): string | undefined {
  const wanted = toValue(json);
  if (wanted === undefined) return 'a result that is not known here';
  const nan = (value: Value): boolean => typeof value === 'number' && Number.isNaN(value);
  if (nan(wanted) && nan(result)) return undefined;
  return equal(result, wanted) ? undefined : `yields another value than ${JSON.stringify(json)}`;
}
