import { describe, expect, test } from 'vitest';
import facts from './facts/quantity.json' with { type: 'json' };
import { evaluate, expectFacts } from './facts.ts';

describe('quantities', () => {
  expectFacts(facts);
});

// The one known departure. The API server's `add` and `sub` write their result into the receiver where it is of
// the wide representation, and a comparison with such a quantity makes the other one wide too.
describe('a quantity stays what it is', () => {
  test.each([
    '[quantity("1.5Gi")].map(q, [q.add(quantity("1Gi")) == quantity("2.5Gi"), q == quantity("1.5Gi")])',
    '[quantity("1Pi")].map(q, [q.sub(quantity("1Ti")).isLessThan(q), q == quantity("1Pi")])',
    '[quantity("5")].map(q, [q.isLessThan(quantity("1Pi")), q.isInteger()])',
  ])('%s', (expression) => {
    expect(evaluate(expression).outcome).toBe('[[true, true]]');
  });
});

describe('a quantity that `add` or `sub` made is on the right of a comparison', () => {
  test.each([
    ['quantity("1").add(1) == quantity("2")', 'true'],
    ['quantity("2") != quantity("1").add(1)', 'true'],
    ['quantity("2") in [quantity("1").add(1)]', 'false'],
    ['quantity("1").add(1) in [quantity("2")]', 'true'],
    ['[quantity("1")] == [quantity("2").add(3)]', 'true'],
    ['[quantity("2"), quantity("1").add(1)].distinct().size()', '1'],
    ['[quantity("1").add(1), quantity("2")].distinct().size()', '2'],
    ['sets.contains([quantity("2")], [quantity("1").add(1)])', 'true'],
    ['sets.contains([quantity("1").add(1)], [quantity("2")])', 'false'],
    ['sets.intersects([quantity("1").add(1)], [quantity("2")])', 'true'],
    ['sets.intersects([quantity("2")], [quantity("1").add(1)])', 'false'],
    ['sets.equivalent([quantity("2")], [quantity("1").add(1)])', 'false'],
    ['quantity("2").compareTo(quantity("1").add(1))', '0'],
  ])('%s: %s', (expression, expected) => {
    expect(evaluate(expression).outcome).toBe(expected);
  });
  test.each([
    'quantity("2") == quantity("1").add(1)',
    'quantity("0") == quantity("1").sub(quantity("1"))',
    '[quantity("1").add(1)].all(q, q == q)',
    'optional.of(quantity("2")) == optional.of(quantity("1").add(1))',
  ])('%s is an error', (expression) => {
    expect(evaluate(expression).outcome).toBe('error');
  });
});
