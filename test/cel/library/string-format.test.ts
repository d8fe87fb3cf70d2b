import { describe } from 'vitest';
import facts from './facts/string-format.json' with { type: 'json' };
import { expectFacts } from './facts.ts';

describe('string.format', () => {
  expectFacts(facts);
});

describe('a map in the arguments is held against its clause entry by entry, where it is written out', () => {
  expectFacts([
    ['"%s".format([{?"a": optional.of(1)}])', 'refused'],
    ['"%s".format([{"a": ip("::1")}])', 'refused'],
    ['"%s".format([[{"a": [ip("::1")]}]])', 'refused'],
    ['"%s".format([{"a": [1.5], "b": [2.5]}])', '"{\\"a\\":[1.500000], \\"b\\":[2.500000]}"'],
    ['"%s".format([{"a": 1}.transformMap(k, v, ip("::1"))])', 'error'],
  ]);
});
