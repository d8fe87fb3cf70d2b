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
  unmatched: 'Unmatched',
};

const form = /^(?<word>[a-z]+)\.(?<name>.+)\.(?:ya?ml|json)$/;

/** The first word of a file's name where it has the form of a fixture's, `deny.host-path.yaml`. */
export function fixtureWord(file: string): string | undefined {
  return form.exec(basename(file))?.groups?.['word'];
}

/** A fixture as a test: its objects are created, and come to what its name promises. */
export function readFixture(
  { file, text }: TextFile,
  action: Verdict,
): { readonly test: TestCase; readonly diagnostics: readonly Diagnostic[] } {
  const { documents, diagnostics } = readDocuments(file, text);
  const name = basename(file).replace(/\.[^.]*$/, '');
  return {
    test: {
      name,
      source: documents[0]?.source ?? { file, text, index: 0 },
      path: [],
      asks: documents.flatMap(expandLists),
      now: standardTime,
      expect: { action },
    },
    diagnostics,
  };
}
