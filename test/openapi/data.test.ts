import { describe, expect, test } from 'vitest';
import { builtinKinds, podCarriers } from '../../src/kinds/index.ts';
import { definitions, kinds } from '../../src/openapi/data.ts';
import { definition } from '../../src/openapi/definitions.ts';
import { celTypeOf, type FieldType, fieldAt, type ScalarKind } from '../../src/openapi/index.ts';

const scalars: Readonly<Record<ScalarKind, true>> = {
  string: true,
  boolean: true,
  int32: true,
  int64: true,
  number: true,
  byte: true,
  'date-time': true,
  'int-or-string': true,
  quantity: true,
  any: true,
  'any-object': true,
};

/** The types that are no further made of others, at the bottom of this one. */
function innermost(type: FieldType): FieldType {
  if (type.kind === 'list') return innermost(type.element);
  return type.kind === 'map' ? innermost(type.value) : type;
}

const kindRows = kinds.split('\n').map((line) => {
  const [name = '', target = ''] = line.split(' ');
  const [group = '', version = '', kind = ''] = name.split('/');
  return { group, version, kind, target };
});
const names = definitions.split('\n').map((line) => line.slice(0, line.indexOf(' ')));

describe('the table', () => {
  test('weighs little', () => {
    expect(kinds.length + definitions.length).toBeLessThan(200_000);
  });

  test('defines everything that it refers to, once, in types that are known', () => {
    const referred = new Set(kindRows.map(({ target }) => target));
    for (const name of names) {
      const { fieldNames, field } = definition(name);
      for (const fieldName of fieldNames) {
        const type = innermost(field(fieldName)?.type ?? { kind: 'any' });
        if (type.kind === 'object') referred.add(type.name);
        else expect(Object.hasOwn(scalars, type.kind), `${name}.${fieldName}: ${type.kind}`).toBe(true);
      }
    }

    expect([...referred].sort()).toEqual(names);
  });

  test('has every map list keyed by fields of its items', () => {
    for (const name of names) {
      const { fieldNames, field } = definition(name);
      for (const fieldName of fieldNames) {
        const type = field(fieldName)?.type;
        if (type?.kind !== 'list' || type.listType !== 'map') continue;
        const item = type.element.kind === 'object' ? definition(type.element.name).fieldNames : [];
        expect(item, `${name}.${fieldName}`).toEqual(expect.arrayContaining([...type.keys]));
        expect(type.keys, `${name}.${fieldName}`).not.toEqual([]);
      }
    }
  });

  test('has a type for every kind in it', () => {
    for (const { group, version, kind } of kindRows) {
      expect(celTypeOf(group, version, kind)?.fields, `${group}/${version} ${kind}`).toHaveProperty(
        'metadata',
      );
    }
  });

  test('has the stable version of every kind that Kubernetes still serves', () => {
    const known = new Set(kindRows.map(({ group, version, kind }) => `${group}/${version}/${kind}`));
    const missing = builtinKinds
      .filter(({ versions }) => versions[0] !== undefined && /^v\d+$/.test(versions[0]))
      .map(({ group, kind, versions }) => `${group}/${versions[0]}/${kind}`)
      .filter((kind) => !known.has(kind));

    expect(missing).toEqual([]);
  });

  test('knows the pod in every kind that carries one', () => {
    for (const { group, kind, path } of podCarriers) {
      if (group === 'extensions') continue;
      const spec = fieldAt(group, 'v1', kind, [...path, 'spec'])?.type;
      expect(spec, `${group}/${kind}`).toMatchObject({ kind: 'object', name: 'core.v1.PodSpec' });
    }
  });
});
