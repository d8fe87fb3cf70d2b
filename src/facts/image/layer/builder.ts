import { ImageError } from '../error.ts';
import type { Limits } from '../limits.ts';
import { type Content, isTelling, readContent } from '../readers/index.ts';
import { cleanPath } from '../tar/path.ts';
import type { Sink, TarEntry } from '../tar/reader.ts';
import { type LayerFacts, nameHash, type Step } from './facts.ts';

const whiteout = '.wh.';
const opaque = '.wh..wh..opq';
/** AUFS's own files, which were never part of an image. */
const aufs = '.wh..wh.';

/** Rough bytes of a step besides its texts, as it stands in memory. */
const stepBytes = 96;

/** Makes {@link LayerFacts} of an archive's entries, in their order. */
export class LayerBuilder {
  readonly #limits: Pick<Limits, 'factBytes' | 'pathLength' | 'pathDepth'>;
  readonly #directories = new Map<string, number>();
  readonly #steps: Step[] = [];
  #plainAt = -1;
  #plainNames: string[] = [];
  #bytes = 0;

  constructor(limits: Pick<Limits, 'factBytes' | 'pathLength' | 'pathDepth'>) {
    this.#limits = limits;
  }

  /** Takes an entry, and returns what its content is for, if anything. */
  add(entry: TarEntry): Sink | undefined {
    const slash = entry.path.lastIndexOf('/');
    const name = entry.path.slice(slash + 1);
    const parent = slash === -1 ? '' : entry.path.slice(0, slash);
    if (name.startsWith(whiteout)) return this.#whiteout(parent, name);
    if (entry.type === 'directory') {
      this.#step({ is: 'directory', at: this.#directory(entry.path) });
      return undefined;
    }
    // A file cannot stand where the root is.
    if (entry.path === '') return undefined;
    const at = this.#directory(parent);
    switch (entry.type) {
      case 'symlink':
        if (entry.target.length > this.#limits.pathLength)
          throw new ImageError(
            'limit',
            `the archive has a link of more than ${this.#limits.pathLength} characters`,
          );
        this.#step({ is: 'symlink', at, name, to: entry.target }, entry.target.length);
        return undefined;
      case 'link': {
        const to = cleanPath(entry.target, this.#limits);
        this.#step({ is: 'link', at, name, to }, to.length);
        return undefined;
      }
      case 'device':
        this.#plain(at, name);
        return undefined;
      case 'file':
        return this.#file(at, name, entry);
    }
  }

  finish(entries: number, bytes: number): LayerFacts {
    this.#endPlain();
    return {
      directories: [...this.#directories.keys()],
      steps: this.#steps,
      entries,
      bytes,
      weight: this.#bytes,
    };
  }

  #whiteout(parent: string, name: string): undefined {
    if (name === opaque) this.#step({ is: 'opaque', at: this.#directory(parent) });
    else if (!name.startsWith(aufs) && name !== whiteout)
      this.#step({ is: 'removed', at: this.#directory(parent), name: name.slice(whiteout.length) });
  }

  #file(at: number, name: string, entry: TarEntry): Sink {
    const { mode, uid, gid, size, path } = entry;
    return readContent({ path, name, mode, size }, (content: Content, weight: number) => {
      if (isTelling({ name, mode }, content))
        this.#step({ is: 'file', at, name, mode: mode & 0o7777, uid, gid, size, content }, weight);
      else this.#plain(at, name);
    });
  }

  #plain(at: number, name: string): void {
    if (this.#plainAt !== at) {
      this.#endPlain();
      this.#plainAt = at;
      this.#account(stepBytes);
    }
    this.#plainNames.push(nameHash(name));
    this.#account(16);
  }

  #endPlain(): void {
    if (this.#plainNames.length > 0)
      this.#steps.push({ is: 'plain', at: this.#plainAt, names: this.#plainNames.join('') });
    this.#plainAt = -1;
    this.#plainNames = [];
  }

  #step(step: Step, weight = 0): void {
    this.#endPlain();
    this.#steps.push(step);
    this.#account(stepBytes + ('name' in step ? step.name.length : 0) + weight);
  }

  #directory(path: string): number {
    const known = this.#directories.get(path);
    if (known !== undefined) return known;
    const index = this.#directories.size;
    this.#directories.set(path, index);
    this.#account(64 + path.length);
    return index;
  }

  #account(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > this.#limits.factBytes)
      throw new ImageError('limit', 'the layer has too many links, programs or packages to remember');
  }
}
