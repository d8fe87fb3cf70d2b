import { type CompiledPath, parsePath } from '../jsonpath/index.ts';
import type { CheckDocument } from '../model/index.ts';
import { isObject } from './change.ts';
import { selections } from './items.ts';
import { compileSchema } from './schema/index.ts';
import { plain } from './schema/plain.ts';

/** Says of targets, at once, that a rule finds nothing in them. */
export interface Screen {
  /** Whether the rule finds nothing in a target; false where it takes a closer look. */
  readonly accepts: (target: unknown) => boolean;
  /** The same, for who puts screens together. */
  readonly parts: readonly ScreenPart[];
}

/** What the items at a path are like where a rule finds nothing in them. */
export interface ScreenPart {
  /** JSONPath from the target. */
  readonly path: string;
  readonly schema: Schema;
}

type Schema = Readonly<Record<string, unknown>>;

/**
 * The screen of a rule: its check, as one JSON Schema of the whole target, which is one call of generated code instead of
 * a walk to each item. Most targets are in order, and where one is not the rule goes through its items and says what is
 * wrong. The screen need not be exact, but must not pass what the rule would find wanting.
 *
 * Undefined where a rule cannot be put so: where its check or its items are no plain matter of names and lists.
 */
export function screenOf(each: readonly string[] | undefined, check: CheckDocument): Screen | undefined {
  const ofItem = schemaOf(check);
  if (ofItem === undefined) return undefined;
  const paths = each?.flatMap((text) => (text.startsWith('$') ? [text] : (selections[text] ?? []))) ?? ['$'];
  const schema = joined(plain(ofItem)) as Schema;
  const parts = paths.map((path): ScreenPart => ({ path, schema }));
  const accepts = acceptsAll(parts);
  return accepts && { accepts, parts };
}

/** Parts together, those at one path gone through once. Undefined where that cannot be put as a schema. */
export function acceptsAll(parts: readonly ScreenPart[]): Screen['accepts'] | undefined {
  const byPath = Map.groupBy(parts, ({ path }) => path);
  const wholes = [...byPath].map(([path, all]) => {
    const schemas = [...new Map(all.map(({ schema }) => [JSON.stringify(schema), schema])).values()];
    return around(path, schemas.length === 1 ? (schemas[0] as Schema) : { allOf: schemas });
  });
  if (wholes.includes(undefined)) return undefined;
  // Under a negation the library words no errors, and stops at the first.
  const compiled = compileSchema({ not: { not: wholes.length === 1 ? wholes[0] : { allOf: wholes } } });
  return compiled.ok ? compiled.accepts : undefined;
}

/** What an item that meets a check is like. */
function schemaOf({ name, value }: CheckDocument): Schema | undefined {
  if (name === 'schema') return isObject(value) && !refers(value) ? value : undefined;
  if (name !== 'require' && name !== 'forbid') return undefined;
  const texts: readonly unknown[] = Array.isArray(value) ? value : [value];
  const schemas = texts.map((text) => {
    const names = namesOf(String(text));
    if (names === undefined) return undefined;
    if (name === 'forbid') return forbidden(names);
    // A number that is kept in an object has a `value`, which is no field of what somebody wrote.
    return names.includes('value') ? undefined : required(names);
  });
  return schemas.includes(undefined) ? undefined : { allOf: schemas };
}

/** Null is as good as absent. */
function required(names: readonly string[]): Schema {
  const value: Schema = { not: { type: 'null' } };
  return names.reduceRight<Schema>(
    (inner, name) => ({ type: 'object', required: [name], properties: { [name]: inner } }),
    value,
  );
}

function forbidden(names: readonly string[]): Schema {
  return names.reduceRight<Schema>((inner, name) => ({ properties: { [name]: inner } }), { type: 'null' });
}

/** Alternatives that are patterns, as one pattern: a text is read once for all of them. */
function joined(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(joined);
  if (!isObject(schema)) return schema;
  const { anyOf, ...rest } = schema;
  const patterns = Array.isArray(anyOf) ? anyOf.map(onlyPattern) : [undefined];
  const isPatterns = Object.keys(rest).length === 0 && !patterns.includes(undefined);
  if (isPatterns) return { pattern: patterns.map((pattern) => `(?:${pattern})`).join('|') };
  const isData = (key: string): boolean => key === 'const' || key === 'enum';
  return Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [key, isData(key) ? value : joined(value)]),
  );
}

function onlyPattern(schema: unknown): string | undefined {
  if (!isObject(schema) || Object.keys(schema).length !== 1) return undefined;
  const { pattern } = schema;
  // What is quoted by `\Q` goes on to the end of a pattern, and would take in the next one.
  return typeof pattern === 'string' && !pattern.includes('\\Q') ? pattern : undefined;
}

/** The schema of a target whose items at a path meet a schema. */
function around(path: string, schema: Schema): Schema | undefined {
  const parsed = parsePath(path, { form: 'full' });
  return parsed.ok ? inside(parsed.path, schema) : undefined;
}

function inside({ steps }: CompiledPath, schema: Schema): Schema | undefined {
  return steps.reduceRight<Schema | undefined>((inner, step) => {
    if (inner === undefined) return undefined;
    // A wildcard goes over the values of a mapping too: where there is one, this schema is not met.
    if (step.kind === 'wildcard') return { type: 'array', items: inner };
    return step.kind === 'name' && isPlain(step.name) ? { properties: { [step.name]: inner } } : undefined;
  }, schema);
}

function namesOf(path: string): readonly string[] | undefined {
  const parsed = parsePath(path);
  if (!parsed.ok) return undefined;
  const names = parsed.path.steps.map((step) =>
    step.kind === 'name' && isPlain(step.name) ? step.name : undefined,
  );
  return names.includes(undefined) ? undefined : (names as readonly string[]);
}

/** Other names are those of properties that every object has. */
function isPlain(name: string): boolean {
  return !(name in Object.prototype);
}

/** What a reference leads to is another thing in another place. */
function refers(schema: unknown): boolean {
  if (Array.isArray(schema)) return schema.some(refers);
  if (!isObject(schema)) return false;
  return Object.entries(schema).some(([key, value]) => key.startsWith('$') || refers(value));
}
