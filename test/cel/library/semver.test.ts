import { describe } from 'vitest';
import facts from './facts/semver.json' with { type: 'json' };
import { expectFacts } from './facts.ts';

describe('semantic versions', () => {
  expectFacts(facts);
});
