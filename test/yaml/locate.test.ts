import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Path } from '../../src/model/index.ts';
import {
  diagnose,
  expandLists,
  find,
  locate,
  locateWithin,
  type Part,
  readDocuments,
} from '../../src/yaml/index.ts';

const text = `# a comment
apiVersion: v1
kind: Pod
metadata:
  name: "web"   # the name
  labels: {app: web, 'tier': front}
  annotations:
spec:
  containers:
  - name: a
    args: [ "x", 'y y' , z ]
    image: &image registry.example/a:1
  - image: *image
    script: |
      line one
      line two
    folded: >-
      some
      words
    env: [ ]
  template: &template
    deep: {er: 1}
  other:
    <<: *template
    own: true
---
second: document
`;

function documentAt(index: number, of = text, file = 'f.yaml') {
  const document = readDocuments(file, of).documents.at(index);
  if (document === undefined) throw new Error('there is no such document');
  return document;
}

/** The text found, and where, and how many steps of the path led to it. */
function place(path: Path, part?: Part, source = documentAt(0).source): string {
  const found = find(source, path, part);
  if (found === undefined) return 'nowhere';
  const { start, end } = found.span;
  return `${start.line}:${start.column} ${source.text?.slice(start.offset, end.offset)} (${found.steps})`;
}

describe('values and keys', () => {
  test.each<[Path, Part, string]>([
    [['kind'], 'value', '3:7 Pod (1)'],
    [['kind'], 'key', '3:1 kind (1)'],
    [['metadata', 'name'], 'value', '5:9 "web" (2)'],
    [['metadata', 'labels'], 'value', "6:11 {app: web, 'tier': front} (2)"],
    [['metadata', 'labels', 'tier'], 'key', "6:22 'tier' (3)"],
    [['metadata', 'labels', 'tier'], 'value', '6:30 front (3)'],
    [['metadata', 'annotations'], 'key', '7:3 annotations (2)'],
    [['metadata', 'annotations'], 'value', '7:14  (2)'],
    [['spec', 'containers', 0, 'name'], 'value', '10:11 a (4)'],
    [['spec', 'containers', 0, 'args'], 'value', `11:11 [ "x", 'y y' , z ] (4)`],
    [['spec', 'containers', 0, 'args', 1], 'value', "11:18 'y y' (5)"],
    [['spec', 'containers', 0, 'args', 2], 'key', '11:26 z (5)'],
    [['spec', 'containers', 0, 'image'], 'value', '12:19 registry.example/a:1 (4)'],
    [['spec', 'containers', 1, 'image'], 'value', '13:12 *image (4)'],
    [['spec', 'containers', 1, 'script'], 'value', '15:7 line one\n      line two (4)'],
    [['spec', 'containers', 1, 'folded'], 'value', '18:7 some\n      words (4)'],
    [['spec', 'containers', 1, 'env'], 'value', '20:10 [ ] (4)'],
    [['spec', 'template', 'deep', 'er'], 'value', '22:16 1 (4)'],
    [['spec', 'other', 'deep', 'er'], 'value', '22:16 1 (4)'],
    [['spec', 'other', 'own'], 'value', '25:10 true (3)'],
  ])('%j, %s: %s', (path, part, expected) => {
    expect(place(path, part)).toBe(expected);
  });

  test('a block mapping reaches to its last value', () => {
    expect(place(['metadata'])).toBe(
      `5:3 name: "web"   # the name\n  labels: {app: web, 'tier': front}\n  annotations (1)`,
    );
  });

  test('further documents are placed in the whole text', () => {
    expect(place(['second'], 'value', documentAt(1).source)).toBe('27:9 document (1)');
  });
});

describe('what is not there is placed at the nearest thing above it', () => {
  test.each<[Path, string]>([
    [['spec', 'containers', 0, 'resources', 'limits'], '10:5 name: a (3)'],
    [['spec', 'containers', 7, 'image'], '9:3 containers (2)'],
    [['spec', 'containers', 0, 'args', 9], '11:5 args (4)'],
    [['metadata', 'labels', 'team'], '6:3 labels (2)'],
    [['kind', 'deeper'], '3:1 kind (1)'],
    [['status'], '2:1 apiVersion: v1 (0)'],
    [['spec', 'containers', 'name'], '9:3 containers (2)'],
    [['metadata', 0], '4:1 metadata (1)'],
  ])('%j: %s', (path, expected) => {
    expect(place(path)).toBe(expected);
  });
});

describe('JSON', () => {
  const json = '\n{\n  "a": {"b\\u0063": [1, {"d": "x\\ny"}]},\n  "e": [ ]\n}\n';

  test.each<[Path, Part, string]>([
    [['a', 'bc', 0], 'value', '3:21 1 (3)'],
    [['a', 'bc'], 'key', '3:9 "b\\u0063" (2)'],
    [['a', 'bc', 1, 'd'], 'value', '3:30 "x\\ny" (4)'],
    [['e'], 'value', '4:8 [ ] (1)'],
    [['z'], 'value', '2:1 { (0)'],
  ])('%j, %s: %s', (path, part, expected) => {
    expect(place(path, part, documentAt(0, json, 'f.json').source)).toBe(expected);
  });

  test('each value of a stream', () => {
    const stream = '{"a": 1}\n{"a": 2}\n';
    expect(place(['a'], 'value', documentAt(1, stream).source)).toBe('2:7 2 (1)');
  });
});

describe('items of lists', () => {
  const list =
    'apiVersion: v1\nkind: List\nitems:\n- kind: Pod\n  spec: {x: 1}\n- kind: List\n  apiVersion: v1\n  items: [{kind: A}, {kind: B}]\n';

  test('are documents of their own', () => {
    const items = expandLists(documentAt(0, list));
    expect(items.map(({ value }) => value)).toEqual([
      { kind: 'Pod', spec: { x: 1 } },
      { kind: 'A' },
      { kind: 'B' },
    ]);
    expect(items.map(({ source }) => source.base)).toEqual([
      ['items', 0],
      ['items', 1, 'items', 0],
      ['items', 1, 'items', 1],
    ]);
  });

  test('are placed in the whole text', () => {
    const [pod, , b] = expandLists(documentAt(0, list));
    expect(place(['spec', 'x'], 'value', pod?.source)).toBe('5:13 1 (2)');
    expect(place(['kind'], 'value', b?.source)).toBe('8:29 B (1)');
    expect(place(['nothing'], 'value', b?.source)).toBe('8:22 {kind: B} (0)');
  });

  test.each<[string, string, unknown[]]>([
    [
      'typed lists say what their items are',
      '{apiVersion: apps/v1, kind: DeploymentList, items: [{metadata: {name: a}}]}',
      [{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'a' } }],
    ],
    [
      'items that say it themselves keep it',
      '{apiVersion: v1, kind: PodList, items: [{apiVersion: v2, kind: X}]}',
      [{ apiVersion: 'v2', kind: 'X' }],
    ],
    ['a list without items is empty', '{apiVersion: v1, kind: List}', []],
    ['a list of null is empty', '{apiVersion: v1, kind: List, items: null}', []],
    ['other kinds are themselves', '{kind: WishList, spec: {}}', [{ kind: 'WishList', spec: {} }]],
    ['a field called items is no list', '{kind: ConfigMap, items: [1]}', [{ kind: 'ConfigMap', items: [1] }]],
    ['items are as they are', '{apiVersion: v1, kind: List, items: [1, null]}', [1, null]],
  ])('%s', (_, yaml, expected) => {
    expect(expandLists(documentAt(0, yaml)).map(({ value }) => value)).toEqual(expected);
  });
});

describe('parts of a text value', () => {
  /** The part of `k` at which `def` stands in its value, as it is written. */
  function part(text: string, file?: string): string | undefined {
    const { value, source } = documentAt(0, text, file);
    const offset = (value as { k: string }).k.indexOf('def');
    const span = locateWithin(source, ['k'], offset, 3);
    return (
      span && `${span.start.line}:${span.start.column} ${text.slice(span.start.offset, span.end.offset)}`
    );
  }

  test.each([
    ['plain', 'k: abc def ghi', '1:8 def'],
    ['in quotes', 'k: "abc def"', '1:9 def'],
    ['in single quotes', "k: 'abc def'", '1:9 def'],
    ['behind escapes', 'k: "\\t\\x41\\u0041\\U0001F600\\"def"', '1:29 def'],
    ['behind doubled quotes', "k: 'a''b''def'", '1:11 def'],
    ['a literal block', 'k: |\n  abc\n    {\n\n  x def\n', '5:5 def'],
    ['a literal block indented further', 'k: |2\n    abc\n    def\n', '3:5 def'],
    ['a literal block with CRLF', 'k: |-\r\n  abc\r\n  def\r\n', '3:3 def'],
    ['a folded block', 'k: >-\n  abc\n  x def\n\n  ghi\n', '3:5 def'],
    ['a folded block indented further', 'k: >-\n  abc\n    x def\n  ghi\n', '3:7 def'],
    ['plain over lines', 'k: abc\n  x\n\n  y def\n', '4:5 def'],
    ['single quotes over lines', "k: 'abc\n  def'", "1:4 'abc\n  def'"],
    ['an alias', 'x: &a abc def\nk: *a\n', '1:11 def'],
  ])('%s', (_, text, expected) => {
    expect(part(text)).toBe(expected);
  });

  test('in JSON, behind escapes too', () => {
    expect(part('{"k": "abc def"}', 'x.json')).toBe('1:12 def');
    expect(part('{"k": "\\t\\u0041\\"def"}', 'x.json')).toBe('1:18 def');
  });

  test('of a value that is not there the whole of what is', () => {
    expect(locateWithin(documentAt(0, 'a: abc').source, ['b'], 4, 3)).toMatchObject({
      start: { column: 1 },
      end: { column: 7 },
    });
  });

  test('an empty part is a point, at the end too', () => {
    const { source } = documentAt(0, 'k: |\n  ab\n');
    expect(locateWithin(source, ['k'], 1, 0)).toMatchObject({
      start: { line: 2, column: 4 },
      end: { line: 2, column: 4 },
    });
    expect(locateWithin(source, ['k'], 99, 5)).toMatchObject({
      start: { line: 2, column: 5 },
      end: { line: 2 },
    });
  });

  test.each(['|', '>', '|-', '>-', ''])(
    'any words, written with `%s`, are found where they stand',
    (header) => {
      const word = fc.stringMatching(/^[a-z(][a-z)!.]{0,5}$/);
      const line = fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join(' '));
      fc.assert(
        fc.property(fc.array(line, { minLength: 1, maxLength: 5 }), fc.nat(), (lines, seed) => {
          const text = `k: ${header}\n${lines.map((each) => `  ${each}\n`).join('')}`;
          const { value, source } = documentAt(0, text);
          const content = (value as { k: string }).k;
          const offset = seed % content.length;
          const span = locateWithin(source, ['k'], offset, 1);
          if (/\s/.test(content.charAt(offset))) return;
          expect(text.slice(span?.start.offset, span?.end.offset)).toBe(content.charAt(offset));
          const before = content.slice(0, offset).replaceAll(/\s/g, '').length;
          expect(text.slice(text.indexOf('\n'), span?.start.offset).replaceAll(/\s/g, '').length).toBe(
            before,
          );
        }),
      );
    },
  );
});

describe('without a place', () => {
  test('a source without text has none', () => {
    expect(locate({ file: 'cluster', index: 0 }, ['a'])).toBeUndefined();
    expect(locateWithin({ file: 'cluster', index: 0 }, ['a'], 0, 1)).toBeUndefined();
  });

  test('nor has a document that is not in the text', () => {
    expect(locate({ file: 'f', text: 'a: 1', index: 5 }, ['a'])).toBeUndefined();
  });

  test('a diagnostic says the file, and the path in it', () => {
    const problem = { code: 'AB1301', message: 'm', path: ['a'] } as const;
    expect(diagnose(problem, { file: 'cluster', index: 0 })).toEqual({
      code: 'AB1301',
      severity: 'error',
      message: 'm',
      file: 'cluster',
      path: ['a'],
    });
    expect(
      diagnose(
        { ...problem, offset: 1, length: 1, help: 'h', severity: 'warning' },
        { file: 'f', text: 'a: xyz', index: 0 },
      ),
    ).toEqual({
      code: 'AB1301',
      severity: 'warning',
      message: 'm',
      help: 'h',
      file: 'f',
      span: { start: { line: 1, column: 5, offset: 4 }, end: { line: 1, column: 6, offset: 5 } },
    });
  });
});

test('lines end at CRLF, LF and CR', () => {
  const source = documentAt(0, 'a: 1\r\nb: 2\rc: 3\nd: 4').source;
  expect(['a', 'b', 'c', 'd'].map((key) => locate(source, [key])?.start)).toMatchObject([
    { line: 1, column: 4 },
    { line: 2, column: 4 },
    { line: 3, column: 4 },
    { line: 4, column: 4 },
  ]);
});

describe('lists of a hundred thousand', () => {
  const count = 100_000;

  test.each([
    ['JSON', `{"items":[${'{"a":1},'.repeat(count)}{}]}`, (index: number) => 10 + 8 * index],
    ['YAML', `items:\n${'- a: 1\n'.repeat(count)}`, (index: number) => 9 + 7 * index],
  ])('have every item of %s found, without going through those before it', (_form, long, startOf) => {
    const { source } = documentAt(0, long, 'long');
    const misplaced: number[] = [];
    for (let index = 0; index < count; index++) {
      if (locate(source, ['items', index])?.start.offset !== startOf(index)) misplaced.push(index);
    }
    expect(misplaced).toEqual([]);
    expect(find(source, ['items', count + 1])?.steps).toBe(1);
  });
});
