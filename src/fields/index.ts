import type { JsonObject, Path } from '../model/index.ts';
import { didYouMean } from '../suggest/index.ts';
import type { DocumentProblem } from '../yaml/index.ts';

/** What a value of a document of ours has to look like; for the small documents beside policies. */
export type Form =
  | { readonly is: 'text'; readonly oneOf?: readonly string[]; readonly mayBeEmpty?: boolean }
  | { readonly is: 'anything' }
  | { readonly is: 'boolean' }
  /** A whole number, from one to another. */
  | { readonly is: 'whole'; readonly from: number; readonly to: number }
  | { readonly is: 'list'; readonly of: Form; readonly mayBeEmpty?: boolean }
  /** A mapping with these fields and no others. */
  | {
      readonly is: 'fields';
      readonly fields: Readonly<Record<string, Form>>;
      readonly required: readonly string[];
    }
  /** A mapping with any keys. */
  | { readonly is: 'mapping'; readonly of: Form }
  /** The first that the type of the value fits. */
  | { readonly is: 'either'; readonly of: readonly Form[] };

/**
 * Everything about a value that is not as its form has it, with a guess at what was meant. Nothing below a value of
 * the wrong type is looked at.
 *
 * @param path of the value in its document
 */
export function problemsOf(value: unknown, form: Form, path: Path = []): readonly DocumentProblem[] {
  const fitting = form.is === 'either' ? form.of.find((each) => fits(value, each)) : form;
  if (fitting === undefined || !fits(value, fitting)) return [wrongType(value, form, path)];
  switch (fitting.is) {
    case 'text':
      return textProblems(String(value), fitting, path);
    case 'list': {
      const items = value as readonly unknown[];
      if (items.length === 0 && fitting.mayBeEmpty !== true) return [empty(path)];
      return items.flatMap((item, index) => problemsOf(item, fitting.of, [...path, index]));
    }
    case 'whole': {
      const { from, to } = fitting;
      const number = value as number;
      if (Number.isInteger(number) && number >= from && number <= to) return [];
      const help = `it is a whole number from ${from} to ${to}`;
      return [{ code: 'AB2204', message: `\`${number}\` is not a value of ${named(path)}`, help, path }];
    }
    case 'mapping':
      return Object.entries(value as JsonObject).flatMap(([key, item]) =>
        problemsOf(item, fitting.of, [...path, key]),
      );
    case 'fields':
      return fieldProblems(value as JsonObject, fitting, path);
    default:
      return [];
  }
}

/** Whether a value is a mapping. */
export function isMapping(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && isPlain(value);
}

/** Numbers that JSON cannot hold come as objects of a class. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

function fits(value: unknown, form: Form): boolean {
  switch (form.is) {
    case 'text':
      return typeof value === 'string';
    case 'boolean':
      return typeof value === 'boolean';
    case 'whole':
      return typeof value === 'number';
    case 'list':
      return Array.isArray(value);
    case 'fields':
    case 'mapping':
      return isMapping(value);
    case 'either':
      return form.of.some((each) => fits(value, each));
    default:
      return true;
  }
}

function fieldProblems(
  value: JsonObject,
  { fields, required }: Extract<Form, { is: 'fields' }>,
  path: Path,
): DocumentProblem[] {
  const problems: DocumentProblem[] = [];
  for (const field of required) {
    if (Object.hasOwn(value, field)) continue;
    problems.push({ code: 'AB2203', message: `${named([...path, field])} is missing`, path, part: 'key' });
  }
  for (const [field, item] of Object.entries(value)) {
    const form = Object.hasOwn(fields, field) ? fields[field] : undefined;
    if (form !== undefined) {
      problems.push(...problemsOf(item, form, [...path, field]));
      continue;
    }
    const known = Object.keys(fields);
    problems.push({
      code: 'AB2202',
      message: `${path.length === 0 ? 'the document' : named(path)} has no field ${quoted(field)}`,
      help: didYouMean(field, known) ?? `it has ${listed(known)}`,
      path: [...path, field],
      part: 'key',
    });
  }
  return problems;
}

function textProblems(
  value: string,
  { oneOf, mayBeEmpty = false }: Extract<Form, { is: 'text' }>,
  path: Path,
): DocumentProblem[] {
  if (oneOf === undefined) return value === '' && !mayBeEmpty ? [empty(path)] : [];
  if (oneOf.includes(value)) return [];
  return [
    {
      code: 'AB2204',
      message: `${quoted(value)} is not a value of ${named(path)}`,
      help: didYouMean(value, oneOf) ?? `it is ${listed(oneOf)}`,
      path,
    },
  ];
}

function empty(path: Path): DocumentProblem {
  return { code: 'AB2204', message: `${named(path)} is empty`, path };
}

function wrongType(value: unknown, form: Form, path: Path): DocumentProblem {
  const isText = (form.is === 'either' ? form.of : [form]).some(({ is }) => is === 'text');
  const isScalar = typeof value !== 'object' && value !== undefined;
  return {
    code: 'AB2204',
    message: `${path.length === 0 ? 'the document' : named(path)} must be ${wording(form)}, not ${typeName(value)}`,
    ...(isText && isScalar && { help: 'put it in quotes' }),
    path,
  };
}

const wordings: Readonly<Record<Form['is'], string>> = {
  text: 'text',
  anything: 'anything',
  boolean: 'true or false',
  whole: 'a number',
  list: 'a list',
  fields: 'a mapping',
  mapping: 'a mapping',
  either: '',
};

function wording(form: Form): string {
  return form.is === 'either' ? form.of.map(wording).join(' or ') : wordings[form.is];
}

function typeName(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') return 'text';
  if (typeof value === 'boolean') return 'a boolean';
  return isMapping(value) ? 'a mapping' : 'a number';
}

/** A path as the messages name it: of items only what leads to them. */
function named(path: Path): string {
  const text = path
    .map((segment) => (typeof segment === 'number' ? `[${segment}]` : `.${segment}`))
    .join('')
    .replace(/^\./, '');
  return quoted(text);
}

function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} or ${last}`;
}

/** A user's value in backticks, which it cannot close. */
function quoted(text: string): string {
  const clean = text.replaceAll('`', "'");
  return `\`${clean.length > 60 ? `${clean.slice(0, 60)}…` : clean}\``;
}
