import { describe } from 'vitest';
import facts from './facts/ext-lists.json' with { type: 'json' };
import { expectFacts } from './facts.ts';

describe('lists, the extension', () => {
  expectFacts(facts);
});
