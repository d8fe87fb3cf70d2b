import { type DirectoryNode, type FileNode, type Node, pathOf } from '../tree/node.ts';
import type { Tree } from '../tree/tree.ts';

/** A name by which a file can be started or read: its own, or a link's. */
export interface Named {
  readonly path: string;
  readonly name: string;
  /** Of the layer that brought the name. */
  readonly layer: number;
  readonly file: FileNode;
  /** The file's own path where the name is a link; else null. */
  readonly target: string | null;
}

/** What derivers look at: the finished file system, gone through once. */
export interface View {
  readonly tree: Tree;
  /** Every file that is remembered, and every link that leads to one, by path. */
  readonly names: readonly Named[];
  /** Links to directories: where they lead, and their paths. */
  readonly aliases: ReadonlyMap<DirectoryNode, readonly string[]>;
}

export function viewOf(tree: Tree): View {
  const names: Named[] = [];
  const aliases = new Map<DirectoryNode, string[]>();
  for (const node of tree.nodes()) {
    if (node.is === 'directory') continue;
    const file = tree.target(node);
    if (file?.is === 'directory') {
      const paths = aliases.get(file);
      if (paths === undefined) aliases.set(file, [pathOf(node)]);
      else paths.push(pathOf(node));
    }
    if (file?.is !== 'file') continue;
    const { name, layer } = node;
    const target = node === (file as Node) ? null : pathOf(file);
    names.push({ path: pathOf(node), name, layer, file, target });
  }
  names.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  return { tree, names, aliases };
}

/** More paths of one file than anybody reads. */
const mostAliases = 16;

/** Other paths of a file, through links to the directories it is in: /bin/sh where /bin is a link to usr/bin. */
export function aliasPaths({ aliases }: View, node: Node): string[] {
  const paths: string[] = [];
  let rest = node.name;
  for (let at = node.parent; at !== undefined; at = at.parent) {
    for (const alias of aliases.get(at) ?? []) if (paths.length < mostAliases) paths.push(`${alias}/${rest}`);
    rest = `${at.name}/${rest}`;
  }
  return paths;
}

/** Whether a file can be started. */
export function isProgram({ inode }: FileNode): boolean {
  return inode.content.program !== undefined && (inode.mode & 0o111) !== 0;
}
