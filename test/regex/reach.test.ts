import { describe, expect, test } from 'vitest';
import { compile } from '../../src/regex/index.ts';
import { toNfa } from '../../src/regex/nfa.ts';
import { parse } from '../../src/regex/parse.ts';
import { mayReadFarWithoutMatch } from '../../src/regex/reach.ts';

function readsFar(pattern: string): boolean {
  const node = parse(pattern);
  const nfa = node && toNfa(node);
  if (nfa === undefined) throw new Error(`${pattern} is not plain`);
  return mayReadFarWithoutMatch(nfa);
}

describe('mayReadFarWithoutMatch', () => {
  test.each(['a', '[0-9]+', 'a*', 'ab?c{1,3}', '(foo|bar)+', '[a-z]', '\\d+(\\.\\d)?', '^a'])(
    '%s does not',
    (p) => {
      expect(readsFar(p)).toBe(false);
    },
  );

  test.each(['a.*c|b', 'a.*c', '[a-z]+=', '"[^"]*"', 'a+$', '(ab)*c'])('%s does', (p) => {
    expect(readsFar(p)).toBe(true);
  });
});

function findAll(pattern: string, text: string): readonly string[] | undefined {
  const compiled = compile(pattern);
  if (!compiled.ok) throw new Error(compiled.message);
  return compiled.regex.findAll(text, -1);
}

describe('findAll', () => {
  test('gives up on a pattern that reads the rest of a long text at each match', () => {
    expect(findAll('a.*c|b', 'ab'.repeat(10_000))).toBeUndefined();
    expect(findAll('(?i)a.*c|b', 'ab'.repeat(10_000))).toBeUndefined();
    expect(findAll('a.*c|b', 'ab'.repeat(100))).toHaveLength(100);
  });

  test('finds all in a long text where each match is near', () => {
    expect(findAll('[0-9]+', '1 '.repeat(10_000))).toHaveLength(10_000);
  });
});
