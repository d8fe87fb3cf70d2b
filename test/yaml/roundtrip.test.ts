import fc from 'fast-check';
import { dump } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import type { Path } from '../../src/model/index.ts';
import { find, readDocuments } from '../../src/yaml/index.ts';

// js-yaml leaves some texts without quotes that go-yaml takes for numbers, such as `0X1` and `+_1`.
const text = fc.string({ maxLength: 6 }).map((value) => (/^[-+.0-9]/.test(value) ? `x${value}` : value));
const key = fc.oneof(
  fc.stringMatching(/^[a-z]{1,4}$/),
  text,
  fc.constantFrom('y', 'on', '1', '1.0', '__proto__', '<<', 'a b: c', '#'),
);
const scalar = fc.oneof(
  text,
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc
    .double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 })
    .map((value) => (Object.is(value, -0) ? 0 : value)),
  fc.constantFrom(
    'yes',
    '0644',
    '1_000',
    '~',
    '.inf',
    '2001-01-01',
    ' x',
    'x ',
    'a\n b\n\n',
    '- a',
    '{',
    '0o7',
    '1e3',
    '\t',
  ),
);
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    scalar,
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.dictionary(key, tie('tree'), { maxKeys: 4 }),
  ),
}));

/** Every way from the root of a value to a value in it. */
function* pathsIn(value: unknown, path: Path = []): Generator<Path> {
  yield path;
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value))
    for (const [index, item] of value.entries()) yield* pathsIn(item, [...path, index]);
  else for (const [name, item] of Object.entries(value)) yield* pathsIn(item, [...path, name]);
}

/** The text where something was found. */
function textAt(
  text: string,
  source: { text?: string; file: string; index: number },
  path: Path,
  part: 'key' | 'value',
): string {
  const found = find(source, path, part);
  expect(found?.steps).toBe(path.length);
  return text.slice(found?.span.start.offset, found?.span.end.offset);
}

const writers: readonly (readonly [string, (value: unknown) => string])[] = [
  ['JSON', (value) => JSON.stringify(value)],
  ['indented JSON', (value) => JSON.stringify(value, null, 2)],
  ['block YAML', (value) => dump(value, { noRefs: true })],
  ['flow YAML', (value) => dump(value, { noRefs: true, flowLevel: 0 })],
  [
    'quoted YAML',
    (value) => dump(value, { noRefs: true, forceQuotes: true, quoteStyle: 'double', lineWidth: 20 }),
  ],
];

describe.each(writers)('what is written as %s', (_, write) => {
  test('is read as it was, and every value in it is found', () => {
    fc.assert(
      fc.property(fc.dictionary(key, tree, { maxKeys: 5 }), (value) => {
        const text = `# first\n---\nx: y\n---\n${write(value)}\n---\nlast: 1\n`;
        const { documents, diagnostics } = readDocuments('x.yaml', text);
        expect(diagnostics).toEqual([]);
        const document = documents[1];
        expect(document?.value).toEqual(value);
        if (document === undefined) return;
        for (const path of pathsIn(value)) {
          const written = textAt(text, document.source, path, 'value');
          const [name] = path.slice(-1);
          if (typeof name === 'string') {
            const [again] = readDocuments(
              'x.yaml',
              `? ${textAt(text, document.source, path, 'key')}\n`,
            ).documents;
            expect(Object.keys(again?.value ?? {})).toEqual([name]);
          }
          if (typeof at(value, path) !== 'string' || /[\r\n]/.test(written)) continue;
          expect(readDocuments('x.yaml', `- ${written}\n`).documents[0]?.value).toEqual([at(value, path)]);
        }
      }),
      { numRuns: 150 },
    );
  });
});

function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (current, segment) => Object.getOwnPropertyDescriptor(current, segment)?.value,
    value,
  );
}
