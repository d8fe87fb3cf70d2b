import { Duration, formatDuration, formatTimestamp, Timestamp } from '../../time/index.ts';
import { traversal } from '../cost-size.ts';
import type { CallProblem, FunctionDeclaration, WrittenArgument } from '../declaration.ts';
import { mapEntries } from '../equality.ts';
import { formatDouble } from '../standard/numbers.ts';
import { compareStrings } from '../standard/order.ts';
import { DYN, listType, runtimeTypeName, STRING, type Type } from '../type.ts';
import {
  type CelError,
  failure,
  isDouble,
  isInt,
  isList,
  isMap,
  numberOf,
  OpaqueValue,
  OptionalValue,
  TypeValue,
  Uint,
  type Value,
} from '../value.ts';
import { formatFixed, formatPlain, formatScientific } from './decimal-format.ts';

/** Text, or undefined for what cannot be written so. */
type Text = string | undefined;

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

function decode(bytes: Uint8Array): Text {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

const goEscapes: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
  '"': '\\"',
};

const printable = /[\p{L}\p{M}\p{N}\p{P}\p{S} ]/u;

/** Go's `%q`: quoted, with escapes for what cannot be seen. */
function quote(text: string): string {
  let quoted = '"';
  for (const c of text) {
    const code = c.codePointAt(0) ?? 0;
    if (Object.hasOwn(goEscapes, c)) quoted += goEscapes[c];
    else if (printable.test(c)) quoted += c;
    else if (code < 0x80) quoted += `\\x${code.toString(16).padStart(2, '0')}`;
    else if (code < 0x10000) quoted += `\\u${code.toString(16).padStart(4, '0')}`;
    else quoted += `\\U${code.toString(16).padStart(8, '0')}`;
  }
  return `${quoted}"`;
}

// Deeper than any document can be nested.
const maxDepth = 500;

/** A value inside a list or map, much as one would write it in CEL. */
function literal(value: Value, depth: number): Text {
  if (depth > maxDepth) return undefined;
  if (typeof value === 'string') return quote(value);
  if (isDouble(value)) {
    const number = numberOf(value);
    return Number.isFinite(number) ? formatPlain(number) : `"${formatPlain(number)}"`;
  }
  if (value instanceof Uint8Array) {
    const text = decode(value);
    return text === undefined ? undefined : `b${quote(text)}`;
  }
  if (value instanceof Timestamp) return `timestamp("${formatTimestamp(value)}")`;
  if (value instanceof Duration) return `duration("${formatDuration(value)}")`;
  return toText(value, depth);
}

function listText(list: readonly Value[], depth: number): Text {
  const parts: string[] = [];
  for (const element of list) {
    const text = literal(element, depth + 1);
    if (text === undefined) return undefined;
    parts.push(text);
  }
  return `[${parts.join(', ')}]`;
}

function isKey(value: Value): boolean {
  return typeof value === 'string' || typeof value === 'boolean' || isInt(value) || value instanceof Uint;
}

function mapText(map: Extract<Value, object>, depth: number): Text {
  const entries: [key: string, value: string][] = [];
  if (!isMap(map)) return undefined;
  for (const [key, value] of mapEntries(map)) {
    const keyText = isKey(key) ? literal(key, depth + 1) : undefined;
    const valueText = literal(value, depth + 1);
    if (keyText === undefined || valueText === undefined) return undefined;
    entries.push([keyText, valueText]);
  }
  entries.sort(([a], [b]) => compareStrings(a, b));
  return `{${entries.map(([key, value]) => `${key}:${value}`).join(', ')}}`;
}

/** `%s`. */
function toText(value: Value, depth = 0): Text {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return value;
  if (isInt(value)) return String(value);
  if (isDouble(value)) return formatDouble(numberOf(value));
  if (value instanceof Uint) return String(value.value);
  if (value instanceof Uint8Array) return decode(value);
  if (value instanceof Timestamp) return formatTimestamp(value);
  if (value instanceof Duration) return formatDuration(value);
  if (value instanceof TypeValue) return value.name;
  if (value instanceof OpaqueValue || value instanceof OptionalValue) return undefined;
  return isList(value) ? listText(value, depth) : mapText(value, depth);
}

function toInteger(value: Value): bigint | undefined {
  if (isInt(value)) return BigInt(value);
  return value instanceof Uint ? value.value : undefined;
}

function inRadix(radix: number): (value: Value) => Text {
  return (value) => toInteger(value)?.toString(radix);
}

function toBinary(value: Value): Text {
  return typeof value === 'boolean' ? String(Number(value)) : inRadix(2)(value);
}

function toHexadecimal(value: Value): Text {
  const bytes = typeof value === 'string' ? encoder.encode(value) : value;
  if (!(bytes instanceof Uint8Array)) return inRadix(16)(value);
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text;
}

/** A double, or a string that names one of those that have no digits. */
function toNumber(value: Value): number | undefined {
  if (isDouble(value)) return numberOf(value);
  if (value === 'NaN') return Number.NaN;
  if (value === 'Infinity') return Number.POSITIVE_INFINITY;
  return value === '-Infinity' ? Number.NEGATIVE_INFINITY : undefined;
}

const fixed =
  (precision: number) =>
  (value: Value): Text => {
    const number = toNumber(value);
    return number === undefined ? undefined : formatFixed(number, precision);
  };

const scientific =
  (precision: number) =>
  (value: Value): Text => {
    const number = toNumber(value);
    return number === undefined ? undefined : formatScientific(number, precision);
  };

/** What a clause takes: the kinds of types, and how that is said. */
interface Taken {
  readonly kinds: ReadonlySet<Type['kind']>;
  readonly said: string;
}

const taken = (said: string, ...kinds: readonly Type['kind'][]): Taken => ({ kinds: new Set(kinds), said });

const anyText = taken(
  'a string, bool, bytes, number, list, map, type, duration, timestamp or null',
  'list',
  'map',
  'int',
  'uint',
  'double',
  'bool',
  'string',
  'timestamp',
  'bytes',
  'duration',
  'type',
  'null',
);
const integers = taken('an int or uint', 'int', 'uint');
const doubles = taken('a double', 'double', 'string');
const binaries = taken('an int, uint or bool', 'int', 'uint', 'bool');
const hexadecimals = taken('an int, uint, string or bytes', 'int', 'uint', 'string', 'bytes');

interface Clause {
  readonly name: string;
  readonly takes: Taken;
  readonly write: (value: Value) => Text;
  /** The clause's length in the format. */
  readonly length: number;
}

type Problem = { readonly problem: string };

// More decimals than any double has.
const maxPrecision = 1100;
const precisionForm = /^\.([0-9]*)/;

/** Reads the clause that begins with the `%` at `at`. */
function readClause(format: string, at: number): Clause | Problem {
  if (at + 1 >= format.length) return { problem: 'unexpected end of string' };
  const match = precisionForm.exec(format.slice(at + 1, at + 24));
  const written = match?.[1] ?? '';
  const letterAt = at + 1 + (match?.[0].length ?? 0);
  if (letterAt >= format.length) return { problem: 'could not find end of precision specifier' };
  if (match !== null && (written === '' || Number(written) > maxPrecision)) {
    return { problem: `\`${written}\` is not a precision` };
  }
  const precision = match === null ? 6 : Number(written);
  const letter = String.fromCodePoint(format.codePointAt(letterAt) ?? 0);
  const clause = (takes: Taken, write: (value: Value) => Text): Clause => ({
    name: `%${letter}`,
    takes,
    write,
    length: letterAt + 1 - at,
  });
  switch (letter) {
    case 's':
      return clause(anyText, toText);
    case 'd':
      return clause(integers, inRadix(10));
    case 'f':
      return clause(doubles, fixed(precision));
    case 'e':
      return clause(doubles, scientific(precision));
    case 'b':
      return clause(binaries, toBinary);
    case 'x':
      return clause(hexadecimals, toHexadecimal);
    case 'X':
      return clause(hexadecimals, (value) => toHexadecimal(value)?.toUpperCase());
    case 'o':
      return clause(integers, inRadix(8));
    default:
      return { problem: `unrecognized formatting clause \`${letter}\`` };
  }
}

/**
 * Goes through a format, handing each clause to `write` with the number of its argument.
 * @returns the text, or the first problem
 */
function walk(
  format: string,
  size: number,
  write: (clause: Clause, argument: number) => string | CelError | Problem,
): string | CelError | Problem {
  let text = '';
  let argument = 0;
  for (let at = 0; at < format.length; ) {
    const percent = format.indexOf('%', at);
    if (percent === -1) return text + format.slice(at);
    text += format.slice(at, percent);
    if (format[percent + 1] === '%') {
      text += '%';
      at = percent + 2;
      continue;
    }
    if (argument >= size) return { problem: `index ${argument} out of range` };
    const clause = readClause(format, percent);
    if ('problem' in clause) return clause;
    const written = write(clause, argument);
    if (typeof written !== 'string') return written;
    text += written;
    argument++;
    at = percent + clause.length;
  }
  return text;
}

function formatString(format: string, values: readonly Value[]): string | CelError {
  const outcome = walk(format, values.length, (clause, argument) => {
    const text = clause.write(values[argument] as Value);
    return (
      text ?? { problem: `\`${clause.name}\` formats ${clause.takes.said}, and argument ${argument} is none` }
    );
  });
  return typeof outcome === 'object' && 'problem' in outcome ? failure(outcome.problem) : outcome;
}

/** The argument, or the part of it, that is of a type the clause does not take. */
function misfit(argument: WrittenArgument, takes: Taken): WrittenArgument | undefined {
  const { type } = argument;
  if (type.kind === 'dyn') return undefined;
  if (!takes.kinds.has(type.kind)) return argument;
  if (takes !== anyText) return undefined;
  for (const part of argument.elements ?? argument.entries ?? []) {
    const found = misfit(part, takes);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Checks a literal format against the list literal it is given (cel-go ext/formatting.go `stringFormatValidator`). */
function validate(args: readonly WrittenArgument[]): readonly CallProblem[] {
  const [format, list] = args;
  const elements = list?.elements;
  if (format === undefined || list === undefined || elements === undefined) return [];
  if (typeof format.literal !== 'string') return [];
  const { start, end } = format;
  let used = 0;
  let wrong: CallProblem | undefined;
  const outcome = walk(format.literal, elements.length, (clause, argument) => {
    used = argument + 1;
    const element = elements[argument];
    const found = element && misfit(element, clause.takes);
    if (found === undefined) return '';
    wrong = {
      message: `\`${clause.name}\` cannot format a ${runtimeTypeName(found.type)}`,
      help: `it formats ${clause.takes.said}`,
      start: found.start,
      end: found.end,
    };
    return { problem: wrong.message };
  });
  if (wrong !== undefined) return [wrong];
  if (typeof outcome === 'object' && 'problem' in outcome) return [{ message: outcome.problem, start, end }];
  if (elements.length > used) {
    const message = `the format uses ${used} of ${elements.length} arguments`;
    return [{ message, help: 'leave out what is not used', start: list.start, end: list.end }];
  }
  return [];
}

/** `format.format([…])` (cel-go ext/formatting.go, the first version, in American English). */
export const FORMAT: FunctionDeclaration = {
  name: 'format',
  member: true,
  costNeedsOverload: true,
  since: '1.29',
  overloads: [
    {
      id: 'string_format',
      parameters: [STRING, listType(DYN)],
      result: STRING,
      call: formatString,
      cost: (_result: unknown, format: string) => traversal(format),
    },
  ],
  validate,
};
