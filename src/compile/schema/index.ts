import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { compile as compileRegex } from '../../regex/index.ts';
import { refusal } from './budget.ts';
import { findingsOf, type SchemaFinding } from './errors.ts';
import { faultsOf, metaFaultsOf, type SchemaFault } from './faults.ts';
import { plain } from './plain.ts';
import { isUnique } from './unique.ts';

export type { SchemaFinding } from './errors.ts';
export type { SchemaFault } from './faults.ts';

/** What a schema has against a value; nothing where it meets the schema. */
export type Validate = (value: unknown) => readonly SchemaFinding[];

export type CompiledSchema =
  | {
      readonly ok: true;
      readonly validate: Validate;
      /** Whether a value meets it; false where it would take a closer look, for those who want no reasons. */
      readonly accepts: (value: unknown) => boolean;
    }
  | { readonly ok: false; readonly faults: readonly SchemaFault[] };

const met: readonly SchemaFinding[] = [];

/**
 * Compiles JSON Schema 2020-12. Patterns are RE2, so that no text takes more than linear time; own properties only;
 * a `$ref` reaches no further than the schema itself.
 */
export function compileSchema(document: object | boolean): CompiledSchema {
  const refused = refusal(document);
  if (refused !== undefined) return { ok: false, faults: [refused] };
  // Bounded in depth by now; the numbers of a document may be of a kind that JSON cannot write.
  const schema = plain(document) as object | boolean;
  const text = JSON.stringify(schema);
  const known = compiledBefore.get(text);
  if (known !== undefined) return known;
  const compiled = compileOnce(schema);
  if (compiledBefore.size >= mostKept) compiledBefore.clear();
  if (text.length <= longestKept) compiledBefore.set(text, compiled);
  return compiled;
}

/** By their text: a reload compiles the same schemas again, and many policies share one. */
const compiledBefore = new Map<string, CompiledSchema>();
const mostKept = 1000;
const longestKept = 10_000;

function compileOnce(schema: object | boolean): CompiledSchema {
  compiler ??= newCompiler();
  const { keywords } = compiler.RULES;
  const faults = faultsOf(schema, (name) => Object.hasOwn(keywords, name), Object.keys(keywords));
  if (compiler.validateSchema(schema) !== true) faults.push(...metaFaultsOf(compiler.errors ?? [], schema));
  if (faults.length > 0) return { ok: false, faults };
  try {
    const validate = compileAnew(schema);
    return {
      ok: true,
      accepts: (value) => validate(value) === true,
      validate(value) {
        if (validate(value)) return met;
        const known = plain(value);
        if (known !== value && validate(known)) return met;
        const errors: readonly ErrorObject[] = validate.errors ?? [];
        return findingsOf(errors, value);
      },
    };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { ok: false, faults: [{ path: [], message }] };
  }
}

let compiler: Ajv2020 | undefined;

/**
 * One compiler for all schemas, for to make one takes longer than to compile a hundred schemas. It keeps none:
 * no schema has an `$id` (`refusal` sees to that) by which another could refer to it.
 */
function compileAnew(schema: object | boolean): ValidateFunction {
  compiler ??= newCompiler();
  const validate = compiler.compile(schema);
  if (typeof schema === 'object') compiler.removeSchema(schema);
  return validate;
}

function newCompiler(): Ajv2020 {
  const ajv = new Ajv2020({
    addUsedSchema: false,
    allErrors: true,
    ownProperties: true,
    strict: true,
    strictTypes: false,
    strictRequired: false,
    strictTuples: false,
    logger: false,
    code: { regExp: linear },
  });
  // The library compares every item with every other; an object of three megabytes would hold up the request.
  ajv.removeKeyword('uniqueItems');
  ajv.addKeyword({
    keyword: 'uniqueItems',
    type: 'array',
    schemaType: 'boolean',
    validate: (wanted: boolean, items: readonly unknown[]) => !wanted || isUnique(items),
    error: { message: 'must not have the same item twice' },
  });
  return ajv;
}

/**
 * The engine for `pattern` and `patternProperties`, in linear time. The library tells patterns apart by their
 * text, and wants to know how to write an engine down in a module, which is never done.
 */
const linear = Object.assign(
  (pattern: string) => {
    const compiled = compileRegex(pattern);
    if (!compiled.ok) throw new Error(`bad pattern \`${pattern}\`: ${compiled.message}`);
    return { test: compiled.regex.test, toString: () => pattern };
  },
  { code: 'unused' },
);
