import { describe } from 'vitest';
import facts from './facts/sets.json' with { type: 'json' };
import { expectFacts } from './facts.ts';

describe('sets', () => {
  expectFacts(facts);
});
