import { hashLength, type LayerFacts, type Step } from '../layer/facts.ts';
import { type DirectoryNode, directoryNode, hashOf, type Inode, type Node } from './node.ts';
import { directoryLimit, type WalkOptions, walk, walkLimit } from './walk.ts';

/** A file that some layer brought, whether or not a later one took it away. */
export interface Brought {
  readonly path: string;
  readonly layer: number;
  readonly inode: Inode;
}

/**
 * The file system that layers make, as far as it tells something: directories that matter, links, and files that are remembered.
 * Layers are applied from the bottom to the top, as container runtimes unpack them (containerd's archive package): an
 * entry replaces what was at its path, directories are merged, links among an entry's parents are followed within the
 * image, whiteouts take away what layers beneath brought and nothing of their own layer (OCI image layer specification).
 */
export class Tree {
  readonly root: DirectoryNode = directoryNode('', undefined, 0);
  /** Of all layers, deleted ones too: whoever has the image can read them. */
  readonly secrets: Brought[] = [];
  readonly #budget = { steps: walkLimit, made: directoryLimit };

  apply(facts: LayerFacts, layer: number): void {
    for (const step of facts.steps) this.#apply(step, facts.directories[step.at] ?? '', layer);
  }

  /** What is at a path in the end, all links followed; undefined where nothing is known to be. */
  at(path: string): Node | undefined {
    return this.#walk(path, { followLast: true });
  }

  /** What is at a path itself, a link at its end not followed. */
  entry(path: string): Node | undefined {
    return this.#walk(path, { followLast: false });
  }

  /** What a node stands for: itself, or what its link leads to. */
  target(node: Node): Node | undefined {
    return node.is === 'symlink' ? this.#walk(node.to, { followLast: true }, node.parent) : node;
  }

  *nodes(from: DirectoryNode = this.root): Generator<Node> {
    const waiting: DirectoryNode[] = [from];
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop())
      for (const node of at.children.values()) {
        yield node;
        if (node.is === 'directory') waiting.push(node);
      }
  }

  #apply(step: Step, path: string, layer: number): void {
    switch (step.is) {
      case 'directory': {
        this.#directory(path, layer);
        return;
      }
      case 'opaque': {
        this.#opaque(path, layer);
        return;
      }
      case 'removed': {
        const parent = this.#walk(path, { followLast: true, makeFor: layer });
        const node = parent?.is === 'directory' ? parent.children.get(step.name) : undefined;
        if (node !== undefined) remove(node, layer);
        return;
      }
      case 'plain': {
        // Its directory has to be there: a link may lead through it.
        const parent = this.#walk(path, { followLast: true, makeFor: layer });
        if (parent?.is === 'directory') replaceByHash(parent, step.names);
        return;
      }
    }
    const parent = this.#walk(path, { followLast: true, makeFor: layer });
    if (parent?.is !== 'directory') return;
    const { name } = step;
    const common = { name, parent, layer, hash: undefined };
    switch (step.is) {
      case 'symlink':
        parent.children.set(name, { ...common, is: 'symlink', to: step.to });
        return;
      case 'file': {
        const { mode, uid, gid, size, content } = step;
        const inode = { mode, uid, gid, size, content };
        parent.children.set(name, { ...common, is: 'file', inode });
        if (content.secret !== undefined) this.secrets.push({ path: join(path, name), layer, inode });
        return;
      }
      case 'link': {
        const target = this.#walk(step.to, { followLast: false });
        if (target === undefined || target.is === 'directory') parent.children.delete(name);
        else parent.children.set(name, { ...target, ...common });
      }
    }
  }

  #walk(path: string, options: WalkOptions, from: DirectoryNode = this.root): Node | undefined {
    return walk(from, this.root, path, this.#budget, options);
  }

  #directory(path: string, layer: number): void {
    if (path === '') return;
    const slash = path.lastIndexOf('/');
    const parent = this.#walk(path.slice(0, Math.max(0, slash)), { followLast: true, makeFor: layer });
    if (parent?.is !== 'directory') return;
    const name = path.slice(slash + 1);
    // A link to a directory is replaced by one too, and only a directory itself is kept.
    if (parent.children.get(name)?.is !== 'directory')
      parent.children.set(name, directoryNode(name, parent, layer));
  }

  #opaque(path: string, layer: number): void {
    const directory = this.#walk(path, { followLast: true, makeFor: layer });
    if (directory?.is !== 'directory') return;
    for (const node of [...directory.children.values()]) remove(node, layer);
  }
}

function join(path: string, name: string): string {
  return path === '' ? `/${name}` : `/${path}/${name}`;
}

/** Takes away what layers beneath brought, and leaves what this one did. Without recursion: trees may be very deep. */
function remove(node: Node, layer: number): void {
  const all = [node];
  for (const at of all) if (at.is === 'directory') for (const child of at.children.values()) all.push(child);
  for (const at of all.reverse()) {
    const goes = at.is === 'directory' ? at.children.size === 0 : at.layer < layer;
    if (goes) at.parent?.children.delete(at.name);
  }
}

function replaceByHash(parent: DirectoryNode, names: string): void {
  if (parent.children.size === 0) return;
  const hashes = new Set<string>();
  for (let at = 0; at < names.length; at += hashLength) hashes.add(names.slice(at, at + hashLength));
  for (const node of [...parent.children.values()])
    if (hashes.has(hashOf(node))) parent.children.delete(node.name);
}
