import type { FileFacts } from '../facts.ts';
import type { Tree } from '../tree/tree.ts';
import { distro, packages, secrets, setuid } from './files.ts';
import { shells } from './shells.ts';
import { interpreters, networkTools, packageManagers } from './tools.ts';
import { type View, viewOf } from './view.ts';

/** Facts that files tell, by their name. A fact is a function and a line here. */
const derivers: { readonly [Name in keyof FileFacts]: (view: View) => FileFacts[Name] } = {
  distro,
  shells,
  interpreters,
  packageManagers,
  networkTools,
  setuid,
  secrets,
  packages,
};

/** All facts that an image's finished file system tells. */
export function derive(tree: Tree): FileFacts {
  const view = viewOf(tree);
  return Object.fromEntries(
    Object.entries(derivers).map(([name, of]) => [name, of(view)]),
  ) as unknown as FileFacts;
}
