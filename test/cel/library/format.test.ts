import { describe } from 'vitest';
import facts from './facts/format.json' with { type: 'json' };
import { expectFacts } from './facts.ts';

describe('named formats', () => {
  expectFacts(facts);
});
