import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { vocabulary } from '../../src/compile/index.ts';
import { lint } from '../../src/lint/index.ts';
import { load } from '../../src/load/index.ts';

const root = resolve(import.meta.dirname, '../../policies');
const sources = globSync('*/*/policy.yaml', { cwd: root })
  .sort()
  .map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }));

test.each(sources)('$file: nothing is to be said of it, by the strictest of measures', (source) => {
  const loaded = load([source], vocabulary);
  expect([...loaded.diagnostics, ...lint(loaded, { strict: true, now: Date.UTC(2027, 0, 1) })]).toEqual([]);
});

test('the library is one that can be linted as a whole', () => {
  const loaded = load(sources, vocabulary);
  expect(loaded.policies).toHaveLength(sources.length);
  expect(lint(loaded, { strict: true })).toEqual([]);
});
