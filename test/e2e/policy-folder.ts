import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of policies that a test writes itself. */
export interface PolicyFolder {
  readonly path: string;
  /** Writes, or overwrites, one file of policies. */
  readonly write: (name: string, text: string) => void;
  readonly remove: () => void;
}

export function createPolicyFolder(files: Readonly<Record<string, string>>): PolicyFolder {
  const path = mkdtempSync(join(tmpdir(), 'abatis-policies-'));
  const folder: PolicyFolder = {
    path,
    write: (name, text) => writeFileSync(join(path, name), text),
    remove: () => rmSync(path, { recursive: true }),
  };
  for (const [name, text] of Object.entries(files)) folder.write(name, text);
  return folder;
}
