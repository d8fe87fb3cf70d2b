import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { vocabulary } from '../../src/compile/index.ts';
import { lint } from '../../src/lint/index.ts';
import { load } from '../../src/load/index.ts';
import { readPage } from './console.ts';

const root = resolve(import.meta.dirname, '../..');

/** What lint is shown by is wrong on purpose. */
const pages = globSync(['README.md', 'docs/**/*.md', 'policies/**/README.md'], { cwd: root })
  .filter((page) => page !== 'docs/lint.md')
  .sort();

const documents = pages.flatMap((page) =>
  readPage(readFileSync(resolve(root, page), 'utf8'))
    .files.filter(({ path, content }) => /\.ya?ml$/.test(path) && /^apiVersion: abatis\.dev\//m.test(content))
    .map(({ path, content }) => ({ page, path, content })),
);

it('the pages show policies', () => expect(documents.length).toBeGreaterThan(10));

it.each(documents)('$page: nothing is odd about $path, which others copy', ({ path, content }) => {
  const loaded = load([{ file: path, text: content }], vocabulary);
  // Bindings and exceptions may be about a policy that another file has.
  const odd = lint(loaded, { now: 0 }).filter(
    ({ severity, code }) => severity === 'warning' && code !== 'AB1401',
  );
  expect(odd).toEqual([]);
});
