import { nameHash } from '../layer/facts.ts';
import type { Content } from '../readers/index.ts';

/** A file's body, which several names may share (hard links). */
export interface Inode {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  readonly content: Content;
}

interface Named {
  readonly name: string;
  readonly parent: DirectoryNode | undefined;
  /** Index of the layer that brought it. */
  layer: number;
  hash: string | undefined;
}

export interface FileNode extends Named {
  readonly is: 'file';
  readonly inode: Inode;
}

export interface SymlinkNode extends Named {
  readonly is: 'symlink';
  readonly to: string;
}

export interface DirectoryNode extends Named {
  readonly is: 'directory';
  readonly children: Map<string, Node>;
}

export type Node = FileNode | SymlinkNode | DirectoryNode;

export function directoryNode(name: string, parent: DirectoryNode | undefined, layer: number): DirectoryNode {
  return { is: 'directory', name, parent, layer, hash: undefined, children: new Map() };
}

/** A node's path from the root, with a slash before it. */
export function pathOf(node: Node): string {
  const names: string[] = [];
  for (let at: Node | undefined = node; at?.parent !== undefined; at = at.parent) names.push(at.name);
  return `/${names.reverse().join('/')}`;
}

export function hashOf(node: Node): string {
  node.hash ??= nameHash(node.name);
  return node.hash;
}
