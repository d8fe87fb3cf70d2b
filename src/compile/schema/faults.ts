import type { ErrorObject } from 'ajv/dist/2020.js';
import type { Path } from '../../model/index.ts';
import { compile as compileRegex } from '../../regex/index.ts';
import { didYouMean } from '../../suggest/index.ts';
import { isObject } from '../change.ts';
import { findingsOf } from './errors.ts';

/** What is wrong with a schema itself, at a place beneath it. */
export interface SchemaFault {
  readonly path: Path;
  readonly message: string;
  readonly help?: string;
  /** The key is at fault, not its value. */
  readonly part?: 'key';
}

/** Keywords that hold schemas, by the shape in which they do (JSON Schema 2020-12, core and applicator vocabularies). */
const inMapping = new Set(['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas']);
const inList = new Set(['allOf', 'anyOf', 'oneOf', 'prefixItems']);
const alone = new Set([
  'additionalProperties',
  'contains',
  'else',
  'if',
  'items',
  'not',
  'propertyNames',
  'then',
  'unevaluatedItems',
  'unevaluatedProperties',
]);

/**
 * Keywords that nobody knows, patterns that are none and formats, which are not checked, in a schema and all that it
 * holds. Its depth has been bounded.
 */
export function faultsOf(
  schema: unknown,
  isKeyword: (name: string) => boolean,
  keywords: readonly string[],
): SchemaFault[] {
  const faults: SchemaFault[] = [];
  visit(schema, []);
  return faults;

  function visit(value: unknown, path: Path): void {
    if (!isObject(value)) return;
    for (const [name, held] of Object.entries(value)) {
      const at = [...path, name];
      if (!isKeyword(name)) {
        const help = didYouMean(name, keywords);
        faults.push({
          path: at,
          part: 'key',
          message: `\`${name}\` is no keyword of JSON Schema`,
          ...(help !== undefined && { help }),
        });
      } else if (name === 'pattern') pattern(held, at);
      else if (name === 'format') {
        faults.push({
          path: at,
          message: 'formats are not checked',
          help: 'use `pattern`, or an `expression`',
        });
      } else if (inMapping.has(name) && isObject(held)) {
        for (const [key, each] of Object.entries(held)) {
          if (name === 'patternProperties') pattern(key, [...at, key]);
          visit(each, [...at, key]);
        }
      } else if (inList.has(name) && Array.isArray(held)) {
        for (const [index, each] of held.entries()) visit(each, [...at, index]);
      } else if (alone.has(name)) visit(held, at);
    }
  }

  function pattern(text: unknown, path: Path): void {
    if (typeof text !== 'string') return;
    const compiled = compileRegex(text);
    if (!compiled.ok)
      faults.push({ path, message: `\`${text}\` is no regular expression: ${compiled.message}` });
  }
}

/** What the schema of schemas has against a schema. */
export function metaFaultsOf(errors: readonly ErrorObject[], schema: unknown): SchemaFault[] {
  const seen = new Set<string>();
  return findingsOf(errors, schema).flatMap(({ path, wording }) => {
    const name = path.length === 0 ? 'the schema' : `\`${path.join('.')}\``;
    const key = path.join('\0');
    if (seen.has(key)) return [];
    seen.add(key);
    return [{ path, message: `${name} ${wording}` }];
  });
}
