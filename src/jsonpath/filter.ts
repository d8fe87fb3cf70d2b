import { JSONPathClass } from 'jsonpath-plus';
import { Double } from '../json/index.ts';
import type { Filter } from './path.ts';
import type { Scanner } from './scanner.ts';

/**
 * A filter's expression is read here, in a grammar without calls, patterns or assignments, and printed anew for
 * jsonpath-plus with every name and literal replaced by a constant of ours: no text of a policy's reaches its
 * evaluator, own properties alone are read, and comparisons are those of RFC 9535 (section 2.3.5), not JavaScript's.
 */
interface Printer {
  readonly constants: { [name: string]: unknown };
  count: number;
}

const deepest = 20;
const mostTerms = 100;
const comparison = /===|==|!==|!=|<=|>=|<|>/y;
const numeral = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?/y;
const word = /[A-Za-z_$\u0080-\uffff][A-Za-z0-9_$\u0080-\uffff-]*/y;

/** Reads what follows `?`, to the closing bracket. */
export function parseFilter(scanner: Scanner): Filter | undefined {
  const start = scanner.position;
  const printer: Printer = { constants: { get, exists, equal, less }, count: 0 };
  const printed = readOr(scanner, printer, 0);
  if (printed === undefined) return undefined;
  const text = scanner.text.slice(start, scanner.position).trim();
  return { text, keysOf: evaluator(`$[?(${printed})]`, printer.constants) };
}

function evaluator(path: string, constants: { [name: string]: unknown }): Filter['keysOf'] {
  const engine = new JSONPathClass({
    path,
    autostart: false,
    eval: 'safe',
    resultType: 'parentProperty',
    wrap: true,
    sandbox: constants,
  });
  return (container) => {
    const keys: unknown = engine.evaluate({ path, json: container });
    // It leaves the last child in its sandbox, and with it an object that nobody needs any more.
    constants['_$_v'] = undefined;
    return Array.isArray(keys) ? keys : [];
  };
}

function readOr(scanner: Scanner, printer: Printer, depth: number): string | undefined {
  return readJoined(scanner, '||', () => readJoined(scanner, '&&', () => readTerm(scanner, printer, depth)));
}

function readJoined(scanner: Scanner, operator: string, read: () => string | undefined): string | undefined {
  const parts: string[] = [];
  do {
    const part = read();
    if (part === undefined) return undefined;
    parts.push(part);
    scanner.skipBlanks();
  } while (scanner.take(operator));
  return parts.length === 1 ? parts[0] : `(${parts.join(operator)})`;
}

function readTerm(scanner: Scanner, printer: Printer, depth: number): string | undefined {
  scanner.skipBlanks();
  if (depth > deepest) return scanner.fail('the filter is nested too deeply');
  if (scanner.peek() === '!' && scanner.peek(1) !== '=') {
    scanner.take('!');
    const term = readTerm(scanner, printer, depth + 1);
    return term === undefined ? undefined : `!(${term})`;
  }
  if (scanner.take('(')) {
    const inner = readOr(scanner, printer, depth + 1);
    if (inner === undefined) return undefined;
    scanner.skipBlanks();
    if (!scanner.take(')')) return scanner.fail(`expected \`)\`, found ${scanner.next}`);
    return inner;
  }
  return readComparison(scanner, printer);
}

interface Operand {
  readonly name: string;
  readonly query: boolean;
  readonly offset: number;
}

function readComparison(scanner: Scanner, printer: Printer): string | undefined {
  const left = readOperand(scanner, printer);
  if (left === undefined) return undefined;
  const end = scanner.position;
  scanner.skipBlanks();
  comparison.lastIndex = scanner.position;
  const operator = comparison.exec(scanner.text)?.[0];
  if (operator === undefined) {
    if (scanner.peek() === '=') {
      return scanner.fail(
        scanner.peek(1) === '~' ? 'patterns are not available in a filter' : 'a comparison is written `==`',
      );
    }
    if (left.query) return `exists(@,${left.name})`;
    return scanner.fail(
      'a value alone decides nothing',
      'compare it with `==`',
      left.offset,
      end - left.offset,
    );
  }
  scanner.position = comparison.lastIndex;
  scanner.skipBlanks();
  const right = readOperand(scanner, printer);
  return right === undefined ? undefined : printComparison(operator, value(left), value(right));
}

function value(operand: Operand): string {
  return operand.query ? `get(@,${operand.name})` : operand.name;
}

function printComparison(operator: string, left: string, right: string): string {
  switch (operator) {
    case '!=':
    case '!==':
      return `!equal(${left},${right})`;
    case '<':
      return `less(${left},${right})`;
    case '>':
      return `less(${right},${left})`;
    case '<=':
      return `(less(${left},${right})||equal(${left},${right}))`;
    case '>=':
      return `(less(${right},${left})||equal(${left},${right}))`;
    default:
      return `equal(${left},${right})`;
  }
}

function readOperand(scanner: Scanner, printer: Printer): Operand | undefined {
  const offset = scanner.position;
  if (printer.count >= mostTerms) return scanner.fail(`the filter has more than ${mostTerms} terms`);
  if (scanner.take('@')) {
    const keys = readKeys(scanner);
    return keys === undefined ? undefined : { name: constant(printer, keys), query: true, offset };
  }
  const next = scanner.peek();
  if (next === '"' || next === "'") {
    const text = scanner.quoted();
    return text === undefined ? undefined : { name: constant(printer, text), query: false, offset };
  }
  numeral.lastIndex = offset;
  const digits = numeral.exec(scanner.text)?.[0];
  if (digits !== undefined) {
    scanner.position = numeral.lastIndex;
    return { name: constant(printer, Number(digits)), query: false, offset };
  }
  return readWord(scanner, printer, offset);
}

function readWord(scanner: Scanner, printer: Printer, offset: number): Operand | undefined {
  word.lastIndex = offset;
  const found = word.exec(scanner.text)?.[0];
  if (found === undefined || found === '$') {
    if (scanner.peek() === '/') return scanner.fail('patterns are not available in a filter');
    if (scanner.peek() === '$') return scanner.fail('a filter reads from `@` only, not from the root');
    return scanner.fail(`expected \`@\` or a value, found ${scanner.next}`);
  }
  if (found === 'true' || found === 'false' || found === 'null') {
    scanner.position += found.length;
    const literal = found === 'null' ? null : found === 'true';
    return { name: constant(printer, literal), query: false, offset };
  }
  if (scanner.peek(found.length) === '(') {
    return scanner.fail('functions are not available in a filter', undefined, offset, found.length);
  }
  return scanner.fail(
    `unknown word \`${found}\``,
    `write \`@.${found}\` for a field, \`'${found}'\` for a text`,
    offset,
    found.length,
  );
}

/** The names and indexes after `@`. */
function readKeys(scanner: Scanner): readonly (string | number)[] | undefined {
  const keys: (string | number)[] = [];
  for (;;) {
    const offset = scanner.position;
    if (scanner.take('.')) {
      word.lastIndex = scanner.position;
      const found = word.exec(scanner.text)?.[0];
      if (found === undefined) return scanner.fail(`expected a name, found ${scanner.next}`);
      scanner.position = word.lastIndex;
      keys.push(found);
    } else if (scanner.take('[')) {
      const key = readKey(scanner);
      if (key === undefined) return undefined;
      keys.push(key);
    } else if (scanner.peek() === '(') {
      return scanner.fail('functions are not available in a filter', undefined, offset);
    } else if (scanner.peek() === '^' || scanner.peek() === '~') {
      return scanner.fail(`${scanner.next} is not available`);
    } else if (/[A-Za-z0-9_$\u0080-\uffff]/.test(scanner.peek())) {
      return scanner.fail(`expected \`.\` or \`[\`, found ${scanner.next}`);
    } else return keys;
  }
}

function readKey(scanner: Scanner): string | number | undefined {
  scanner.skipBlanks();
  const next = scanner.peek();
  if (next === '?' || next === '*') return scanner.fail(`${scanner.next} is not available within a filter`);
  const key = next === '"' || next === "'" ? scanner.quoted() : scanner.integer();
  if (key === undefined) return undefined;
  scanner.skipBlanks();
  if (!scanner.take(']')) return scanner.fail(`expected \`]\`, found ${scanner.next}`);
  return key;
}

function constant(printer: Printer, content: unknown): string {
  const name = `c${printer.count++}`;
  printer.constants[name] = content;
  return name;
}

/** The value a way below `from`, undefined where there is none. */
function get(from: unknown, keys: readonly (string | number)[]): unknown {
  let current = from;
  for (const key of keys) {
    if (typeof current !== 'object' || current === null || current instanceof Double) return undefined;
    if (Array.isArray(current)) {
      if (typeof key !== 'number') return undefined;
      current = current[key < 0 ? current.length + key : key];
    } else {
      if (typeof key !== 'string' || !Object.hasOwn(current, key)) return undefined;
      current = (current as { readonly [name: string]: unknown })[key];
    }
  }
  return current;
}

function exists(from: unknown, keys: readonly (string | number)[]): boolean {
  return get(from, keys) !== undefined;
}

/** Of the same type and value; lists and mappings are equal to nothing. */
function equal(left: unknown, right: unknown): boolean {
  const [one, other] = [numeric(left), numeric(right)];
  // Numbers alone may differ in type, for one that needs more than a double is a bigint.
  if (one !== undefined && other !== undefined) return !(one < other || one > other);
  return left === right && (typeof left !== 'object' || left === null);
}

function less(left: unknown, right: unknown): boolean {
  const [one, other] = [numeric(left), numeric(right)];
  if (one !== undefined && other !== undefined) return one < other;
  return typeof left === 'string' && typeof right === 'string' && left < right;
}

function numeric(value: unknown): number | bigint | undefined {
  if (value instanceof Double) return value.value;
  return typeof value === 'number' || typeof value === 'bigint' ? value : undefined;
}
