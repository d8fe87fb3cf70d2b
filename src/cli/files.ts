import {
  closeSync,
  type Dirent,
  fstatSync,
  openSync,
  readdirSync,
  readSync,
  realpathSync,
  statSync,
} from 'node:fs';
import { join, normalize } from 'node:path';
import type { Diagnostic } from '../model/index.ts';

/** A file to read. */
export interface FoundFile {
  /** As the user would name it: relative to where they named a folder of it. `-` is standard input. */
  readonly name: string;
  /** Named by the user itself, not found in a folder or by a glob. */
  readonly explicit: boolean;
}

export interface FoundFiles {
  readonly files: readonly FoundFile[];
  readonly diagnostics: readonly Diagnostic[];
}

/** A file's text, or why there is none. */
export type ReadText = { readonly text: string } | { readonly diagnostic: Diagnostic };

/** More than any cluster's dump of one kind needs, little enough to be held in memory several times over. */
export const largestFile = 64 * 1024 * 1024;

const manifestName = /\.(?:ya?ml|json)$/i;
const globSign = /[*?[\]{}!()]/;

/**
 * The files that arguments stand for: files as they are, folders by the YAML and JSON files below them, globs,
 * `-` for standard input. Each file once, in the order of the arguments and then by name.
 *
 * In folders, what is hidden and `node_modules` is left out, links to files are followed and links to folders
 * are not (as kubectl does it, and so that no loop of links is walked).
 *
 * @param leaveOut names of folders to leave out besides.
 */
export async function findFiles(
  paths: readonly string[],
  leaveOut: readonly string[] = [],
): Promise<FoundFiles> {
  const files = new Map<string, FoundFile>();
  const diagnostics: Diagnostic[] = [];
  const add = (name: string, explicit: boolean): void => {
    const key = name === '-' ? name : real(name);
    if (explicit || !files.has(key)) files.set(key, { name, explicit });
  };
  for (const path of paths) {
    if (path === '-') {
      add('-', true);
      continue;
    }
    const found = kindOf(path);
    if (typeof found !== 'string') {
      diagnostics.push(unreadable(path, found.error));
    } else if (found === 'folder') {
      for (const name of walk(path, leaveOut, diagnostics)) add(name, false);
    } else if (found === 'file') {
      add(normalize(path), true);
    } else if (found === 'missing' && globSign.test(path)) {
      const names = await expand(path);
      if (names.length === 0) diagnostics.push(missing(path, 'no file matches'));
      for (const name of names) add(name, false);
    } else {
      diagnostics.push(missing(path, 'there is no file or folder'));
    }
  }
  return { files: [...files.values()], diagnostics };
}

/** Reads a file as UTF-8 text, `largestFile` bytes at most. */
export function readText(name: string): ReadText {
  try {
    const bytes = readBytes(name);
    return bytes === undefined ? { diagnostic: tooLarge(name) } : decode(name, bytes);
  } catch (error) {
    return { diagnostic: unreadable(name, error) };
  }
}

/** Bytes as UTF-8 text, a byte order mark left out. */
export function decode(name: string, bytes: Uint8Array): ReadText {
  try {
    const text = decoder.decode(bytes);
    if (!text.includes('\0')) return { text };
  } catch {
    // Falls through to the one thing there is to say of it.
  }
  return {
    diagnostic: {
      code: 'AB2004',
      severity: 'error',
      message: `\`${name}\` is not a text file in UTF-8`,
      file: name,
    },
  };
}

/** What to say of more than `largestFile` bytes. */
export function tooLarge(name: string): Diagnostic {
  return {
    code: 'AB2003',
    severity: 'error',
    message: `\`${name}\` is larger than ${largestFile / 1024 / 1024} MiB`,
    help: 'split it into several files',
    file: name,
  };
}

const decoder = new TextDecoder('utf-8', { fatal: true });

function kindOf(path: string): 'file' | 'folder' | 'missing' | { readonly error: unknown } {
  try {
    return statSync(path).isDirectory() ? 'folder' : 'file';
  } catch (error) {
    return codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR' ? 'missing' : { error };
  }
}

function* walk(folder: string, leaveOut: readonly string[], diagnostics: Diagnostic[]): Generator<string> {
  let entries: Dirent[];
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    diagnostics.push(unreadable(folder, error));
    return;
  }
  entries.sort((left, right) => (left.name < right.name ? -1 : 1));
  for (const entry of entries) {
    if (entry.name.startsWith('.') || entry.name === 'node_modules' || leaveOut.includes(entry.name))
      continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* walk(path, leaveOut, diagnostics);
    else if (!manifestName.test(entry.name)) continue;
    else if (entry.isFile()) yield path;
    else if (entry.isSymbolicLink()) {
      const target = kindOf(path);
      if (target === 'file' && statSync(path).isFile()) yield path;
      else if (target === 'missing') diagnostics.push(missing(path, 'there is nothing behind the link'));
      else if (typeof target !== 'string') diagnostics.push(unreadable(path, target.error));
    }
  }
}

async function expand(pattern: string): Promise<string[]> {
  const { glob } = await import('tinyglobby');
  const names = await glob(pattern, {
    ignore: ['**/node_modules/**'],
    followSymbolicLinks: false,
    expandDirectories: false,
  });
  return names.sort();
}

/** Pipes and devices give no size beforehand, so that reading stops at the limit instead. */
function readBytes(name: string): Uint8Array | undefined {
  const file = openSync(name, 'r');
  try {
    const { size } = fstatSync(file);
    if (size > largestFile) return undefined;
    let bytes = Buffer.allocUnsafe(size === 0 ? 65_536 : size + 1);
    let length = 0;
    for (;;) {
      const read = readSync(file, bytes, length, bytes.length - length, null);
      if (read === 0) return bytes.subarray(0, length);
      length += read;
      if (length > largestFile) return undefined;
      if (length === bytes.length) bytes = Buffer.concat([bytes], bytes.length * 2);
    }
  } finally {
    closeSync(file);
  }
}

function real(name: string): string {
  try {
    return realpathSync(name);
  } catch {
    return name;
  }
}

function missing(path: string, what: string): Diagnostic {
  return { code: 'AB2001', severity: 'error', message: `${what}: \`${path}\``, file: path };
}

function unreadable(path: string, error: unknown): Diagnostic {
  return {
    code: 'AB2002',
    severity: 'error',
    message: `cannot read \`${path}\`: ${reasons[codeOf(error)] ?? codeOf(error)}`,
    file: path,
  };
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ELOOP: 'its links lead in a circle',
  EISDIR: 'it is a folder',
  ENOENT: 'it is not there',
  EMFILE: 'too many open files',
};

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
}
