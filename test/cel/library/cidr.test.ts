import { describe } from 'vitest';
import facts from './facts/cidr.json' with { type: 'json' };
import { expectFacts } from './facts.ts';

describe('networks', () => {
  expectFacts(facts);
});
