import { describe, expect, test } from 'vitest';
import type { LabelSelector } from '../../src/model/index.ts';
import { compileSelector } from '../../src/selectors/index.ts';

const expressions = (...matchExpressions: NonNullable<LabelSelector['matchExpressions']>): LabelSelector => ({
  matchExpressions,
});

describe('a label selector', () => {
  test.each<[string, LabelSelector, unknown[], unknown[]]>([
    ['empty takes everything', {}, [undefined, {}, { a: 'b' }], []],
    [
      'matchLabels: all must be equal',
      { matchLabels: { a: '1', b: '2' } },
      [{ a: '1', b: '2', c: '3' }],
      [{ a: '1' }, {}, undefined],
    ],
    [
      'In',
      expressions({ key: 'a', operator: 'In', values: ['1', '2'] }),
      [{ a: '1' }, { a: '2' }],
      [{ a: '3' }, {}, undefined],
    ],
    [
      'NotIn is met by an absent label',
      expressions({ key: 'a', operator: 'NotIn', values: ['1'] }),
      [{ a: '2' }, {}, undefined],
      [{ a: '1' }],
    ],
    ['Exists', expressions({ key: 'a', operator: 'Exists' }), [{ a: '' }], [{}, undefined, { b: '' }]],
    ['DoesNotExist', expressions({ key: 'a', operator: 'DoesNotExist' }), [{}, undefined], [{ a: '' }]],
    [
      'labels and expressions together',
      { matchLabels: { a: '1' }, ...expressions({ key: 'b', operator: 'Exists' }) },
      [{ a: '1', b: 'x' }],
      [{ a: '1' }, { b: 'x' }],
    ],
    [
      'a name of the prototype is no label',
      { matchLabels: { constructor: 'x' } },
      [{ constructor: 'x' }],
      [{}],
    ],
    [
      'Exists of a name of the prototype',
      expressions({ key: '__proto__', operator: 'Exists' }),
      [JSON.parse('{"__proto__":"x"}')],
      [{}],
    ],
  ])('%s', (_, selector, yes, no) => {
    const test = compileSelector(selector);
    for (const labels of yes) expect(test(labels as never), JSON.stringify(labels)).toBe(true);
    for (const labels of no) expect(test(labels as never), JSON.stringify(labels)).toBe(false);
  });
});
