import { describe } from 'vitest';
import facts from './facts/lists.json' with { type: 'json' };
import { expectFacts } from './facts.ts';

describe('lists', () => {
  expectFacts(facts);
});
