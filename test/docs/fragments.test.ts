import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { compile, vocabulary } from '../../src/compile/index.ts';
import { load } from '../../src/load/index.ts';

const page = readFileSync(resolve(import.meta.dirname, '../../docs/policies.md'), 'utf8');

/** The parts of policies that the page shows, without a file of their own. */
const fragments = [...page.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, text = '']) => text);

/** A policy around a fragment, which is its spec or the rules of it. */
function policyOf(fragment: string): string {
  const head = 'apiVersion: abatis.dev/v1alpha1\nkind: Policy\nmetadata: {name: fragment}\n';
  const indented = fragment.replace(/^(?=.)/gm, '  ');
  return fragment.startsWith('spec:')
    ? `${head}${fragment}  rules: [{name: some, require: [spec]}]\n`
    : `${head}spec:\n  target: pod\n${indented}`;
}

it('the page shows parts of policies', () => expect(fragments.length).toBeGreaterThan(3));

it.each(fragments)('%s is part of a policy', (fragment) => {
  const loaded = load([{ file: 'fragment.yaml', text: policyOf(fragment) }], vocabulary);
  expect([...loaded.diagnostics, ...compile(loaded).diagnostics]).toEqual([]);
  expect(loaded.policies).toHaveLength(1);
});
