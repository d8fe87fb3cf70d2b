import { describe } from 'vitest';
import facts from './facts/quantity.json' with { type: 'json' };
import { expectFacts } from './facts.ts';

describe('quantities', () => {
  expectFacts(facts);
});
