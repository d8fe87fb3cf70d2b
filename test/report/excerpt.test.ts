import fc from 'fast-check';
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

  it('costs no more for a line that is a whole file', () => {
    const text = `[${'{"image":"nginx"},'.repeat(200_000)}{}]`;
    const shown = new Set<string | undefined>();
    for (let offset = 1 + 18 * 100_000; offset < text.length - 200; offset += 18 * 5) {
      const start = { line: 1, column: offset + 1, offset };
      shown.add(excerpt(text, { start, end: { line: 1, column: offset + 18, offset: offset + 17 } })?.text);
    }
    expect([...shown]).toHaveLength(1);
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

  it('never writes more than a line, and points at the character that the span begins with', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', ' ', '\t', '\n', '\r', '\u001b', '日', '{', '"'),
      maxLength: 400,
    });
    fc.assert(
      fc.property(text, fc.nat(400), fc.nat(400), (source, from, length) => {
        const offset = Math.min(from, source.length);
        const end = Math.min(offset + length, source.length);
        const before = source.slice(0, offset);
        const at = { line: before.split('\n').length, column: offset - before.lastIndexOf('\n'), offset };
        const shown = excerpt(source, { start: at, end: { ...at, offset: end } });
        if (shown === undefined) return;
        const control = String.fromCharCode(27);
        for (const line of [shown.text, shown.marker]) {
          expect(line.includes('\n') || line.includes('\t') || line.includes(control)).toBe(false);
        }
        expect(shown.marker).toMatch(/^ *\^+$/);
        const character = source[offset] ?? '';
        if (/[a日{"]/.test(character)) expect(shown.text[shown.marker.indexOf('^')]).toBe(character);
      }),
      { numRuns: 2000 },
    );
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
