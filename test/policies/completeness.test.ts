import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bindingsOf, packFile, readPacks } from '../../src/cli/packs.ts';
import { vocabulary } from '../../src/compile/index.ts';
import { load } from '../../src/load/index.ts';
import { diagnosticsOf, isCovered, registerPolicyTests, testPolicies } from '../../src/testing/index.ts';

// What is held here is held of any policy that anybody adds.

const root = resolve(import.meta.dirname, '../../policies');
const run = testPolicies(root);
const library = globSync('*/*/policy.yaml', { cwd: root }).sort().map(read);

function read(path: string) {
  const folder = dirname(path);
  const text = readFileSync(join(root, path), 'utf8');
  const [policy] = load([{ file: path, text }], vocabulary).policies;
  const tested = run.folders.find((each) => relative(root, each.folder) === folder);
  if (policy === undefined || tested === undefined) throw new Error(`${path} is no policy`);
  const fixtures = tested.tests.filter(({ file }) => !/^tests\./.test(basename(file)));
  return {
    folder,
    policy,
    text,
    readme: readFileSync(join(root, folder, 'README.md'), 'utf8'),
    tested,
    fixtures,
  };
}

it('the library has policies, and nothing that belongs to none', () => {
  expect(library.length).toBeGreaterThanOrEqual(6);
  const files = globSync('**/*', { cwd: root, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
  // What is in `test` and is no test, the tester finds.
  const packs = readPacks();
  const ofPacks = [packFile, ...packs.packs.flatMap(({ name }) => bindingsOf(name, packs))];
  const known = library.flatMap(({ folder }) => [`${folder}/policy.yaml`, `${folder}/README.md`]);
  const folders = library.map(({ folder }) => `${folder}/test/`);
  expect(
    files.filter(
      (file) =>
        !ofPacks.includes(file) && !known.includes(file) && !folders.some((each) => file.startsWith(each)),
    ),
  ).toEqual([]);
  const names = library.map(({ policy }) => policy.name);
  expect(new Set(names).size).toBe(names.length);
});

it('nothing is wrong with the library, not even a little', () => {
  expect(diagnosticsOf(run)).toEqual([]);
});

describe.each(library)('$folder', ({ folder, policy, text, readme, tested, fixtures }) => {
  const { spec } = policy;
  const { mutations = [] } = spec;

  it('is named after its folders', () => {
    expect(`${spec.category}/${policy.name}`).toBe(folder);
  });

  it('says what it is for', () => {
    expect(spec.title).toMatch(/^[A-Z/]/);
    expect(spec.description).toMatch(/\.$/);
    expect(text).toMatch(/^ {2}severity: /m);
    expect(text).toMatch(/^ {2}enforcement: /m);
  });

  it('never fails closed', () => {
    const actions = spec.enforcement.map(({ action }) => action);
    if (actions.includes('Deny')) expect(spec.failurePolicy).toBe('Ignore');
    else expect(actions).toEqual(['Warn']);
  });

  it('has a page that says why, what it looks like or changes, and what to do', () => {
    expect(readme).toMatch(new RegExp(`^# ${policy.name}\n`));
    if (mutations.length > 0) {
      for (const part of ['**Why.**', '**What it changes.**', '**Switching it off.**', '**Parameters.**']) {
        expect(readme).toContain(part);
      }
      // What comes of it is shown as `check` shows it, by a fixture or an object beside it.
      expect(readme).toMatch(/^\$ abatis check --policies policy\.yaml .*test\/[a-z.-]+\.yaml$/m);
      expect(readme).toMatch(new RegExp(`^ {2}amend ${policy.name}/`, 'm'));
      return;
    }
    for (const part of ['**Why.**', '**What it looks like.**', '**What to do.**', '**Parameters.**']) {
      expect(readme).toContain(part);
    }
    // What is refused is a fixture, or else an object beside it that a verb is tried on.
    if (fixtures.some(({ name }) => /^(?:warn|deny)\./.test(name))) {
      expect(readme).toMatch(/^\$ kubectl apply -f test\/(?:warn|deny)\./m);
    } else {
      expect(readme).toMatch(/^\$ kubectl [a-z]+ /m);
    }
  });

  it.each(spec.rules)('tells how to meet $name, in few words', ({ message, help }) => {
    expect(message).toBeDefined();
    expect(help).toBeDefined();
    expect(message).not.toMatch(/\.$/);
    expect(help).not.toMatch(/\.$/);
  });

  it.each(tested.rules)('has $rule failed by one test and passed by another', (rule) => {
    expect(isCovered(rule)).toBe(true);
  });

  it.each(tested.mutations)('has $mutation made by one test and left undone by another', (mutation) => {
    expect(isCovered(mutation)).toBe(true);
  });

  it('can be switched off where it amends', () => {
    if (mutations.length > 0) expect(spec.override).toBeDefined();
    expect(spec.exceptions).not.toBe('Forbid');
  });

  it('words its findings with full knowledge', () => {
    const findings = tested.tests.flatMap((test) => test.findings.map(({ finding }) => finding));
    expect(findings.filter(({ message, help }) => `${message}${help}`.includes('<unknown>'))).toEqual([]);
    const certain = fixtures.flatMap((test) => test.findings.map(({ finding }) => finding));
    expect(certain.filter(({ assumed }) => assumed)).toEqual([]);
  });
});

registerPolicyTests(relative(process.cwd(), root), { describe, it });
