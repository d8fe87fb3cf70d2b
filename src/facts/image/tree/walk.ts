import { ImageError } from '../error.ts';
import { type DirectoryNode, directoryNode, type Node } from './node.ts';

/** Links that are followed on one way, as Linux has it (MAXSYMLINKS). */
const mostLinks = 40;

/** Names that are walked in one image. The largest ones need a million; links of links can make it any number. */
export const walkLimit = 20_000_000;

/** What all walks through one image may cost. */
export interface WalkBudget {
  steps: number;
}

/** What a walk does besides. */
export interface WalkOptions {
  /** Follows a link at the path's end too. */
  readonly followLast: boolean;
  /** Makes directories for this layer where there are none, and of files in the way. */
  readonly makeFor?: number;
}

/**
 * The node at a path, links on the way followed within the image: absolute ones from its root, `..` never above it. Undefined
 * where nothing is known there, or the links go round in a circle.
 * @throws ImageError `limit` once the budget is spent
 */
export function walk(
  from: DirectoryNode,
  root: DirectoryNode,
  path: string,
  budget: WalkBudget,
  { followLast, makeFor }: WalkOptions,
): Node | undefined {
  // Names still to be walked, the next one at the end.
  const names = namesOf(path);
  let at: DirectoryNode = path.startsWith('/') ? root : from;
  let links = 0;
  for (let name = names.pop(); name !== undefined; name = names.pop()) {
    if (--budget.steps < 0) throw new ImageError('limit', 'the image has links that take too long to follow');
    if (name === '..') {
      at = at.parent ?? root;
      continue;
    }
    const isEnd = names.length === 0;
    let next = at.children.get(name);
    if (next?.is === 'symlink' && (followLast || !isEnd)) {
      if (++links > mostLinks) return undefined;
      if (next.to.startsWith('/')) at = root;
      names.push(...namesOf(next.to));
      continue;
    }
    if (next === undefined || (next.is === 'file' && !isEnd)) {
      if (makeFor === undefined) return undefined;
      next = directoryNode(name, at, makeFor);
      at.children.set(name, next);
    }
    if (next.is !== 'directory') return isEnd ? next : undefined;
    at = next;
  }
  return at;
}

function namesOf(path: string): string[] {
  return path
    .split('/')
    .filter((name) => name !== '' && name !== '.')
    .reverse();
}
