import { describe, expect, test } from 'vitest';
import type { Diagnostic } from '../../src/model/index.ts';
import { readDocuments } from '../../src/yaml/index.ts';

const read = (text: string, file = 'x.yaml') => readDocuments(file, text);
const values = (text: string, file?: string) => read(text, file).documents.map(({ value }) => value);

/** `code line:column text` of each diagnostic. */
function problems(text: string, file?: string): string[] {
  return read(text, file).diagnostics.map(({ code, span }: Diagnostic) => {
    const shown = text.slice(span?.start.offset, span?.end.offset);
    return `${code} ${span?.start.line}:${span?.start.column} ${JSON.stringify(shown)}`;
  });
}

describe('documents of a text', () => {
  test.each<[string, string, unknown[]]>([
    ['one', 'a: 1\n', [{ a: 1 }]],
    ['several', 'a: 1\n---\nb: 2\n---\nc: 3\n', [{ a: 1 }, { b: 2 }, { c: 3 }]],
    ['a marker first and last', '---\na: 1\n---\n', [{ a: 1 }]],
    ['content and comments on the marker', '--- {a: 1}\n--- # two\nb: 2\n', [{ a: 1 }, { b: 2 }]],
    ['an end marker', 'a: 1\n...\nb: 2\n...\n', [{ a: 1 }, { b: 2 }]],
    ['directives', '%YAML 1.1\n---\na: yes\n...\n%YAML 1.1\n---\nb: 1\n', [{ a: true }, { b: 1 }]],
    ['markers inside a block end it', 'a: |\n  x\n---\nb: 1\n', [{ a: 'x\n' }, { b: 1 }]],
    [
      'what only looks like a marker',
      'a: x---\nb: |\n  ---\n  ...\nc: ---x\n',
      [{ a: 'x---', b: '---\n...\n', c: '---x' }],
    ],
    ['nothing', '', []],
    ['blanks', ' \n\t\n', []],
    ['comments only', '# a\n---\n# b\n', []],
    ['empty documents', '---\n---\nnull\n---\n~\n---\na: 1\n', [{ a: 1 }]],
    ['a byte order mark', '\uFEFFa: 1\n', [{ a: 1 }]],
    ['a byte order mark before a marker', '\uFEFF---\na: 1\n---\nb: 2\n', [{ a: 1 }, { b: 2 }]],
    ['a byte order mark before JSON', '\uFEFF{"a": 1}', [{ a: 1 }]],
    ['CRLF', 'a: 1\r\nb:\r\n  - x\r\n---\r\nc: |\r\n  y\r\n  z\r\n', [{ a: 1, b: ['x'] }, { c: 'y\nz\n' }]],
    ['tabs where they may stand', 'a:\tb\n', [{ a: 'b' }]],
    ['a replaced character', 'a: \uFFFD\n', [{ a: '\uFFFD' }]],
    ['text and lists', 'x\n---\n- a\n', ['x', ['a']]],
    ['JSON', '{"a": [1, "x", null, true, 1.5], "b": {}}', [{ a: [1, 'x', null, true, 1.5], b: {} }]],
    ['JSON with markers', '{"a": 1}\n---\n{"b": 2}\n---\nc: 3\n', [{ a: 1 }, { b: 2 }, { c: 3 }]],
    ['a stream of JSON', '{"a": 1}\n{"b": 2} {"c": "}{"}[3]\n', [{ a: 1 }, { b: 2 }, { c: '}{' }, [3]]],
    ['braces that are YAML', '{a: 1, "b": yes}\n', [{ a: 1, b: true }]],
  ])('%s', (_, text, expected) => {
    expect(read(text).diagnostics).toEqual([]);
    expect(values(text)).toEqual(expected);
  });

  test('each knows which of the text it is', () => {
    const { documents } = read('---\n---\na: 1\n---\nb: 2\n', 'f.yaml');
    expect(documents.map(({ source }) => source.index)).toEqual([1, 2]);
    expect(documents[0]?.source).toMatchObject({ file: 'f.yaml', text: '---\n---\na: 1\n---\nb: 2\n' });
  });

  test('numbers of JSON are those of YAML', () => {
    const text = '{"a":1.0,"b":1e3,"c":9007199254740993,"d":1.5,"e":-0,"f":[2.0]}';
    expect(values(text)).toEqual([{ a: 1, b: 1000, c: 9007199254740993n, d: 1.5, e: 0, f: [2] }]);
    expect(values(text.replaceAll(':', ': '), 'x.yaml')).toEqual(values(text));
  });
});

describe('aliases and merges', () => {
  test.each<[string, string, unknown]>([
    ['an alias', 'a: &x {b: 1}\nc: *x\n', { a: { b: 1 }, c: { b: 1 } }],
    ['an alias as key', '&a b: *a\n', { b: 'b' }],
    ['an anchor given anew', 'a: &x 1\nb: &x 2\nc: *x\n', { a: 1, b: 2, c: 2 }],
    ['a merge', 'b: &b {x: 1, z: 2}\nc: {<<: *b, x: 3}\n', { b: { x: 1, z: 2 }, c: { x: 3, z: 2 } }],
    [
      'a merge behind keys takes them over, as in go-yaml',
      'b: &b {x: 1}\nc: {x: 3, <<: *b}\n',
      { b: { x: 1 }, c: { x: 1 } },
    ],
    ['a merge of several', 'c: {<<: [{x: 1}, {x: 5, w: 6}], z: 3}\n', { c: { x: 1, w: 6, z: 3 } }],
    ['two merges', 'a: {<<: {b: 1}, <<: {b: 2}}\n', { a: { b: 2 } }],
    ['a merge in quotes is a key', 'c: {"<<": {a: 1}}\n', { c: { '<<': { a: 1 } } }],
  ])('%s', (_, text, expected) => {
    expect(read(text).diagnostics).toEqual([]);
    expect(values(text)).toEqual([expected]);
  });

  test.each([
    ['a: *b\n', 'AB1007 1:4 "*b"'],
    ['a: &a [*a]\n', 'AB1007 1:8 "*a"'],
    ['a: &a {b: {<<: *a}}\n', 'AB1007 1:16 "*a"'],
    ['<<: 1\n', 'AB1007 1:1 "<<"'],
    ['<<: 1e30\n', 'AB1007 1:1 "<<"'],
    ['c: {<<: [1]}\n', 'AB1007 1:5 "<<"'],
    ['a: &x 1\n---\nb: *x\n', 'AB1007 3:4 "*x"'],
  ])('%j: %s', (text, problem) => {
    expect(problems(text)).toEqual([problem]);
  });
});

describe('what is wrong is named and placed', () => {
  test.each<[string, string[]]>([
    ['a: b\n\tc: d\n', ['AB1001 2:1 "\\t"']],
    ['a: [1\n', ['AB1001 2:1 ""']],
    ['a: "x\n', ['AB1001 2:1 ""']],
    ['a: b: c\n', ['AB1001 1:5 ":"']],
    ['a: @b\n', ['AB1001 1:4 "@"']],
    ['a: "\\q"\n', ['AB1001 1:6 "q"']],
    ['a: \u0001\n', ['AB1001 1:4 "\\u0001"']],
    ['a: \0\n', ['AB1001 1:4 "\\u0000"']],
    ['a: 1\nb: 2\na: 3\n', ['AB1003 3:1 "a"']],
    ['a: 1\n"a": 2\n', ['AB1003 2:1 "\\"a\\""']],
    ['a: 1\nb: {c: 1, c: 2, c: 3}\na: 4\n', ['AB1003 2:11 "c"', 'AB1003 2:17 "c"', 'AB1003 3:1 "a"']],
    ['"1": a\n1: b\n', ['AB1003 2:1 "1"']],
    ['a: .inf\nb: [.nan]\n', ['AB1004 1:4 ".inf"', 'AB1004 2:5 ".nan"']],
  ])('%j: %j', (text, expected) => {
    expect(problems(text)).toEqual(expected);
  });

  test.each<[string, string]>([
    ['{"a": 1,}', 'AB1002 1:9 "}"'],
    ['{"a" 1}', 'AB1002 1:6 "1"'],
    ['{"a": 1\n "b": 2}', 'AB1002 2:2 "\\""'],
    ['{"a": tru}', 'AB1002 1:7 "tru"'],
    ['{"a": 01}', 'AB1002 1:7 "01"'],
    ["{'a': 1}", 'AB1002 1:2 "\'"'],
    ['{"a": "\\q"}', 'AB1002 1:8 "\\\\q"'],
    ['{"a": "b\nc"}', 'AB1002 1:9 "\\n"'],
    ['{"a": 1', 'AB1002 1:8 ""'],
    ['{"a": "b', 'AB1002 1:7 "\\""'],
    ['{"a": 1} x', 'AB1002 1:10 "x"'],
  ])('%j as JSON: %s', (text, expected) => {
    expect(problems(text, 'x.json')).toEqual([expected]);
  });

  test('JSON in a file of another name is told as JSON too', () => {
    expect(problems('{"a": 1\n "b": 2}', '-')).toEqual(['AB1002 2:2 "\\""']);
    expect(problems('{a: 1\n b: 2}', '-')).toEqual(['AB1001 2:3 ":"']);
  });

  test('a broken document hides no other', () => {
    const text = 'a: 1\n---\nb: [\n---\nc: 3\n---\nd: 4\nd: 5\n---\ne: 6\n';
    expect(values(text)).toEqual([{ a: 1 }, { c: 3 }, { e: 6 }]);
    expect(problems(text)).toEqual(['AB1001 4:1 ""', 'AB1003 8:1 "d"']);
  });

  test('more than a hundred problems are counted', () => {
    const { diagnostics } = read('a: .nan\n---\n'.repeat(150));
    expect(diagnostics).toHaveLength(101);
    expect(diagnostics.at(-1)).toMatchObject({ code: 'AB1117', message: '50 more problems are not shown' });
  });
});

describe('hostile texts', () => {
  test('keys that objects inherit are plain keys', () => {
    for (const text of [
      '__proto__: {admin: true}\nconstructor: 1\n',
      '{"__proto__": {"admin": true}, "constructor": 1}',
    ]) {
      const [value] = values(text) as [{ admin?: boolean }];
      expect(Object.keys(value)).toEqual(['__proto__', 'constructor']);
      expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
      expect(value.admin).toBeUndefined();
    }
    const [merged] = values('a: {<<: {__proto__: {admin: true}}}\n') as [{ a: { admin?: boolean } }];
    expect(merged.a.admin).toBeUndefined();
    expect(problems('__proto__: 1\n__proto__: 2\n')).toEqual(['AB1003 2:1 "__proto__"']);
  });

  test('aliases that multiply are counted before they are followed', () => {
    const laughs = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let level = 1; level < 30; level++) {
      laughs.push(`a${level}: &a${level} [${`*a${level - 1},`.repeat(10)}]`);
    }
    const { documents, diagnostics } = read(laughs.join('\n'));
    expect(documents).toEqual([]);
    expect(diagnostics.map(({ code }) => code)).toEqual(['AB1006']);
  });

  test('merges that multiply are counted too', () => {
    const wide = Array.from({ length: 1000 }, (_, index) => `k${index}: 1`).join(', ');
    const text = `a: &a {${wide}}\nb: [${'{<<: *a},'.repeat(200)}]\n`;
    expect(read(text).diagnostics.at(0)).toMatchObject({ code: 'AB1006' });
  });

  test.each([
    ['YAML', '['.repeat(200) + ']'.repeat(200), 'x.yaml'],
    ['JSON', `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`, 'x.json'],
    ['JSON that ends too soon', '{"a":'.repeat(50_000), 'x.json'],
    ['JSON of lists', '['.repeat(200_000) + ']'.repeat(200_000), 'x.json'],
    ['block lists', `${'- '.repeat(200)}x`, 'x.yaml'],
    [
      'aliases',
      `a: &a ${'['.repeat(60)}${']'.repeat(60)}\nb: ${'['.repeat(60)}*a${']'.repeat(60)}\n`,
      'x.yaml',
    ],
  ])('nested too deeply: %s', (_, text, file) => {
    expect(read(text, file)).toMatchObject({ documents: [], diagnostics: [{ code: 'AB1005' }] });
  });

  test('a hundred levels are read', () => {
    expect(read('['.repeat(99) + ']'.repeat(99)).diagnostics).toEqual([]);
    expect(read(`${'{"a":'.repeat(99)}1${'}'.repeat(99)}`).diagnostics).toEqual([]);
  });

  test('too long a text is not read', () => {
    expect(read(' '.repeat(64 * 1024 * 1024 + 1))).toMatchObject({
      documents: [],
      diagnostics: [{ code: 'AB1006' }],
    });
  });
});
