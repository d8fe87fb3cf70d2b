import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { formatPath } from '../jsonpath/index.ts';
import type { JsonObject, Path } from '../model/index.ts';
import { didYouMean } from '../suggest/index.ts';
import type { DocumentProblem } from '../yaml/index.ts';
import type { DocumentKind } from './document-kind.ts';
import { nameForms } from './fields.ts';
import type { Vocabulary } from './schema.ts';
import { nameOfType, namesOfTypes, oneOf, quoted } from './words.ts';

const validators = new WeakMap<Vocabulary, Map<string, ValidateFunction>>();

/** Errors that are looked at; of those beyond, a few say the same in other words. */
const mostErrors = 1_000;

/** What of a document is not as the schema of its kind has it, and how many problems more there may be. */
export function shapeProblems(
  document: JsonObject,
  kind: DocumentKind<unknown>,
  vocabulary: Vocabulary,
): { readonly problems: readonly DocumentProblem[]; readonly more: number } {
  const validate = validatorOf(kind, vocabulary);
  if (validate(document)) return { problems: [], more: 0 };
  const errors = validate.errors ?? [];
  const problems = withoutBranches(errors.slice(0, mostErrors))
    .map((error) => translate(error, pathOf(error.instancePath, document), kind.noun))
    .filter((problem) => problem !== undefined);
  return { problems, more: Math.max(0, errors.length - mostErrors) };
}

function validatorOf(kind: DocumentKind<unknown>, vocabulary: Vocabulary): ValidateFunction {
  const known = validators.get(vocabulary) ?? new Map<string, ValidateFunction>();
  validators.set(vocabulary, known);
  const compiled = known.get(kind.kind);
  if (compiled !== undefined) return compiled;
  const ajv = new Ajv2020({
    allErrors: true,
    verbose: true,
    ownProperties: true,
    strict: false,
    // The schema is ours, and a test holds it to the meta-schema: to compile that takes longer than all else at the start.
    validateSchema: false,
    code: { optimize: false },
  });
  const validate = ajv.compile(kind.schema(vocabulary));
  known.set(kind.kind, validate);
  return validate;
}

/**
 * Leaves out what only says that a value is not of this or that alternative's type. Where the value is of an
 * alternative's type and something below it is wrong, that is all there is to say.
 */
function withoutBranches(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const alternatives = errors.filter(({ keyword }) => keyword === 'anyOf');
  if (alternatives.length === 0) return errors;
  const settled = new Set<ErrorObject>();
  for (const anyOf of alternatives) {
    const inside = errors.filter(({ schemaPath }) => schemaPath.startsWith(`${anyOf.schemaPath}/`));
    const here = inside.filter(({ instancePath }) => instancePath === anyOf.instancePath);
    const telling = inside.some(({ instancePath }) => instancePath.startsWith(`${anyOf.instancePath}/`));
    const fits = here.some(({ keyword }) => keyword !== 'type' && keyword !== 'enum');
    const otherThanType = here.some(({ keyword }) => keyword !== 'type');
    for (const error of here) {
      if (error.keyword === 'type' || ((telling || fits) && error.keyword === 'enum')) settled.add(error);
    }
    if (telling || otherThanType) settled.add(anyOf);
  }
  return errors.filter((error) => !settled.has(error));
}

function translate(error: ErrorObject, path: Path, noun: string): DocumentProblem | undefined {
  const { keyword, params, data } = error;
  const parent = error.parentSchema as JsonObject;
  const name = quoted(formatPath(path));
  switch (keyword) {
    case 'required': {
      const field = String(params['missingProperty']);
      const message = `${quoted(formatPath([...path, field]))} is missing`;
      return { code: 'AB1106', message, ...helpOf(parent, field), path, part: 'key' };
    }
    case 'additionalProperties':
      return unknownField(String(params['additionalProperty']), path, parent, noun);
    case 'type':
    case 'anyOf':
      return wrongType(path, data, typesOf(error));
    case 'enum':
    case 'const':
      return notAllowed(path, data, keyword === 'enum' ? params['allowedValues'] : [params['allowedValue']]);
    case 'minItems':
    case 'minLength':
    case 'minProperties':
      return { code: 'AB1111', message: `${name} is empty`, help: 'give it a value, or leave it out', path };
    case 'maxLength':
      return {
        code: 'AB1112',
        message: `${name} is longer than ${String(params['limit'])} characters`,
        path,
      };
    case 'pattern':
      // An empty text is said to be empty, once.
      if (data === '' || String(data).length > 63) return undefined;
      return {
        code: 'AB1112',
        message: `${quoted(data)} is not a name`,
        help: nameForms.get(String(params['pattern'])) ?? 'use letters and digits',
        path,
      };
    default:
      return { code: 'AB1110', message: `${name} ${error.message ?? 'is not allowed'}`, path };
  }
}

function unknownField(field: string, path: Path, parent: JsonObject, noun: string): DocumentProblem {
  const at = [...path, field];
  const where = path.length === 0 ? `${noun === 'exception' ? 'an' : 'a'} ${noun}` : quoted(formatPath(path));
  const siblings = Object.keys((parent['properties'] ?? {}) as JsonObject);
  const help =
    didYouMean(field, siblings) ??
    (siblings.length > 12 ? undefined : `it has ${oneOf(siblings).replace(/ or (?=[^ ]*$)/, ' and ')}`);
  return {
    code: 'AB1107',
    message: `${where} has no field ${quoted(field)}`,
    ...(help !== undefined && { help }),
    path: at,
    part: 'key',
  };
}

function wrongType(path: Path, data: unknown, types: readonly string[]): DocumentProblem {
  const name = quoted(formatPath(path));
  if (data === null) {
    return {
      code: 'AB1109',
      message: `${name} has no value`,
      help: `it must be ${namesOfTypes(types)}: give it a value, or leave it out`,
      path,
      part: 'key',
    };
  }
  const help = types.includes('string') ? quotesHelp(data) : undefined;
  return {
    code: 'AB1109',
    message: `${name} must be ${namesOfTypes(types)}, not ${nameOfType(data)}`,
    ...(help !== undefined && { help }),
    path,
  };
}

/** YAML takes a text for something else where it looks like that and has no quotes. */
function quotesHelp(data: unknown): string | undefined {
  if (typeof data === 'boolean') return `put it in quotes, for without them it is read as \`${data}\``;
  return nameOfType(data) === 'a number' ? 'put it in quotes' : undefined;
}

function notAllowed(path: Path, data: unknown, allowed: readonly unknown[]): DocumentProblem {
  const words = allowed.map(String);
  if (typeof data !== 'string') return wrongType(path, data, ['string']);
  const guess = didYouMean(data, words);
  return {
    code: 'AB1110',
    message: `${quoted(data)} is not a value of ${quoted(formatPath(path))}`,
    help: guess ?? `it is ${oneOf(words)}`,
    path,
  };
}

function helpOf(parent: JsonObject, field: string): { help?: string } {
  const schema = ((parent['properties'] ?? {}) as JsonObject)[field] as JsonObject | undefined;
  const description = schema?.['description'];
  if (typeof description !== 'string') return {};
  const sentence = description.replace(/\.$/, '');
  // `CEL` and `RFC` keep their capitals.
  return { help: `${field}: ${sentence.replace(/^[A-Z](?![A-Z])/, (letter) => letter.toLowerCase())}` };
}

/** The types that a value could have had. */
function typesOf(error: ErrorObject): readonly string[] {
  const schemas =
    error.keyword === 'anyOf' ? (error.schema as readonly JsonObject[]) : [error.parentSchema as JsonObject];
  return schemas.flatMap((schema) => (schema['type'] ?? []) as string | readonly string[]);
}

/** A JSON pointer (RFC 6901) as a path: a segment is an index where it leads into a list. */
function pathOf(pointer: string, document: unknown): Path {
  const path: (string | number)[] = [];
  let value = document;
  for (const escaped of pointer.split('/').slice(1)) {
    const segment = escaped.replaceAll('~1', '/').replaceAll('~0', '~');
    path.push(Array.isArray(value) ? Number(segment) : segment);
    value = Object(value)[segment];
  }
  return path;
}
