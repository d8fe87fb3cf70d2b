import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defaulted } from '../../src/defaulting/index.ts';
import { Double } from '../../src/json/index.ts';
import { builtinKinds } from '../../src/kinds/index.ts';
import type { GroupVersionKind, JsonObject } from '../../src/model/index.ts';
import { definition, definitionName, type FieldType } from '../../src/openapi/index.ts';
import { freeze } from './objects.ts';

const kinds: readonly GroupVersionKind[] = builtinKinds.flatMap(({ group, kind, versions }) =>
  versions.map((version) => ({ group, version, kind })),
);

/** Anything that JSON can hold, and what stands for numbers that plain JSON.parse would lose. */
const anything = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom<unknown>(
      null,
      '',
      0,
      -1,
      0.5,
      1e300,
      false,
      true,
      '1Gi',
      'Container',
      2n ** 60n,
      new Double(1),
    ),
    fc.string({ maxLength: 5 }),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(
      fc.constantFrom('__proto__', 'constructor', 'a', 'spec', 'name', 'limits', 'cpu'),
      tie('value'),
      {
        maxKeys: 3,
        noNullPrototype: true,
      },
    ),
  ),
})).value;

/** An object that has the fields of its kind, with values of their types or of any other. */
function like(name: string, depth: number): fc.Arbitrary<JsonObject> {
  const { field, fieldNames } = definition(name);
  const entries = fieldNames.map((key) => {
    const type = field(key)?.type;
    const fitting = type === undefined || depth > 6 ? anything : ofType(type, depth);
    return [key, fc.oneof({ weight: 9, arbitrary: fitting }, { weight: 1, arbitrary: anything })] as const;
  });
  return fc.record(Object.fromEntries(entries), { requiredKeys: [] });
}

function ofType(type: FieldType, depth: number): fc.Arbitrary<unknown> {
  switch (type.kind) {
    case 'object':
      return fc.constant(null).chain(() => like(type.name, depth + 1));
    case 'list':
      return fc.array(ofType(type.element, depth + 1), { maxLength: 2 });
    case 'map':
      return fc.dictionary(
        fc.constantFrom('cpu', 'memory', 'hugepages-2Mi', '__proto__'),
        ofType(type.value, depth + 1),
        {
          maxKeys: 3,
          noNullPrototype: true,
        },
      );
    case 'boolean':
      return fc.boolean();
    case 'quantity':
      return fc.constantFrom<unknown>('0', '1', '0.5', '1.5Gi', '1n', 1, 0.1, '1e3', '100u', 'x');
    default:
      return type.enum === undefined ? anything : fc.constantFrom(...type.enum);
  }
}

const carrier = fc.constantFrom(...kinds).chain((kind) => {
  const name = definitionName(kind.group, kind.version, kind.kind);
  const fitting = name === undefined ? fc.constant<JsonObject>({}) : like(name, 0);
  return fc.record({
    kind: fc.constant(kind),
    object: fc.oneof(
      fitting,
      anything.map((value) => ({ spec: value, metadata: value, status: value })),
    ),
    operation: fc.constantFrom('CREATE', 'UPDATE'),
  });
});

describe('any object of any built-in kind', () => {
  test('is filled in once and for all, and not changed', () => {
    fc.assert(
      fc.property(carrier, ({ kind, object, operation }) => {
        freeze(object);
        const once = defaulted(object, kind, operation as 'CREATE');
        const twice = defaulted(once, kind, operation as 'CREATE');
        expect(twice).toEqual(once);
      }),
      { numRuns: 3000 },
    );
  });

  test('keeps the places of its lists', () => {
    fc.assert(
      fc.property(carrier, ({ kind, object }) => {
        const lists = listsOf(defaulted(object, kind, 'UPDATE'));
        for (const [path, length] of listsOf(object)) {
          if (lists.has(path)) expect(lists.get(path)).toBe(length);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

/** The lengths of all lists that are not empty, by their paths. */
function listsOf(value: unknown, path = '', found = new Map<string, number>()): ReadonlyMap<string, number> {
  if (Array.isArray(value)) {
    if (value.length > 0) found.set(path, value.length);
    for (const [index, item] of value.entries()) listsOf(item, `${path}/${index}`, found);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) listsOf(item, `${path}/${key}`, found);
  }
  return found;
}

describe('a hostile object', () => {
  const crd = { group: 'apiextensions.k8s.io', version: 'v1', kind: 'CustomResourceDefinition' };

  test('nested deeper than the call stack is left alone below', () => {
    let schema: JsonObject = {};
    for (let depth = 0; depth < 100_000; depth++) schema = { not: schema };
    const versions = [{ name: 'v1', schema: { openAPIV3Schema: schema } }];
    expect(() => defaulted({ spec: { versions } }, crd, 'CREATE')).not.toThrow();
  });

  test('cannot reach the prototype of anything', () => {
    const text = '{"metadata": {"labels": {"__proto__": null, "a": null}}, "__proto__": {"polluted": true}}';
    const made = defaulted(JSON.parse(text), { group: '', version: 'v1', kind: 'ConfigMap' }, 'CREATE');
    expect(JSON.stringify(made)).toBe('{"metadata":{"labels":{"__proto__":"","a":""}}}');
    expect(Object.getPrototypeOf(made)).toBe(Object.prototype);
    expect({}).not.toHaveProperty('polluted');
  });

  test('with many unknown keys takes time in proportion to them', () => {
    const object = Object.fromEntries(Array.from({ length: 200_000 }, (_, index) => [`k${index}`, index]));
    expect(defaulted(object, { group: '', version: 'v1', kind: 'ConfigMap' }, 'CREATE')).toEqual({
      metadata: {},
    });
  });
});
