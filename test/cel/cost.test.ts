import { describe, expect, test } from 'vitest';
import { Budget, CelError, compile, DYN, environment } from '../../src/cel/index.ts';
import { OBJECT, run } from './evaluating.ts';

/** Costs as an API server's own library counts them on the same object. */
const COSTS: readonly (readonly [source: string, cost: number])[] = [
  ['true', 0],
  ['1 == 1', 1],
  ['"" == ""', 0],
  ['"abcdefghijk" == "abcdefghijkl"', 2],
  ['object.a == 1', 3],
  ['object.a.b.c == 1 || true', 5],
  ['has(object.spec.size)', 2],
  ['object.spec.size == 7 ? true : false', 4],
  ['(object.spec.size == 7 ? object.spec : object.metadata).size == 7', 7],
  ['object.spec.tags[0] == "x"', 5],
  ['object.spec.tags[object.spec.size - 7] == "x"', 9],
  ['object.?spec.?nope.orValue(1) == 1', 3],
  ['object.spec[?"size"].hasValue()', 4],
  ['"x" in object.spec.tags', 4],
  ['"x" in ["x", "y"]', 0],
  ['[1, 2, 3].all(x, x > 0)', 16],
  ['[1, 2, 3].exists(x, x == 2)', 16],
  ['[1, 2, 3].exists_one(x, x == 2)', 10],
  ['[1, 2, 3].map(x, x * 2) == [2, 4, 6]', 44],
  ['[1, 2, 3].map(x, 1) == [1, 1, 1]', 8],
  ['[1, 2, 3].filter(x, x > 1) == [2, 3]', 34],
  ['[1, 2].transformMap(i, v, v) == {0: 1, 1: 2}', 10],
  ['[1, 2].transformMapEntry(i, v, {v: i}) == {1: 0, 2: 1}', 70],
  ['{"a": 1}.exists(k, k == "a")', 7],
  ['optional.of(1).optMap(v, v + 1) == optional.of(2)', 9],
  ['object.metadata.name.startsWith("s")', 4],
  ['object.metadata.name.contains("ett")', 4],
  ['object.metadata.name.matches("^[a-z]+$")', 5],
  ['"abc" + object.metadata.name == "x"', 6],
  ['size(object.metadata.name) == 8', 5],
  ['string(object.spec.size) == "7"', 5],
  ['timestamp("2024-01-01T00:00:00Z").getFullYear() == 2024', 2],
  ['duration("1h") < duration("2h")', 1],
  ['{"a": object.spec.size}.a == 7', 36],
  ['[object.spec.size].size() == 1', 15],
  ['-object.spec.size == -7', 5],
  ['!(object.spec.size == 7)', 5],
  ['1 / 0 == 1 || true', 2],
  ['quantity("1Gi").isGreaterThan(quantity("1Mi"))', 3],
  ['[3, 1, 2].sortBy(x, -x) == [3, 2, 1]', 75],
  ['sets.contains([1, 2], [1])', 3],
  ['object.metadata.name.split("t").size() == 3', 7],
  ['type(object.spec.size) == int', 5],
  ['dyn(object.spec.size) == 7', 5],
];

describe('cost', () => {
  test.each(COSTS)('%s costs %i', (source, cost) => expect(run(source).cost).toBe(cost));
});

describe('limits', () => {
  const env = environment({ kubernetes: '1.36', json: ['object'], variables: { object: DYN } });
  const evaluate = (source: string, budget: Budget): unknown => {
    const compiled = compile(source, env);
    if (!compiled.ok) throw new Error(source);
    return compiled.program.evaluate({ object: OBJECT }, budget);
  };
  const exhausted = expect.objectContaining({
    message: 'the expression costs more than it may',
    exhausted: true,
  });

  test('an expression may cost as much as its limit, and no more', () => {
    expect(evaluate('object.a.b.c == 1', new Budget(5))).toBe(true);
    expect(evaluate('object.a.b.c == 1', new Budget(4))).toEqual(exhausted);
  });

  test('what all expressions together may cost limits the last', () => {
    const budget = new Budget(100, 12);
    expect(evaluate('object.a.b.c == 1', budget)).toBe(true);
    expect(budget).toMatchObject({ cost: 5, remaining: 7 });
    expect(evaluate('object.a.b.c == 1', budget)).toBe(true);
    expect(evaluate('object.a.b.c == 1', budget)).toEqual(exhausted);
  });

  test('an error costs what was done until then', () => {
    const budget = new Budget();
    expect(evaluate('object.nope.x == 1', budget)).toBeInstanceOf(CelError);
    expect(budget.cost).toBeGreaterThan(0);
  });

  test('running out is not absorbed', () => {
    const source = 'lists.range(1000).all(x, lists.range(1000).all(y, x + y >= 0)) || true';
    expect(evaluate(source, new Budget())).toEqual(exhausted);
  });
});
