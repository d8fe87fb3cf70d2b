import { join } from 'node:path';
import type { Diagnostic } from '../model/index.ts';
import { findPolicyFolders } from './find.ts';
import { testFolder } from './folder.ts';
import type { FolderResult, TestRun } from './model.ts';

export interface TestOptions {
  /** Only tests with this in their names, upper and lower case alike. */
  readonly filter?: string;
}

/**
 * Tests the policies in and below folders by the fixtures and tables beside them. Reads files and nothing else.
 *
 * It does not throw for anything that is in a file; `isPassed` says whether all is well.
 */
export function testPolicies(paths: string | readonly string[], options: TestOptions = {}): TestRun {
  const found = findPolicyFolders(typeof paths === 'string' ? [paths] : paths);
  const filter = options.filter?.toLowerCase() ?? '';
  const folders = found.folders.map((folder) =>
    testFolder(folder, (name) => name.toLowerCase().includes(filter)),
  );
  const files = found.folders.flatMap(({ policies, tests }) => [...policies, ...tests]);
  const diagnostics = [...found.diagnostics];
  const isBroken = [...diagnostics, ...folders.flatMap((folder) => folder.diagnostics)].some(
    ({ severity }) => severity === 'error',
  );
  if (!isBroken && folders.every(({ tests }) => tests.length === 0)) {
    diagnostics.push(nothingTested(options.filter));
  }
  return { folders, diagnostics, texts: new Map(files.map(({ file, text }) => [file, text])) };
}

/**
 * As `testPolicies`, of texts that are in no file yet.
 * @param texts by their names in the folder: `policy.yaml`, `test/deny.host-path.yaml`
 */
export function testTexts(folder: string, texts: ReadonlyMap<string, string>): TestRun {
  const files = [...texts]
    .filter(([name]) => /\.(?:ya?ml|json)$/i.test(name))
    .map(([name, text]) => ({ file: join(folder, name), text, isTest: name.startsWith('test/') }));
  const result = testFolder(
    { folder, policies: files.filter(({ isTest }) => !isTest), tests: files.filter(({ isTest }) => isTest) },
    () => true,
  );
  return {
    folders: [result],
    diagnostics: result.tests.length === 0 ? [nothingTested(undefined)] : [],
    texts: new Map(files.map(({ file, text }) => [file, text])),
  };
}

/** Everything that is wrong with what was read, in the order of the run. */
export function diagnosticsOf({ diagnostics, folders }: TestRun): readonly Diagnostic[] {
  return [
    ...folders.flatMap((folder) => [
      ...folder.diagnostics,
      ...folder.tests.flatMap((test) => test.diagnostics),
    ]),
    ...diagnostics,
  ];
}

/** Whether something could not be read, or nothing was tested: then the run says little, whatever else passed. */
export function isBroken(run: TestRun): boolean {
  return diagnosticsOf(run).some(({ severity }) => severity === 'error');
}

/** Whether something was tested, and all of it passed. */
export function isPassed(run: TestRun): boolean {
  return !isBroken(run) && run.folders.every(({ tests }) => tests.every(isTestPassed));
}

function isTestPassed({ outcome }: FolderResult['tests'][number]): boolean {
  return outcome === 'passed';
}

function nothingTested(filter: string | undefined): Diagnostic {
  return {
    code: 'AB2208',
    severity: 'error',
    message:
      filter === undefined
        ? 'nothing was tested'
        : `nothing was tested: no test has \`${filter}\` in its name`,
    help:
      filter === undefined
        ? 'a policy is tested by manifests in the folder `test` beside it, such as `test/deny.host-path.yaml`'
        : 'a fixture is named like its file, a test of a table by its `name`',
  };
}
