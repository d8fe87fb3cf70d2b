import { describe } from 'vitest';
import facts from './facts/regex.json' with { type: 'json' };
import { expectFacts } from './facts.ts';

describe('searching with regular expressions', () => {
  expectFacts(facts);
});
