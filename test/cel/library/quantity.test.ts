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
