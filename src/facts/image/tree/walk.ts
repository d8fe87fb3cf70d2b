import { ImageError } from '../error.ts';
import { type DirectoryNode, directoryNode, type Node } from './node.ts';

/** Links that are followed on one way, as Linux has it (MAXSYMLINKS). */
const mostLinks = 40;

/** Names that are walked in one image. The largest ones need a million; links of links can make it any number. */
export const walkLimit = 20_000_000;

/** Directories that are made on the way. The largest images have some 100,000; links can make it any number too. */
export const directoryLimit = 250_000;

/** What all walks through one image may cost. */
export interface WalkBudget {
  steps: number;
  made: number;
}

/** What a walk does besides. */
export interface WalkOptions {
  /** Follows a link at the path's end too. */
  readonly followLast: boolean;
  /** Makes directories for this layer where there are none. */
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
  // Below what is not there, `..` goes up in the text (Go's securejoin, by which runtimes find parents).
  const missing: string[] = [];
  for (let name = names.pop(); name !== undefined; name = names.pop()) {
    if (--budget.steps < 0) throw new ImageError('limit', 'the image has links that take too long to follow');
    if (missing.length > 0) {
      if (name === '..') missing.pop();
      else missing.push(name);
      continue;
    }
    if (name === '..') {
      at = at.parent ?? root;
      continue;
    }
    const isEnd = names.length === 0;
    const next = at.children.get(name);
    if (next?.is === 'symlink' && (followLast || !isEnd)) {
      if (++links > mostLinks) return undefined;
      if (next.to.startsWith('/')) at = root;
      names.push(...namesOf(next.to));
      continue;
    }
    if (next === undefined) {
      if (makeFor === undefined) return undefined;
      missing.push(name);
    } else if (next.is === 'directory') at = next;
    else return isEnd ? next : undefined;
  }
  for (const name of missing) {
    if (--budget.made < 0) throw new ImageError('limit', 'the image has too many directories');
    const made = directoryNode(name, at, makeFor ?? 0);
    at.children.set(name, made);
    at = made;
  }
  return at;
}

function namesOf(path: string): string[] {
  return path
    .split('/')
    .filter((name) => name !== '' && name !== '.')
    .reverse();
}
