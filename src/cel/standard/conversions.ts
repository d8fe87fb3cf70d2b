import {
  type Duration,
  formatDuration,
  formatTimestamp,
  makeTimestamp,
  parseDuration,
  parseTimestamp,
  type Timestamp,
  toNanoseconds,
} from '../../time/index.ts';
import { traversal } from '../cost-size.ts';
import type { FunctionDeclaration, Implementation, Overload } from '../declaration.ts';
import {
  BOOL,
  BYTES,
  DOUBLE,
  DURATION,
  DYN,
  INT,
  runtimeTypeName,
  STRING,
  TIMESTAMP,
  type Type,
  typeParameter,
  typeType,
  UINT,
} from '../type.ts';
import {
  type CelError,
  checkedInt,
  type Double,
  double,
  failure,
  int,
  numberOf,
  TypeValue,
  typeOf,
  Uint,
  type Value,
} from '../value.ts';
import { formatDouble, parseDouble, parseInteger } from './numbers.ts';

const A = typeParameter('A');
const UINT_LIMIT = 2n ** 64n;

const unreadable = (text: string, type: Type): CelError =>
  failure(`\`${text.length > 60 ? `${text.slice(0, 60)}…` : text}\` is not a ${runtimeTypeName(type)}`);

const toInt = (value: bigint): Value | CelError => checkedInt(value) ?? failure('integer overflow');
const toUint = (value: bigint): Value | CelError =>
  value < 0n || value >= UINT_LIMIT ? failure('unsigned integer overflow') : new Uint(value);

/** A double truncates; both ends of int64 are out of reach (cel-go common/types/overflow.go). */
function doubleToInt(value: number | Double): Value | CelError {
  const number = numberOf(value);
  if (!(number > -(2 ** 63) && number < 2 ** 63)) return failure('integer overflow');
  return int(BigInt(Math.trunc(number)));
}

function doubleToUint(value: number | Double): Value | CelError {
  const number = numberOf(value);
  if (!(number >= 0 && number < 2 ** 64)) return failure('unsigned integer overflow');
  return new Uint(BigInt(Math.trunc(number)));
}

const TRUE = new Set(['1', 't', 'T', 'TRUE', 'true', 'True']);
const FALSE = new Set(['0', 'f', 'F', 'FALSE', 'false', 'False']);

function stringToBool(text: string): Value | CelError {
  if (TRUE.has(text)) return true;
  return FALSE.has(text) ? false : unreadable(text, BOOL);
}

function stringToInt(text: string): Value | CelError {
  const value = parseInteger(text);
  return (value === undefined ? undefined : checkedInt(value)) ?? unreadable(text, INT);
}

function stringToUint(text: string): Value | CelError {
  const value = /^\d/.test(text) ? parseInteger(text) : undefined;
  return value === undefined || value >= UINT_LIMIT ? unreadable(text, UINT) : new Uint(value);
}

function stringToDouble(text: string): Value | CelError {
  const value = parseDouble(text);
  return value === undefined ? unreadable(text, DOUBLE) : double(value);
}

function bytesToString(bytes: Uint8Array): Value | CelError {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return failure('these bytes are not UTF-8');
  }
}

function stringToTimestamp(text: string): Value | CelError {
  const timestamp = parseTimestamp(text);
  return typeof timestamp === 'string' ? unreadable(text, TIMESTAMP) : timestamp;
}

const intToTimestamp = (seconds: number | bigint): Value | CelError =>
  makeTimestamp(Number(seconds), 0) ?? failure('timestamp out of range');

const identity = (value: Value): Value => value;

const conversion = (
  name: string,
  result: Type,
  overloads: readonly (readonly [id: string, from: Type, call: Implementation, cost?: Overload['cost']])[],
): FunctionDeclaration => ({
  name,
  member: false,
  overloads: overloads.map(([id, from, call, cost]) => ({
    id,
    parameters: [from],
    result,
    call,
    ...(cost !== undefined && { cost }),
  })),
});

const readOnce = (_result: unknown, value: Value): number => traversal(value);

/** Conversions between the types of the language (cel-go common/stdlib/standard.go; what they take, common/types). */
export const CONVERSIONS: readonly FunctionDeclaration[] = [
  conversion('type', typeType(A), [
    ['type', A, (value: Value) => new TypeValue(runtimeTypeName(typeOf(value)))],
  ]),
  conversion('dyn', DYN, [['to_dyn', A, identity]]),
  conversion('bool', BOOL, [
    ['bool_to_bool', BOOL, identity],
    ['string_to_bool', STRING, stringToBool],
  ]),
  conversion('bytes', BYTES, [
    ['bytes_to_bytes', BYTES, identity],
    ['string_to_bytes', STRING, (text: string) => new TextEncoder().encode(text), readOnce],
  ]),
  conversion('double', DOUBLE, [
    ['double_to_double', DOUBLE, identity],
    ['int64_to_double', INT, (value: number | bigint) => double(Number(value))],
    ['string_to_double', STRING, stringToDouble],
    ['uint64_to_double', UINT, (value: Uint) => double(Number(value.value))],
  ]),
  conversion('duration', DURATION, [
    ['duration_to_duration', DURATION, identity],
    ['int64_to_duration', INT, () => failure('an int is not converted to a duration')],
    ['string_to_duration', STRING, (text: string) => parseDuration(text) ?? unreadable(text, DURATION)],
  ]),
  conversion('int', INT, [
    ['int64_to_int64', INT, identity],
    ['double_to_int64', DOUBLE, doubleToInt],
    ['duration_to_int64', DURATION, (value: Duration) => int(toNanoseconds(value))],
    ['string_to_int64', STRING, stringToInt],
    ['timestamp_to_int64', TIMESTAMP, (value: Timestamp) => value.seconds],
    ['uint64_to_int64', UINT, (value: Uint) => toInt(value.value)],
  ]),
  conversion('string', STRING, [
    ['string_to_string', STRING, identity],
    ['bool_to_string', BOOL, String],
    ['bytes_to_string', BYTES, bytesToString, readOnce],
    ['double_to_string', DOUBLE, (value: number | Double) => formatDouble(numberOf(value))],
    ['duration_to_string', DURATION, formatDuration],
    ['int64_to_string', INT, (value: number | bigint) => BigInt(value).toString()],
    ['timestamp_to_string', TIMESTAMP, formatTimestamp],
    ['uint64_to_string', UINT, (value: Uint) => value.value.toString()],
  ]),
  conversion('timestamp', TIMESTAMP, [
    ['timestamp_to_timestamp', TIMESTAMP, identity],
    ['int64_to_timestamp', INT, intToTimestamp],
    ['string_to_timestamp', STRING, stringToTimestamp],
  ]),
  conversion('uint', UINT, [
    ['uint64_to_uint64', UINT, identity],
    ['double_to_uint64', DOUBLE, doubleToUint],
    ['int64_to_uint64', INT, (value: number | bigint) => toUint(BigInt(value))],
    ['string_to_uint64', STRING, stringToUint],
  ]),
];
