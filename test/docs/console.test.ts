import { describe, expect, it } from 'vitest';
import { matches, readPage, withOutputs } from './console.ts';

const page = [
  '# A page',
  '```yaml file=a/b.yaml',
  'a: 1',
  '```',
  '```yaml',
  'not: a file',
  '```',
  '```console',
  '$ first one',
  'out',
  '$ second',
  '```',
  '',
].join('\n');

describe('a page', () => {
  it('has files and commands with their output', () => {
    expect(readPage(page)).toEqual({
      files: [{ path: 'a/b.yaml', content: 'a: 1\n' }],
      consoles: [
        {
          line: 8,
          commands: [
            { command: 'first one', output: 'out\n' },
            { command: 'second', output: '' },
          ],
        },
      ],
    });
  });

  it('can be given other output, where it is other', () => {
    expect(withOutputs(page, [['out\n', 'two\nlines\n']])).toBe(
      page.replace('$ second\n', '$ second\ntwo\nlines\n'),
    );
    expect(withOutputs(page, [['out\n', '']])).toBe(page);
  });
});

describe('output', () => {
  it.each([
    ['a\n', 'a\n', true],
    ['a\n', 'b\n', false],
    ['a\n', '', false],
    ['a\nb\nc\n', '…\n', true],
    ['a\nb\nc\n', 'a\n…\nc\n', true],
    ['a\nb\nc\n', 'a\n…\n', true],
    ['a\nb\nc\n', '…\nb\n…\n', true],
    ['a\nb\nc\n', '…\nx\n…\n', false],
    ['a\nb\n', 'a\nb\n…\nb\n', false],
  ])('%j against %j: %s', (actual, expected, result) => expect(matches(actual, expected)).toBe(result));
});
