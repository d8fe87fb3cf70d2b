import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyPatch, Draft, operationsOf, valueAt } from '../../src/jsonpatch/index.ts';
import type { FieldChange } from '../../src/model/index.ts';
import { type Edit, edits, mapping, pathsOf } from './documents.ts';

function make(draft: Draft, { kind, pick, value }: Edit): void {
  const paths = pathsOf(draft.root);
  const path = paths[pick % Math.max(paths.length, 1)];
  if (path === undefined) return;
  if (kind === 'append') {
    const list = draft.at(path);
    if (Array.isArray(list)) draft.add([...path, list.length], value);
  } else if (kind === 'remove') draft.remove(path);
  else draft[kind](path, value);
}

/** `op path` of each change. */
const shown = (changes: readonly FieldChange[]) =>
  operationsOf(changes).map((operation) =>
    'value' in operation
      ? `${operation.op} ${operation.path} ${JSON.stringify(operation.value)}`
      : `${operation.op} ${operation.path}`,
  );

describe('a draft', () => {
  test('leads by its changes from the document to what it became, and changes neither', () => {
    fc.assert(
      fc.property(mapping, edits, (document, list) => {
        const before = JSON.stringify(document);
        const draft = new Draft(document);
        for (const edit of list) make(draft, edit);
        const operations = operationsOf(draft.changes);

        expect(JSON.stringify(document)).toBe(before);
        expect(applyPatch(document, operations)).toEqual({ ok: true, value: draft.root });
        expect(operations.some(({ op }) => op === 'test')).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  test('made of drafts one after the other has the changes of all of them', () => {
    fc.assert(
      fc.property(mapping, edits, edits, (document, first, second) => {
        const one = new Draft(document);
        for (const edit of first) make(one, edit);
        const two = new Draft(one.root);
        for (const edit of second) make(two, edit);
        const changes = one.trace.followedBy(two.trace).changes(document, two.root);

        expect(applyPatch(document, operationsOf(changes))).toEqual({ ok: true, value: two.root });
      }),
      { numRuns: 500 },
    );
  });

  test('tells where everything was that was there, and of the rest what it is beneath', () => {
    fc.assert(
      fc.property(mapping, edits, (document, list) => {
        const draft = new Draft(document);
        for (const edit of list) make(draft, edit);
        for (const path of pathsOf(draft.root)) {
          const place = draft.trace.placeBefore(document, draft.root, path);

          expect(place.length).toBeLessThanOrEqual(path.length);
          expect(place.length === 0 || valueAt(document, place) !== undefined).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  const pod = {
    metadata: { labels: { app: 'web' } },
    spec: { containers: [{ name: 'a', image: 'x' }, { name: 'b' }, { name: 'c' }] },
  };

  test.each<[string, (draft: Draft) => void, readonly string[]]>([
    ['nothing', () => {}, []],
    [
      'an item at the head of a list',
      (draft) => draft.add(['spec', 'containers', 0], { name: 'z' }),
      ['add /spec/containers/0 {"name":"z"}'],
    ],
    [
      'an item at the end',
      (draft) => draft.add(['spec', 'containers', 3], { name: 'z' }),
      ['add /spec/containers/3 {"name":"z"}'],
    ],
    [
      'a field of an item that an insertion moved',
      (draft) => {
        draft.add(['spec', 'containers', 0], { name: 'z' });
        draft.add(['spec', 'containers', 1, 'image'], 'y');
      },
      ['add /spec/containers/0 {"name":"z"}', 'replace /spec/containers/1/image "y"'],
    ],
    [
      'what is built up in something new',
      (draft) => {
        draft.add(['metadata', 'annotations'], { a: '1' });
        draft.add(['metadata', 'annotations', 'b'], '2');
      },
      ['add /metadata/annotations {"a":"1","b":"2"}'],
    ],
    [
      'what is written twice',
      (draft) => {
        draft.add(['metadata', 'labels', 'app'], 'one');
        draft.add(['metadata', 'labels', 'app'], 'two');
      },
      ['replace /metadata/labels/app "two"'],
    ],
    [
      'what is written and taken back',
      (draft) => {
        draft.add(['metadata', 'labels', 'x'], 'one');
        draft.remove(['metadata', 'labels', 'x']);
        draft.remove(['metadata', 'labels', 'app']);
        draft.add(['metadata', 'labels', 'app'], 'web');
      },
      [],
    ],
    [
      'items that go, from the middle',
      (draft) => {
        draft.remove(['spec', 'containers', 1]);
        draft.remove(['spec', 'containers', 1]);
      },
      ['remove /spec/containers/1', 'remove /spec/containers/1'],
    ],
    [
      'an item in place of another',
      (draft) => {
        draft.remove(['spec', 'containers', 1]);
        draft.add(['spec', 'containers', 1], { name: 'y' });
      },
      ['replace /spec/containers/1 {"name":"y"}'],
    ],
    [
      'odd keys',
      (draft) => draft.add(['metadata', 'labels', 'a/b~c'], 'x'),
      ['add /metadata/labels/a~1b~0c "x"'],
    ],
  ])('of %s', (_what, edit, expected) => {
    const draft = new Draft(pod);
    edit(draft);
    expect(shown(draft.changes)).toEqual(expected);
  });

  test('takes __proto__ for a key', () => {
    const draft = new Draft({ labels: {} });
    draft.add(['labels', '__proto__'], { polluted: true });
    expect(JSON.stringify(draft.root)).toBe('{"labels":{"__proto__":{"polluted":true}}}');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(shown(draft.changes)).toEqual(['add /labels/__proto__ {"polluted":true}']);
  });

  test.each<[string, (draft: Draft) => boolean]>([
    ['beneath a text', (draft) => draft.add(['spec', 'containers', 0, 'name', 'x'], 1)],
    ['beneath nothing', (draft) => draft.add(['status', 'x'], 1)],
    ['behind the end of a list', (draft) => draft.add(['spec', 'containers', 4], 1)],
    ['by a key in a list', (draft) => draft.add(['spec', 'containers', 'x'], 1)],
    ['by an index in a mapping', (draft) => draft.add(['spec', 0], 1)],
    ['over nothing', (draft) => draft.replace(['spec', 'x'], 1)],
    ['away from nothing', (draft) => draft.remove(['spec', 'x'])],
    ['away as a whole', (draft) => draft.remove([])],
  ])('has no place %s', (_where, edit) => {
    const draft = new Draft(pod);
    expect(edit(draft)).toBe(false);
    expect(draft.changes).toEqual([]);
  });
});
