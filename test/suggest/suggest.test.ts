import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { didYouMean, editDistance, nearest } from '../../src/suggest/index.ts';

describe('editDistance', () => {
  test.each([
    ['', '', 0],
    ['', 'abc', 3],
    ['match', 'match', 0],
    ['match', 'mtach', 1],
    ['match', 'mach', 1],
    ['match', 'matches', 2],
    ['match', 'patch', 1],
    ['kitten', 'sitting', 3],
    ['ca', 'abc', 3],
  ])('%j and %j are %d apart', (left, right, distance) => {
    expect(editDistance(left, right)).toBe(distance);
    expect(editDistance(right, left)).toBe(distance);
  });

  test('gives up beyond the limit', () => {
    expect(editDistance('kitten', 'sitting', 3)).toBe(3);
    expect(editDistance('kitten', 'sitting', 2)).toBe(Number.POSITIVE_INFINITY);
    expect(editDistance('a', 'abcdef', 2)).toBe(Number.POSITIVE_INFINITY);
  });

  test('does not compare words longer than 128', () => {
    expect(editDistance('a'.repeat(129), 'a'.repeat(128))).toBe(Number.POSITIVE_INFINITY);
  });

  test('is symmetric, zero only for equal words, and at most the longer length', () => {
    const word = fc.string({ maxLength: 12 });
    fc.assert(
      fc.property(word, word, (left, right) => {
        const distance = editDistance(left, right);
        expect(distance).toBe(editDistance(right, left));
        expect(distance === 0).toBe(left === right);
        expect(distance).toBeLessThanOrEqual(Math.max(left.length, right.length));
      }),
    );
  });
});

describe('nearest', () => {
  const fields = ['kinds', 'names', 'namespaces', 'namespaceSelector', 'objectSelector', 'Warn', 'Deny'];

  test.each([
    ['kind', 'kinds'],
    ['Kinds', 'kinds'],
    ['warn', 'Warn'],
    ['namepsaces', 'namespaces'],
    ['namespaceselector', 'namespaceSelector'],
    ['objectSelectors', 'objectSelector'],
    ['zebra', undefined],
    ['kinds', undefined],
    ['x', undefined],
    ['', undefined],
  ])('%j: %j', (word, found) => {
    expect(nearest(word, fields)).toBe(found);
  });

  test('prefers a difference in case to one in letters', () => {
    expect(nearest('deny', ['denys', 'Deny'])).toBe('Deny');
  });

  test('takes the first of equally near ones', () => {
    expect(nearest('cat', ['bat', 'car'])).toBe('bat');
  });
});

test('didYouMean asks', () => {
  expect(didYouMean('warn', ['Audit', 'Warn', 'Deny'])).toBe('did you mean `Warn`?');
  expect(didYouMean('nothing', ['Audit', 'Warn', 'Deny'])).toBeUndefined();
});
