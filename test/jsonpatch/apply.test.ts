import { describe, expect, test } from 'vitest';
import { applyPatch, formatPointer, parsePointer } from '../../src/jsonpatch/index.ts';
import type { PatchOperation } from '../../src/model/index.ts';

/** The examples of RFC 6902, appendix A, and what else its text says. */
describe('a JSON patch', () => {
  test.each<[string, unknown, readonly PatchOperation[], unknown]>([
    ['adds a member', { a: 1 }, [{ op: 'add', path: '/b', value: 2 }], { a: 1, b: 2 }],
    ['replaces by adding', { a: 1 }, [{ op: 'add', path: '/a', value: 2 }], { a: 2 }],
    ['inserts an item', ['a', 'c'], [{ op: 'add', path: '/1', value: 'b' }], ['a', 'b', 'c']],
    ['appends an item', ['a'], [{ op: 'add', path: '/-', value: 'b' }], ['a', 'b']],
    ['appends by the length', ['a'], [{ op: 'add', path: '/1', value: 'b' }], ['a', 'b']],
    ['replaces all', { a: 1 }, [{ op: 'add', path: '', value: 2 }], 2],
    ['removes a member', { a: 1, b: 2 }, [{ op: 'remove', path: '/b' }], { a: 1 }],
    ['removes an item', ['a', 'b'], [{ op: 'remove', path: '/0' }], ['b']],
    ['replaces a value', { a: [1] }, [{ op: 'replace', path: '/a/0', value: 2 }], { a: [2] }],
    [
      'moves a value',
      { a: { b: 1 }, c: {} },
      [{ op: 'move', from: '/a/b', path: '/c/d' }],
      { a: {}, c: { d: 1 } },
    ],
    ['moves an item', ['a', 'b', 'c'], [{ op: 'move', from: '/0', path: '/2' }], ['b', 'c', 'a']],
    ['copies a value', { a: [1] }, [{ op: 'copy', from: '/a', path: '/b' }], { a: [1], b: [1] }],
    [
      'goes on where a test succeeds',
      { a: [1, { b: 2 }] },
      [
        { op: 'test', path: '/a', value: [1, { b: 2 }] },
        { op: 'remove', path: '/a' },
      ],
      {},
    ],
    [
      'escapes',
      { 'a/b': 1, 'c~d': 2 },
      [
        { op: 'remove', path: '/a~1b' },
        { op: 'remove', path: '/c~0d' },
      ],
      {},
    ],
    ['takes ~01 for ~1', { '~1': 1 }, [{ op: 'remove', path: '/~01' }], {}],
    ['knows the empty key', { '': 1 }, [{ op: 'remove', path: '/' }], {}],
  ])('%s', (_what, document, operations, expected) => {
    const before = structuredClone(document);
    expect(applyPatch(document, operations)).toEqual({ ok: true, value: expected });
    expect(document).toEqual(before);
  });

  test.each<[string, unknown, PatchOperation, string]>([
    ['a test that fails', { a: 1 }, { op: 'test', path: '/a', value: '1' }, 'is not what it is tested for'],
    ['a missing parent', {}, { op: 'add', path: '/a/b', value: 1 }, 'there is no place for `/a/b`'],
    ['nothing to remove', {}, { op: 'remove', path: '/a' }, 'there is nothing at `/a`'],
    ['nothing to replace', {}, { op: 'replace', path: '/a', value: 1 }, 'there is nothing at `/a`'],
    ['nothing to copy', {}, { op: 'copy', from: '/a', path: '/b' }, 'there is nothing at `/a`'],
    [
      'a move into itself',
      { a: {} },
      { op: 'move', from: '/a', path: '/a/b' },
      'cannot be moved into itself',
    ],
    ['an index with a zero before it', ['a', 'b'], { op: 'remove', path: '/01' }, 'by what is no index'],
    ['an index beyond the end', ['a'], { op: 'add', path: '/3', value: 1 }, 'there is no place'],
    ['what a prototype has', {}, { op: 'remove', path: '/constructor' }, 'there is nothing at'],
    ['a pointer that is none', {}, { op: 'remove', path: 'a' }, 'begins with `/`'],
    ['an escape that is none', {}, { op: 'remove', path: '/a~2' }, '`~0`'],
  ])('fails for %s, and changes nothing', (_what, document, operation, message) => {
    const all: readonly PatchOperation[] = Array.isArray(document)
      ? [{ op: 'add', path: '/0', value: 0 }, operation]
      : [{ op: 'add', path: '/new', value: 0 }, operation];
    const before = structuredClone(document);
    const applied = applyPatch(document, all);

    expect(applied).toMatchObject({ ok: false, index: 1, failedTest: operation.op === 'test' });
    expect(applied.ok ? '' : applied.message).toContain(message);
    expect(document).toEqual(before);
  });

  test('copies share nothing that could change with them', () => {
    const applied = applyPatch({ a: { b: [1] } }, [
      { op: 'copy', from: '/a', path: '/c' },
      { op: 'add', path: '/c/b/-', value: 2 },
      { op: 'add', path: '/a/b/0', value: 0 },
    ]);
    expect(applied).toEqual({ ok: true, value: { a: { b: [0, 1] }, c: { b: [1, 2] } } });
  });
});

test('a pointer is read as it is written', () => {
  const path = ['a/b', '~1', '', 'c'];
  expect(formatPointer(path)).toBe('/a~1b/~01//c');
  expect(parsePointer(formatPointer(path))).toEqual(path);
});
