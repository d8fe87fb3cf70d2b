import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load as parse } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { vocabulary } from '../../src/compile/index.ts';
import { customResourceDefinitions } from '../../src/load/index.ts';
import { structuralSchema } from '../../src/load/structural.ts';
import type { JsonObject } from '../../src/model/index.ts';

const crds = join(import.meta.dirname, '../../charts/abatis/crds');
const definitions = customResourceDefinitions(vocabulary);
const nameOf = ({ metadata }: JsonObject) => String((metadata as JsonObject)['name']);

/** Every schema within a schema, by its path. */
function schemasIn(schema: JsonObject, path: string): readonly (readonly [string, JsonObject])[] {
  const properties = Object.entries((schema['properties'] ?? {}) as { [field: string]: JsonObject });
  return [
    [path, schema],
    ...properties.flatMap(([field, value]) => schemasIn(value, `${path}.${field}`)),
    ...(schema['items'] === undefined ? [] : schemasIn(schema['items'] as JsonObject, `${path}[]`)),
    ...(typeof schema['additionalProperties'] !== 'object'
      ? []
      : schemasIn(schema['additionalProperties'] as JsonObject, `${path}.*`)),
  ];
}

describe('a structural schema', () => {
  const any = { 'x-kubernetes-preserve-unknown-fields': true };
  const cases: readonly [string, JsonObject, JsonObject][] = [
    ['of one value', { const: 'Policy' }, { type: 'string', enum: ['Policy'] }],
    ['of a choice', { enum: ['Warn', 'Deny'], default: 'Warn' }, { type: 'string', enum: ['Warn', 'Deny'] }],
    ['of text', { type: 'string', minLength: 1 }, { type: 'string', minLength: 1 }],
    ['of several types', { type: ['object', 'boolean'], description: 'd' }, { description: 'd', ...any }],
    ['of alternatives', { anyOf: [{ type: 'string' }, { type: 'array' }] }, any],
    ['of anything', {}, any],
    ['of any mapping', { type: 'object' }, { type: 'object', ...any }],
    [
      'of a mapping of texts',
      { type: 'object', additionalProperties: { type: 'string' } },
      { type: 'object', additionalProperties: { type: 'string' } },
    ],
    [
      'of a mapping with fields',
      { type: 'object', properties: { a: { type: 'string' } }, required: ['a'], additionalProperties: false },
      { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] },
    ],
    [
      'of a list',
      { type: 'array', items: { type: 'string' }, minItems: 1 },
      { type: 'array', items: { type: 'string' }, minItems: 1, 'x-kubernetes-list-type': 'atomic' },
    ],
  ];
  it.each(cases)('%s', (_, schema, expected) => {
    expect(structuralSchema(schema)).toEqual(expected);
  });

  it('tells the items of a list apart by name where each has one of its own', () => {
    const rules = { type: 'array', items: { type: 'object', properties: { name: {} }, required: ['name'] } };
    const { properties } = structuralSchema({ type: 'object', properties: { rules, subjects: rules } });
    expect(properties).toMatchObject({
      rules: { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['name'] },
      subjects: { 'x-kubernetes-list-type': 'atomic' },
    });
  });
});

describe.each(definitions.map((definition) => [nameOf(definition), definition] as const))(
  'the CustomResourceDefinition %s',
  (name, definition) => {
    it('is in the chart as it is generated; else `npm run crds`', () => {
      expect(parse(readFileSync(join(crds, `${name}.yaml`), 'utf8'))).toEqual(definition);
    });

    it('types every value or keeps it, and forbids nothing beside fields', () => {
      const { versions } = definition['spec'] as { versions: { schema: { openAPIV3Schema: JsonObject } }[] };
      const all = schemasIn(versions[0]?.schema.openAPIV3Schema ?? {}, '$');
      expect(all.length).toBeGreaterThan(20);
      const wrong = all.filter(
        ([, schema]) =>
          (typeof schema['type'] !== 'string' && schema['x-kubernetes-preserve-unknown-fields'] !== true) ||
          (schema['properties'] !== undefined && schema['additionalProperties'] !== undefined) ||
          schema['default'] !== undefined,
      );
      expect(wrong.map(([path]) => path)).toEqual([]);
    });
  },
);
