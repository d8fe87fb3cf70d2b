import type { Diagnostic } from '../model/index.ts';
import { findFiles, readText } from './files.ts';
import { packFile, packSuffix } from './packs.ts';

export interface PolicyFiles {
  readonly sources: readonly { readonly file: string; readonly text: string }[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads the policy documents of files and folders. In folders, `test` is left out beside what `findFiles` leaves
 * out, which holds what a policy of a library is tested with, and the files of packs.
 */
export async function readPolicyFiles(paths: readonly string[]): Promise<PolicyFiles> {
  const found = await findFiles(paths, ['test', packFile]);
  const sources: { file: string; text: string }[] = [];
  const diagnostics = [...found.diagnostics];
  for (const { name, explicit } of found.files) {
    if (!explicit && name.endsWith(packSuffix)) continue;
    const read = readText(name);
    if ('text' in read) sources.push({ file: name, text: read.text });
    else diagnostics.push(read.diagnostic);
  }
  if (sources.length === 0 && diagnostics.length === 0) diagnostics.push(noPolicy(paths));
  return { sources, diagnostics };
}

/** Without any policy everything is allowed, which nobody means who names files or folders of policies. */
export function noPolicy(paths: readonly string[]): Diagnostic {
  const shown = paths.slice(0, 3).map((path) => `\`${path}\``);
  const more = paths.length > shown.length ? [`${paths.length - shown.length} more`] : [];
  return {
    code: 'AB2005',
    severity: 'error',
    message: `there is no policy in ${[...shown, ...more].join(', ')}`,
    help: 'a folder is searched for files that end in `.yaml`, `.yml` or `.json`',
  };
}
