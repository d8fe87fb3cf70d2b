import { Double } from '../json/index.ts';

/** What a value is, in the words of messages. */
export function nameOfType(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (value instanceof Double) return 'a number';
  switch (typeof value) {
    case 'string':
      return 'text';
    case 'boolean':
      return 'a boolean';
    case 'number':
    case 'bigint':
      return 'a number';
    default:
      return 'a mapping';
  }
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'text',
  boolean: 'true or false',
  number: 'a number',
  integer: 'a whole number',
  object: 'a mapping',
  array: 'a list',
  null: 'nothing',
};

/** JSON Schema's types in the words of messages, joined: `text or a list`. */
export function namesOfTypes(types: readonly string[]): string {
  return oneOf([...new Set(types.map((type) => typeNames[type] ?? type))]);
}

/** `a`, `a or b`, `a, b or c`. */
export function oneOf(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} or ${last}`;
}

/** A user's value in backticks, shortened. */
export function quoted(value: unknown): string {
  const text = typeof value === 'string' ? value : String(value);
  // A backtick or a line break of the user's would end what they are quoted in.
  const clean = text.replaceAll(/[`\p{Cc}\u2028\u2029]/gu, '�');
  return `\`${clean.length > 60 ? `${clean.slice(0, 60)}…` : clean}\``;
}
