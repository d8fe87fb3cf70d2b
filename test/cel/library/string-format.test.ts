import { describe } from 'vitest';
import facts from './facts/string-format.json' with { type: 'json' };
import { expectFacts } from './facts.ts';

describe('string.format', () => {
  expectFacts(facts);
});
