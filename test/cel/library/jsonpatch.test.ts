import { describe, expect, test } from 'vitest';
import { Budget, compile, environment } from '../../../src/cel/index.ts';
import { JSONPATCH } from '../../../src/cel/library/index.ts';

const mutating = environment({ libraries: [JSONPATCH] });

describe('jsonpatch.escapeKey', () => {
  test.each([
    ['a', 'a'],
    ['', ''],
    ['a/b', 'a~1b'],
    ['a~b', 'a~0b'],
    ['~/~1', '~0~1~01'],
    ['example.com/a', 'example.com~1a'],
  ])('%j becomes %j', (key, escaped) => {
    const compiled = compile(`jsonpatch.escapeKey(${JSON.stringify(key)})`, mutating);
    expect(compiled.ok && compiled.program.evaluate({}, new Budget())).toBe(escaped);
  });

  test.each(['jsonpatch.escapeKey(1)', 'jsonpatch.escapeKey()'])('%s is refused', (expression) => {
    expect(compile(expression, mutating).ok).toBe(false);
  });

  test('only mutating policies have it', () => {
    expect(compile('jsonpatch.escapeKey("a")', environment()).ok).toBe(false);
  });
});
