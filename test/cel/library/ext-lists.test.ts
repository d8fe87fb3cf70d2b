import { describe } from 'vitest';
import facts from './facts/ext-lists.json' with { type: 'json' };
import { expectFacts } from './facts.ts';

describe('lists, the extension', () => {
  expectFacts(facts);
});

// Of a list of unknown type the checker takes the first overload, list(int), whatever is in it.
describe('lists of unknown type are sorted all the same', () => {
  expectFacts([
    ['dyn(["b", "a"]).reverse().sort()', '["a", "b"]'],
    ['dyn(["b", "a"]).distinct().sort()[0] + dyn(["b", "a"]).distinct().sort()[1] == 3', 'false'],
    ['dyn(["b", "a"]).distinct().sort()[0] < 2', 'error'],
    ['dyn([["b"], ["a"]]).reverse().sortBy(x, x[0])', '[["a"], ["b"]]'],
    ['dyn([[1], [2]]).reverse().sort()', 'error'],
    ['dyn("ba").reverse().sort()', 'error'],
  ]);
});
