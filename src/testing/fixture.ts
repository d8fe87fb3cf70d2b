import { basename } from 'node:path';
import type { Diagnostic } from '../model/index.ts';
import { expandLists, readDocuments } from '../yaml/index.ts';
import type { TestCase, TextFile, Verdict } from './model.ts';
import { standardTime } from './standard-time.ts';

/** The first word of a fixture's name, and what it promises. */
export const fixtureWords: Readonly<Record<string, Verdict>> = {
  allow: 'Allow',
  warn: 'Warn',
  deny: 'Deny',
  audit: 'Audit',
  mutate: 'Allow',
  unmatched: 'Unmatched',
};

const form = /^(?<word>[a-z]+)\.(?<name>.+)\.(?:ya?ml|json)$/;

/** The first word of a file's name where it has the form of a fixture's, `deny.host-path.yaml`. */
export function fixtureWord(file: string): string | undefined {
  return form.exec(basename(file))?.groups?.['word'];
}

const expectedForm = /^(?<fixture>mutate\..+)\.expected\.(?:ya?ml|json)$/;

/** What a file says the result of, `mutate.limits` for `mutate.limits.expected.yaml`; undefined for any other. */
export function expectedOf(file: string): string | undefined {
  return expectedForm.exec(basename(file))?.groups?.['fixture'];
}

/**
 * A fixture as a test: its objects are created, and come to what its name promises.
 * @param expected of a `mutate` fixture, the file that says what becomes of its objects
 */
export function readFixture(
  { file, text }: TextFile,
  expected?: TextFile,
): { readonly test: TestCase; readonly diagnostics: readonly Diagnostic[] } {
  const { documents, diagnostics } = readDocuments(file, text);
  const name = basename(file).replace(/\.[^.]*$/, '');
  const word = fixtureWord(file) ?? '';
  const action = Object.hasOwn(fixtureWords, word) ? fixtureWords[word] : undefined;
  const read = expected === undefined ? undefined : readDocuments(expected.file, expected.text);
  return {
    test: {
      name,
      source: documents[0]?.source ?? { file, text, index: 0 },
      path: [],
      asks: documents.flatMap(expandLists),
      now: standardTime,
      expect: {
        ...(action !== undefined && { action }),
        ...(word === 'allow' && { unchanged: true }),
        ...(read !== undefined && { objects: read.documents.flatMap(expandLists) }),
      },
    },
    diagnostics: [
      ...diagnostics,
      ...(read?.diagnostics ?? []),
      ...(word === 'mutate' && expected === undefined ? [unexpected(file, name)] : []),
    ],
  };
}

function unexpected(file: string, name: string): Diagnostic {
  return {
    code: 'AB2001',
    severity: 'error',
    message: `there is no file \`${name}.expected.yaml\` beside this one`,
    help: 'it has the objects as they are to become; begin with a copy, and `abatis test` tells what is missing in it',
    file,
  };
}
