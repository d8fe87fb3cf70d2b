import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileGlob, compileGlobs } from '../../src/glob/index.ts';

describe('a glob', () => {
  test.each([
    ['web', ['web'], ['', 'Web', 'web-1', 'a web']],
    ['*', ['', 'web', 'a/b', '*'], []],
    ['kube-*', ['kube-', 'kube-system', 'kube-*'], ['kube', 'a-kube-x']],
    ['*-system', ['-system', 'kube-system'], ['system', 'kube-system2']],
    ['a*b*c', ['abc', 'aXbYc', 'abbc', 'abcbc'], ['ab', 'acb', 'abcd']],
    ['a?c', ['abc', 'a?c'], ['ac', 'abbc']],
    ['?*', ['a', 'ab'], ['']],
    ['**', ['', 'a'], []],
    ['a.c', ['a.c'], ['abc']],
    ['', [''], ['a']],
  ])('`%s`', (pattern, yes, no) => {
    const glob = compileGlob(pattern);
    for (const text of yes) expect(glob(text), text).toBe(true);
    for (const text of no) expect(glob(text), text).toBe(false);
  });

  test('matches what the regular expression of the same meaning matches', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?'), maxLength: 8 });
    const texts = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 12 });
    fc.assert(
      fc.property(letters, texts, (pattern, text) => {
        const expression = new RegExp(`^${pattern.replaceAll('*', '[^]*').replaceAll('?', '[^]')}$`);
        expect(compileGlob(pattern)(text)).toBe(expression.test(text));
      }),
      { numRuns: 2000 },
    );
  });

  test('takes no more than pattern times text: a thousand stars end at once', () => {
    expect(compileGlob(`${'*a'.repeat(1000)}b`)('a'.repeat(10_000))).toBe(false);
  });

  test('a list of globs matches what any of them does; an empty list, nothing', () => {
    const globs = compileGlobs(['default', 'kube-*', 'team-?']);
    expect(['default', 'kube-system', 'team-a'].every(globs)).toBe(true);
    expect(['defaults', 'team-ab', ''].some(globs)).toBe(false);
    expect(compileGlobs([])('')).toBe(false);
  });
});
