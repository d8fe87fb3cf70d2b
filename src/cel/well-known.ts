import { makeDuration, makeTimestamp } from '../time/index.ts';
import {
  BOOL,
  BYTES,
  DOUBLE,
  DURATION,
  DYN,
  INT,
  listType,
  mapType,
  STRING,
  TIMESTAMP,
  type Type,
  UINT,
} from './type.ts';
import {
  type CelError,
  double,
  failure,
  isDouble,
  isInt,
  numberOf,
  OptionalValue,
  Uint,
  type Value,
} from './value.ts';

/** A message that can be written out, `google.protobuf.Duration{seconds: 1}`: its fields and the type it yields. */
export interface MessageType {
  readonly fields: Readonly<Record<string, Type>>;
  readonly type: Type;
}

const wrapper = (of: Type): MessageType => ({ fields: { value: of }, type: { kind: 'wrapper', of } });

/** The well-known messages, which every environment of cel-go has, Kubernetes' too, and no others. */
const MESSAGES: ReadonlyMap<string, MessageType> = new Map<string, MessageType>([
  ['BoolValue', wrapper(BOOL)],
  ['BytesValue', wrapper(BYTES)],
  ['DoubleValue', wrapper(DOUBLE)],
  ['FloatValue', wrapper(DOUBLE)],
  ['Int32Value', wrapper(INT)],
  ['Int64Value', wrapper(INT)],
  ['StringValue', wrapper(STRING)],
  ['UInt32Value', wrapper(UINT)],
  ['UInt64Value', wrapper(UINT)],
  ['Duration', { fields: { seconds: INT, nanos: INT }, type: DURATION }],
  ['Timestamp', { fields: { seconds: INT, nanos: INT }, type: TIMESTAMP }],
  ['Struct', { fields: { fields: mapType(STRING, DYN) }, type: mapType(STRING, DYN) }],
  ['ListValue', { fields: { values: listType(DYN) }, type: listType(DYN) }],
  [
    'Value',
    {
      fields: {
        null_value: INT,
        number_value: DOUBLE,
        string_value: STRING,
        bool_value: BOOL,
        struct_value: mapType(STRING, DYN),
        list_value: listType(DYN),
      },
      type: DYN,
    },
  ],
]);

const PREFIX = 'google.protobuf.';

type Field = readonly [name: string, value: Value, optional: boolean];

const ZEROS: ReadonlyMap<Type, Value> = new Map<Type, Value>([
  [BOOL, false],
  [BYTES, new Uint8Array()],
  [DOUBLE, double(0)],
  [INT, 0],
  [STRING, ''],
  [UINT, new Uint(0n)],
]);

const INT32 = 2 ** 31;

/** The value of a message: wrappers unwrap, structs are maps, durations and timestamps themselves. */
export function buildMessage(name: string, fields: readonly Field[]): Value | CelError {
  const message = messageType(name) as MessageType;
  const given = new Map<string, Value>();
  for (const [field, value, optional] of fields) {
    if (!optional) given.set(field, value);
    else if (!(value instanceof OptionalValue))
      return failure('this is no optional, so it cannot stand behind `?`');
    else if (value.present) given.set(field, value.value);
  }
  const kind = name.slice(PREFIX.length);
  if (kind === 'Value') return given.has('null_value') ? null : ([...given.values()].pop() ?? null);
  if (kind === 'Struct') return given.get('fields') ?? {};
  if (kind === 'ListValue') return given.get('values') ?? [];
  if (message.type.kind === 'wrapper') {
    const value = given.get('value') ?? null;
    if (kind === 'Int32Value' && isInt(value) && !(value >= -INT32 && value < INT32))
      return failure('integer overflow');
    if (kind === 'UInt32Value' && value instanceof Uint && value.value >= 2n ** 32n) {
      return failure('unsigned integer overflow');
    }
    if (kind === 'FloatValue' && isDouble(value)) return double(Math.fround(numberOf(value)));
    return value === null ? (ZEROS.get(message.type.of) ?? null) : value;
  }
  const seconds = given.get('seconds') ?? 0;
  const nanos = given.get('nanos') ?? 0;
  if (!isInt(seconds) || !isInt(nanos)) return failure('no such overload');
  const make = kind === 'Duration' ? makeDuration : makeTimestamp;
  return make(Number(seconds), Number(nanos)) ?? failure(`${kind.toLowerCase()} out of range`);
}

/** The message of a qualified name, if there is one. */
export const messageType = (name: string): MessageType | undefined =>
  name.startsWith(PREFIX) ? MESSAGES.get(name.slice(PREFIX.length)) : undefined;
