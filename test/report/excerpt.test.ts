import { describe, expect, it } from 'vitest';
import type { Span } from '../../src/model/index.ts';
import { excerpt } from '../../src/report/excerpt.ts';

/** The span of the first occurrence of `part`. */
function spanOf(text: string, part: string): Span {
  const position = (offset: number) => {
    const before = text.slice(0, offset);
    return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n'), offset };
  };
  const start = text.indexOf(part);
  return { start: position(start), end: position(start + part.length) };
}

describe('the line in question', () => {
  it('is shown with carets under the span', () => {
    const text = 'kind: Pod\nspec:\n  hostPID: true\n';
    expect(excerpt(text, spanOf(text, 'true'))).toEqual({
      line: 3,
      text: '  hostPID: true',
      marker: '           ^^^^',
    });
  });

  it('has carets for its own part of a span that goes on', () => {
    const text = '- name: web\n  image: nginx\n';
    expect(excerpt(text, spanOf(text, 'name: web\n  image: nginx'))).toEqual({
      line: 1,
      text: '- name: web',
      marker: '  ^^^^^^^^^',
    });
  });

  it('keeps the carets in place after tabs and before carriage returns', () => {
    const text = '{\t"a":\t1}\r\n';
    expect(excerpt(text, spanOf(text, '1'))).toEqual({ line: 1, text: '{ "a": 1}', marker: '       ^' });
  });

  it('shows escapes instead of what a terminal would act upon, and the carets still under the span', () => {
    const text = 'a: "\u001b[31m" # b\n';
    expect(excerpt(text, spanOf(text, '# b'))).toEqual({
      line: 1,
      text: 'a: "\\u001b[31m" # b',
      marker: '                ^^^',
    });
  });

  it('is a window of a long line', () => {
    const text = `{"a":"${'x'.repeat(500)}","b":true,"c":"${'y'.repeat(500)}"}`;
    const shown = excerpt(text, spanOf(text, 'true'));
    expect(shown?.text).toMatch(/^…x+","b":true,"c":"y+…$/);
    expect(shown?.text.length).toBeLessThan(100);
    const caret = shown?.marker.indexOf('^') ?? -1;
    expect(shown?.text.slice(caret, caret + 4)).toBe('true');
    expect(shown?.marker.trim()).toBe('^^^^');
  });

  it('has one caret for an empty span', () => {
    const text = 'metadata:\n';
    expect(
      excerpt(text, {
        start: { line: 1, column: 10, offset: 9 },
        end: { line: 1, column: 10, offset: 9 },
      }),
    ).toEqual({ line: 1, text: 'metadata:', marker: '         ^' });
  });

  it.each([
    ['a blank line', '  \nkind: Pod\n', 1],
    ['no text', '', 0],
    ['a place behind the end', 'a', 7],
  ])('is left out for %s', (_, text, offset) => {
    const at = { line: 1, column: offset + 1, offset };
    expect(excerpt(text, { start: at, end: at })).toBeUndefined();
  });
});
