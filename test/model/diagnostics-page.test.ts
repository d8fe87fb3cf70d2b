import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { compile, vocabulary } from '../../src/compile/index.ts';
import { kindTable } from '../../src/kinds/index.ts';
import { type LintOptions, lint } from '../../src/lint/index.ts';
import { load } from '../../src/load/index.ts';
import { readManifests } from '../../src/manifest/index.ts';
import { catalogue } from '../../src/model/index.ts';
import { testFolder } from '../../src/testing/folder.ts';
import { diagnosticsOf } from '../../src/testing/index.ts';
import { expandLists, readDocuments } from '../../src/yaml/index.ts';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/diagnostics.md'), 'utf8');

interface Section {
  readonly code: string;
  readonly title: string;
  readonly text: string;
  /** The language of the example and what it is: `yaml policy`. */
  readonly language: string | undefined;
  readonly example: string;
}

const sections: readonly Section[] = page
  .split(/^### /m)
  .slice(1)
  .map((text) => {
    const [, code = '', title = ''] = /^(AB\d{4}) (.*)$/m.exec(text) ?? [];
    const [, language, example = ''] = /^```(.*)\n([\s\S]*?)^```$/m.exec(text) ?? [];
    return { code, title, text, language, example };
  });

const codes = Object.keys(catalogue);

test('the page has a section for each code of the catalogue, in its order, and no other', () => {
  expect(sections.map(({ code, title }) => [code, title])).toEqual(
    Object.entries(catalogue).map(([code, { title }]) => [code, title]),
  );
});

test.each(sections)('$code says how to mend it', ({ text }) => {
  expect(text).toMatch(/^To mend it: .+/m);
});

test('every code of the catalogue is given somewhere, and every code given is in the catalogue', () => {
  const given = new Set<string>();
  for (const file of readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts') || file.endsWith('catalogue.ts')) continue;
    for (const [code] of readFileSync(join(root, 'src', file), 'utf8').matchAll(/\bAB\d{4}\b/g))
      given.add(code);
  }
  expect([...given].sort()).toEqual([...codes].sort());
});

/** The codes that a text brings about, read as what its section says it is. */
const readers: Readonly<Record<string, (text: string) => readonly string[]>> = {
  'yaml policy': (text) => policyCodes('policy.yaml', text),
  'yaml lint': (text) => lintCodes(text, {}),
  'yaml lint strict': (text) => lintCodes(text, { strict: true }),
  'yaml lint portable': (text) => lintCodes(text, { portable: true }),
  'json policy': (text) => policyCodes('policy.json', text),
  'yaml manifest': (text) => {
    const { documents, diagnostics } = readDocuments('manifest.yaml', text);
    const read = readManifests(documents.flatMap(expandLists), { kinds: kindTable() });
    return [...diagnostics, ...read.diagnostics].map(({ code }) => code);
  },
  'yaml tests': (text) => {
    const folder = testFolder(
      { folder: 'p', policies: [tested], tests: [{ file: 'p/test/tests.yaml', text }] },
      () => true,
    );
    const run = { folders: [folder], diagnostics: [], texts: new Map() };
    return diagnosticsOf(run).map(({ code }) => code);
  },
};

/** What the tables of the page test: a policy that finds every Deployment. */
const tested = {
  file: 'p/policy.yaml',
  text: `apiVersion: abatis.dev/v1alpha1
kind: Policy
metadata: {name: replicas}
spec:
  match: {kinds: [Deployment]}
  rules: [{name: replicas, require: [spec.replicas]}]
`,
};

function policyCodes(file: string, text: string): readonly string[] {
  const loaded = load([{ file, text }], vocabulary);
  return [...loaded.diagnostics, ...compile(loaded).diagnostics].map(({ code }) => code);
}

function lintCodes(text: string, options: LintOptions): readonly string[] {
  const loaded = load([{ file: 'policy.yaml', text }], vocabulary);
  const found = lint(loaded, { ...options, now: Date.UTC(2027, 0, 1) });
  return [...loaded.diagnostics, ...found].map(({ code }) => code);
}

describe('an example brings about its code and no other', () => {
  test.each(sections.filter(({ language }) => language !== undefined && language !== 'sh'))(
    '$code',
    ({ code, language = '', example }) => {
      expect(readers[language]?.(example)).toEqual([code]);
    },
  );

  test('and only what needs a file system or more than a hundred problems has none', () => {
    const without = sections.filter(({ language }) => language === undefined || language === 'sh');
    const others = without.filter(({ code }) => !/^AB(?:1625|20|2201|2208|2209)/.test(code));
    expect(others.map(({ code }) => code)).toEqual(['AB1117']);
  });
});
