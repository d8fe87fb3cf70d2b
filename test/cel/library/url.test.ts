import { describe } from 'vitest';
import facts from './facts/url.json' with { type: 'json' };
import { expectFacts } from './facts.ts';

describe('URLs', () => {
  expectFacts(facts);
});
