import { hash } from 'node:crypto';
import type { Content } from '../readers/index.ts';

/**
 * What is remembered of one layer: data that can be stored as JSON. It says what the layer does to the file system of
 * the layers beneath it, in the order of its archive; who applies it (tree/) needs nothing else.
 *
 * Files that tell nothing are remembered by a hash of their name only, for all they do is to take the place of
 * what was there. A layer of 100,000 files takes some 2 MB so.
 */
export interface LayerFacts {
  /** Paths from the root, without a slash at either end. Steps name them by their index. */
  readonly directories: readonly string[];
  readonly steps: readonly Step[];
  readonly entries: number;
  /** Decompressed bytes. */
  readonly bytes: number;
  /** Rough bytes that these facts take in memory. */
  readonly weight: number;
}

export type Step = Directory | File | Symlink | Link | Plain | Removed | Opaque;

export interface Directory {
  readonly is: 'directory';
  readonly at: number;
}

/** A file that tells something: by its content, its name, or being a program. */
export interface File {
  readonly is: 'file';
  /** The directory it is in. */
  readonly at: number;
  readonly name: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
  /** What it says about itself: see readers/. */
  readonly content: Content;
}

export interface Symlink {
  readonly is: 'symlink';
  readonly at: number;
  readonly name: string;
  readonly to: string;
}

/** A further name of a file, which may be one of a layer beneath. */
export interface Link {
  readonly is: 'link';
  readonly at: number;
  readonly name: string;
  /** A path from the root, without a slash at either end. */
  readonly to: string;
}

/** Files, devices and pipes that tell nothing: the hashes of their names, one after the other. */
export interface Plain {
  readonly is: 'plain';
  readonly at: number;
  readonly names: string;
}

/** What layers beneath had here is gone. */
export interface Removed {
  readonly is: 'removed';
  readonly at: number;
  readonly name: string;
}

/** All that layers beneath had in this directory is gone. */
export interface Opaque {
  readonly is: 'opaque';
  readonly at: number;
}

/** Characters of {@link nameHash}. */
export const hashLength = 12;

/**
 * 72 bits of sha256: that somebody finds a name with which a file of ours seems replaced would take 2^71 tries.
 */
export function nameHash(name: string): string {
  // NUL is in no name, so that the two forms never meet.
  const bytes = name.isWellFormed() ? name : Buffer.concat([Buffer.of(0), Buffer.from(name, 'utf16le')]);
  return hash('sha256', bytes, 'base64url').slice(0, hashLength);
}
