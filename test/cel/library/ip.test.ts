import { describe } from 'vitest';
import facts from './facts/ip.json' with { type: 'json' };
import { expectFacts } from './facts.ts';

describe('IP addresses', () => {
  expectFacts(facts);
});
