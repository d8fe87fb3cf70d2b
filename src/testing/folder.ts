import { basename, dirname, join, relative } from 'node:path';
import type { Diagnostic } from '../model/index.ts';
import { didYouMean } from '../suggest/index.ts';
import { coverageOf, mutationCoverageOf } from './coverage.ts';
import { expectedOf, fixtureWord, fixtureWords, readFixture } from './fixture.ts';
import { judgeTest } from './judge.ts';
import type { FolderResult, PolicyFolder, TestCase, TextFile } from './model.ts';
import { readPolicies } from './program.ts';
import { readTable } from './table.ts';

const tableName = /^tests\.(?:ya?ml|json)$/;

/** A test, and what is wrong with the file it comes from. */
interface ReadTest {
  readonly test: TestCase;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Runs the tests of a folder's policies. Reads no file: all texts are in what is given.
 * @param wanted which tests to run, by their names
 */
export function testFolder(source: PolicyFolder, wanted: (name: string) => boolean): FolderResult {
  const policies = readPolicies(source.policies);
  const { tests, diagnostics } = readTests(source);
  const names = policies.policies.map(({ name }) => name).sort();
  const found = [...policies.diagnostics, ...diagnostics];
  if (policies.policies.length > 0 && source.tests.length === 0) found.push(untested(source, names));
  if (policies.isBroken) {
    return {
      folder: source.folder,
      policies: names,
      tests: [],
      rules: [],
      mutations: [],
      diagnostics: found,
    };
  }
  const judged = tests
    .filter(({ test }) => wanted(test.name))
    .map(({ test, diagnostics: ofFile }) => judgeTest(test, policies, ofFile));
  const answers = judged.map((each) => each.answers);
  return {
    folder: source.folder,
    policies: names,
    tests: judged.map(({ result }) => result),
    rules: coverageOf(policies.policies, answers),
    mutations: mutationCoverageOf(policies.policies, answers),
    diagnostics: found,
  };
}

function readTests({ folder, tests: files }: PolicyFolder): {
  readonly tests: readonly ReadTest[];
  readonly diagnostics: readonly Diagnostic[];
} {
  const root = join(folder, 'test');
  const tests: ReadTest[] = [];
  const diagnostics: Diagnostic[] = [];
  const named = new Set<string>();
  const others: TextFile[] = [];
  for (const file of files) {
    const isRight = dirname(file.file) === root;
    const isFixture = Object.hasOwn(fixtureWords, fixtureWord(file.file) ?? '');
    if (isRight && tableName.test(basename(file.file))) {
      const table = readTable(file, (name) => files.find((each) => relative(root, each.file) === name));
      tests.push(...table.tests.map((test) => ({ test, diagnostics: [] })));
      diagnostics.push(...table.diagnostics);
      for (const name of table.files) named.add(name);
    } else if (isRight && expectedOf(file.file) !== undefined) {
      others.push(file);
    } else if (isRight && isFixture) {
      const stem = basename(file.file).replace(/\.[^.]*$/, '');
      const expected = files.find((each) => dirname(each.file) === root && expectedOf(each.file) === stem);
      if (expected !== undefined) named.add(expected.file);
      tests.push(readFixture(file, expected));
    } else {
      others.push(file);
    }
  }
  // A misspelt fixture must not be passed over: nobody would notice.
  diagnostics.push(...others.filter(({ file }) => !named.has(file)).map(({ file }) => noTest(file)));
  return { tests, diagnostics };
}

function noTest(file: string): Diagnostic {
  const word = fixtureWord(file);
  const words = Object.keys(fixtureWords);
  const fixture = expectedOf(file);
  return {
    code: 'AB2201',
    severity: 'error',
    message: `\`${basename(file)}\` is no test, and no test names it`,
    help:
      (fixture === undefined
        ? undefined
        : `there is no \`${fixture}.yaml\` that it could be the result of`) ??
      (word === undefined ? undefined : didYouMean(word, words)) ??
      `a fixture is called \`${words.join('`, `')}\`, a dot, and what it is about: \`deny.host-path.yaml\``,
    file,
  };
}

function untested({ folder }: PolicyFolder, names: readonly string[]): Diagnostic {
  return {
    code: 'AB2209',
    severity: 'warning',
    message: `${names.map((name) => `\`${name}\``).join(', ')} ${names.length === 1 ? 'has' : 'have'} no tests`,
    help: `put manifests into \`${join(folder, 'test')}\`, named after what must come of them: \`deny.host-path.yaml\``,
  };
}
