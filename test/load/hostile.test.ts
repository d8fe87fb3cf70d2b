import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compile, vocabulary } from '../../src/compile/index.ts';
import { load } from '../../src/load/index.ts';
import type { Diagnostic } from '../../src/model/index.ts';

const folder = join(import.meta.dirname, '../../policies');
const policies = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('policy.yaml'))
  .map((file) => readFileSync(join(folder, file), 'utf8'));

/** Loads and compiles a text, and holds what comes of it to what is promised of every text. */
function judge(text: string, file: string): readonly Diagnostic[] {
  const loaded = load([{ file, text }], vocabulary);
  const { diagnostics } = compile(loaded);
  const all = [...loaded.diagnostics, ...diagnostics];
  for (const { message, span, help, code } of all) {
    expect(message).toMatch(/^\P{Lu}/u);
    expect(`${message}${help}`).not.toMatch(/\p{Cc}/u);
    if (code === 'AB1117') continue;
    const [start, end] = [span?.start, span?.end];
    expect(start?.offset).toBeGreaterThanOrEqual(0);
    expect(end?.offset).toBeGreaterThanOrEqual(start?.offset ?? 0);
    expect(end?.offset).toBeLessThanOrEqual(text.length);
    expect(start?.line).toBe((text.slice(0, start?.offset).match(/\r\n|\r(?!\n)|\n/g) ?? []).length + 1);
  }
  return all;
}

/** Stands for any piece of a policy document, sound or not. */
const scraps = fc.oneof(
  fc.constantFrom(
    ...[
      'apiVersion: abatis.dev/v1alpha1\n',
      'kind: Policy\n',
      'metadata:\n',
      '  name: a\n',
      'spec:\n',
      '  rules:\n',
      '    - name: r\n',
    ],
    ...[
      '      require: a\n',
      '      each: "$..x"\n',
      '      schema: {type: object}\n',
      '      message: "{{ item.x }}"\n',
      '---\n',
      '...\n',
    ],
    ...[
      '&a ',
      '*a',
      '<<: *a\n',
      '!!int ',
      '? ',
      '- ',
      ': ',
      '{',
      '}',
      '[',
      ']',
      '"',
      "'",
      '|\n',
      '>-\n',
      '#',
      '\t',
      '\r\n',
      '\r',
      '\uFEFF',
    ],
    ...[
      '__proto__',
      'constructor',
      '.nan',
      '1e999',
      '0x',
      '\0',
      '\uD800',
      '\u2028',
      '%YAML 1.2\n',
      '@',
      '`',
      '{{',
      '}}',
      '$[?(@.a',
      '!',
    ],
  ),
  fc.string({ unit: 'binary', maxLength: 8 }),
);

/** A sound policy in which pieces are cut out, doubled or replaced. */
const mutated = fc
  .tuple(
    fc.constantFrom(...policies),
    fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(30), scraps, fc.boolean()), {
      minLength: 1,
      maxLength: 6,
    }),
  )
  .map(([policy, edits]) =>
    edits.reduce((text, [place, length, scrap, doubled]) => {
      const at = Math.floor(place * text.length);
      const kept = doubled ? text.slice(at, at + length) : '';
      return `${text.slice(0, at)}${kept}${scrap}${kept}${text.slice(at + length)}`;
    }, policy),
  );

describe('whatever the text, loading ends, with every problem inside the text', () => {
  test.each(['p.yaml', 'p.json', '-'])('random bytes, as %s', (file) => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        judge(new TextDecoder().decode(bytes), file);
      }),
      { numRuns: 300 },
    );
  });

  test.each(['p.yaml', 'p.json'])('scraps of policies, as %s', (file) => {
    fc.assert(
      fc.property(fc.array(scraps, { maxLength: 30 }), (parts) => {
        judge(parts.join(''), file);
      }),
      { numRuns: 500 },
    );
  });

  test('mutated policies', () => {
    fc.assert(
      fc.property(mutated, (text) => {
        judge(text, 'p.yaml');
      }),
      { numRuns: 800 },
    );
  });

  test('any JSON in place of any part', () => {
    const sound = { apiVersion: 'abatis.dev/v1alpha1', kind: 'Policy', metadata: { name: 'a' } };
    const parts = [
      'metadata',
      'spec',
      'match',
      'rules',
      'rule',
      'require',
      'schema',
      'each',
      'objectSelector',
    ];
    fc.assert(
      fc.property(fc.constantFrom(...parts), fc.jsonValue({ maxDepth: 4 }), (part, value) => {
        const rule = { name: 'r', require: 'a', [part]: value };
        const spec = {
          rules: part === 'rules' ? value : [part === 'rule' ? value : rule],
          match: part === 'match' ? value : { objectSelector: part === 'objectSelector' ? value : {} },
        };
        const document = {
          ...sound,
          spec: part === 'spec' ? value : spec,
          ...(part === 'metadata' && { metadata: value }),
        };
        judge(JSON.stringify(document), 'p.json');
      }),
      { numRuns: 600 },
    );
  });
});

describe('large and nested texts are bounded', () => {
  const head = 'apiVersion: abatis.dev/v1alpha1\nkind: Policy\nmetadata: {name: a}\nspec:\n';

  test.each([
    ['unknown fields', `${head}${Array.from({ length: 20_000 }, (_, index) => `  f${index}: 1\n`).join('')}`],
    ['faulty rules', `${head}  rules:\n${'  - {name: a, require: [1, 2]}\n'.repeat(5_000)}`],
    [
      'odd labels',
      `${head}  match: {objectSelector: {matchLabels: {${Array.from({ length: 5_000 }, (_, index) => `"a b${index}": c`).join(', ')}}}}\n`,
    ],
    ['nested schemas', `${head}  rules: [{name: a, schema: ${'{not: '.repeat(80)}{}${'}'.repeat(80)}}]\n`],
    ['documents', `${head}---\n`.repeat(2_000)],
  ])('%s', (_, text) => {
    expect(judge(text, 'p.yaml').length).toBeLessThanOrEqual(102);
  });
});
