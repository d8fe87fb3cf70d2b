import fc from 'fast-check';
import { RE2JS } from 're2js';
import { describe, expect, test } from 'vitest';
import { Dfa } from '../../src/regex/dfa.ts';
import { compile } from '../../src/regex/index.ts';
import { toNfa } from '../../src/regex/nfa.ts';
import { parse } from '../../src/regex/parse.ts';

function automaton(pattern: string): Dfa | undefined {
  const node = parse(pattern);
  const nfa = node && toNfa(node);
  return nfa && new Dfa(nfa);
}

const atom = fc.constantFrom(
  'a',
  'b',
  '.',
  '\\.',
  '\\d',
  '\\W',
  '[a-b]',
  '[^a]',
  '[\\w-]',
  '[]a]',
  '\\n',
  'x',
);
const ends = fc.constantFrom('^', '$', '\\A', '\\z');
const boundaries = fc.constantFrom('^', '$', '\\b', '\\B');
const patterns = (anchor: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.letrec<{ pattern: string }>((tie) => ({
    pattern: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      atom,
      anchor,
      fc.tuple(tie('pattern'), tie('pattern')).map(([a, b]) => a + b),
      fc.tuple(tie('pattern'), tie('pattern')).map(([a, b]) => `(${a}|${b})`),
      fc.tuple(tie('pattern'), tie('pattern')).map(([a, b]) => `${a}|${b}`),
      fc
        .tuple(tie('pattern'), fc.constantFrom('*', '+', '?', '{2}', '{1,2}', '{0}', '{2,}', '*?', '{1}?'))
        .map(([a, times]) => `(?:${a})${times}`),
    ),
  })).pattern;
const text = fc
  .array(fc.constantFrom('a', 'b', 'x', '.', '-', '0', '\n', 'é', '😀', '\ud800'), { maxLength: 8 })
  .map((characters) => characters.join(''));

describe('the automaton', () => {
  test('agrees with RE2', () => {
    let compared = 0;
    fc.assert(
      fc.property(patterns(ends), text, (p, t) => {
        const found = automaton(p)?.test(t);
        if (found === undefined) return;
        compared++;
        expect(found).toBe(RE2JS.compile(p).test(t));
      }),
      { numRuns: 3000 },
    );
    expect(compared).toBeGreaterThan(2000);
  });

  test('goes before RE2 where words begin and end, and lets nothing of it slip', () => {
    fc.assert(
      fc.property(patterns(boundaries), text, (p, t) => {
        const compiled = compile(p);
        expect(compiled.ok && compiled.regex.test(t)).toBe(RE2JS.compile(p).test(t));
      }),
      { numRuns: 3000 },
    );
  });

  test.each([
    ['^[a-z0-9]([-a-z0-9]*[a-z0-9])?$', 'web-1', true],
    ['^[a-z0-9]([-a-z0-9]*[a-z0-9])?$', 'web-', false],
    ['^(docker.io|quay.io)/.+$', 'quay.io/x', true],
    ['^(docker.io|quay.io)/.+$', 'example.com/quay.io/x', false],
    [':latest$|^[^:]+$', 'web', true],
    [':latest$|^[^:]+$', 'web:1', false],
    ['$^', '', true],
    ['$^', 'a', false],
    ['a{1,2}{', 'a{', true],
  ])('%s in %j: %s', (p, t, matches) => {
    expect(automaton(p)?.test(t)).toBe(matches);
  });

  test.each(['(?i)a', '\\pL', 'é', '[é]', '[[:alpha:]]', '\\Qa\\E', '\\x41', '^*', '(?s).', '[a-é]'])(
    'leaves %s to others',
    (p) => {
      expect(automaton(p)).toBeUndefined();
    },
  );

  test('is not built for a large pattern', () => {
    expect(automaton('x{500}')).toBeUndefined();
    expect(automaton(`${'('.repeat(60)}a${')'.repeat(60)}`)).toBeUndefined();
  });

  test('gives up where it would grow without end', () => {
    const dfa = automaton('[ab]*a[ab]{12}$');
    const hostile = Array.from({ length: 5000 }, (_, i) =>
      (Math.imul(i * i, 2654435761) >>> 13) % 2 ? 'a' : 'b',
    ).join('');
    expect(dfa?.test('ab')).toBe(false);
    expect(dfa?.test(hostile)).toBeUndefined();
    expect(dfa?.test('ab')).toBeUndefined();
  });
});
