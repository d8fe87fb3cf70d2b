import { describe } from 'vitest';
import facts from './facts/ext-strings.json' with { type: 'json' };
import { expectFacts } from './facts.ts';

describe('strings, the extension', () => {
  expectFacts(facts);
});
