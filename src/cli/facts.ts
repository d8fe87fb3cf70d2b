import type { GivenFacts } from '../engine/index.ts';
import { type Form, problemsOf } from '../fields/index.ts';
import type { Diagnostic } from '../model/index.ts';
import { diagnose, readDocuments } from '../yaml/index.ts';
import { readText } from './files.ts';

export interface FactFiles {
  readonly given: GivenFacts;
  readonly diagnostics: readonly Diagnostic[];
  /** The texts that the diagnostics are about. */
  readonly texts: readonly { readonly file: string; readonly text: string }[];
}

/** By source, by what is asked for; null where it is not there. */
const form: Form = { is: 'mapping', of: { is: 'mapping', of: { is: 'anything' } } };

/** Reads facts that somebody wrote down, of files that each have some; what a later one says counts. */
export function readFactFiles(files: readonly string[]): FactFiles {
  const given = new Map<string, GivenFacts[string]>();
  const diagnostics: Diagnostic[] = [];
  const texts: { file: string; text: string }[] = [];
  for (const file of files) {
    const read = readText(file);
    if ('diagnostic' in read) {
      diagnostics.push(read.diagnostic);
      continue;
    }
    texts.push({ file, text: read.text });
    const { documents, diagnostics: unreadable } = readDocuments(file, read.text);
    diagnostics.push(...unreadable);
    for (const { value, source } of documents) {
      const problems = problemsOf(value, form);
      diagnostics.push(...problems.map((problem) => diagnose(problem, source)));
      if (problems.length > 0) continue;
      for (const [name, facts] of Object.entries(value as GivenFacts)) {
        given.set(name, { ...given.get(name), ...facts });
      }
    }
  }
  return { given: Object.fromEntries(given), diagnostics, texts };
}
