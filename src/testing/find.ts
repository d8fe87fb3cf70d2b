import { type Dirent, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';
import type { Diagnostic } from '../model/index.ts';
import type { PolicyFolder, TextFile } from './model.ts';

export interface FoundFolders {
  readonly folders: readonly PolicyFolder[];
  readonly diagnostics: readonly Diagnostic[];
}

const documentName = /\.(?:ya?ml|json)$/i;

/** What a pack adds to policies that are elsewhere is nothing to test where it lies. */
const packName = /\.pack\.ya?ml$/i;

/** A file without it holds no document of ours, and is not worth parsing. */
const mark = 'abatis.dev/';

/** In bytes: no policy and no fixture is near it. */
const largestFile = 16 * 1024 * 1024;

/**
 * The folders at and below the paths that have policies right in them, each with the files of its `test`. A file
 * stands for the folder it is in. What is hidden, `node_modules` and `test` are not searched; links are not followed.
 */
export function findPolicyFolders(paths: readonly string[]): FoundFolders {
  const folders = new Map<string, PolicyFolder>();
  const diagnostics: Diagnostic[] = [];
  for (const path of paths) {
    let before = folders.size;
    try {
      const isFolder = statSync(path).isDirectory();
      const start = normalize(isFolder ? path : dirname(path));
      const all = isFolder ? [...walk(start)] : [start];
      for (const folder of all) {
        if (folders.has(folder)) before = -1;
        else addFolder(folder, folders, diagnostics);
      }
    } catch (error) {
      diagnostics.push(unreadable(path, error));
      continue;
    }
    if (folders.size === before) diagnostics.push(noPolicy(path));
  }
  return { folders: [...folders.values()], diagnostics };
}

function addFolder(folder: string, folders: Map<string, PolicyFolder>, diagnostics: Diagnostic[]): void {
  const policies = documents(folder, diagnostics).filter(({ text }) => text.includes(mark));
  if (policies.length === 0) return;
  const beside = join(folder, 'test');
  const tests = isFolder(beside) ? [...walk(beside)].flatMap((each) => documents(each, diagnostics)) : [];
  folders.set(folder, { folder, policies, tests });
}

/** The folder and those below it, in order of name. */
function* walk(folder: string): Generator<string> {
  yield folder;
  for (const entry of entries(folder)) {
    if (!entry.isDirectory() || entry.name.startsWith('.')) continue;
    if (entry.name === 'node_modules' || entry.name === 'test') continue;
    yield* walk(join(folder, entry.name));
  }
}

function documents(folder: string, diagnostics: Diagnostic[]): TextFile[] {
  return entries(folder)
    .filter((entry) => entry.isFile() && isDocument(entry.name))
    .flatMap(({ name }) => {
      const read = readText(join(folder, name));
      if (typeof read === 'object' && 'text' in read) return [read];
      diagnostics.push(read);
      return [];
    });
}

function isDocument(name: string): boolean {
  return documentName.test(name) && !packName.test(name) && !name.startsWith('.');
}

function entries(folder: string): Dirent[] {
  return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function readText(file: string): TextFile | Diagnostic {
  try {
    if (statSync(file).size > largestFile) {
      const limit = `${largestFile / 1024 / 1024} MiB`;
      return { code: 'AB2003', severity: 'error', message: `\`${file}\` is larger than ${limit}`, file };
    }
    const text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file));
    if (!text.includes('\0')) return { file, text };
  } catch (error) {
    if (!(error instanceof TypeError)) return unreadable(file, error);
  }
  return { code: 'AB2004', severity: 'error', message: `\`${file}\` is not a text file in UTF-8`, file };
}

function unreadable(path: string, error: unknown): Diagnostic {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return {
      code: 'AB2001',
      severity: 'error',
      message: `there is no file or folder: \`${path}\``,
      file: path,
    };
  }
  return { code: 'AB2002', severity: 'error', message: `cannot read \`${path}\`: ${code}`, file: path };
}

function noPolicy(path: string): Diagnostic {
  const inTests = basename(normalize(path)) === 'test';
  return {
    code: 'AB2005',
    severity: 'error',
    message: `there is no policy in \`${path}\``,
    help: inTests
      ? 'name the folder of the policy: the one that `test` is in'
      : 'a policy has `apiVersion: abatis.dev/v1alpha1`',
  };
}
