import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inspectImage } from '../../../src/facts/image/index.ts';
import { dash } from './binaries.ts';
import { imageOf, layer } from './image.ts';
import { directory, file, hardLink, opaque, program, symlink, type TarFile, whiteout } from './tar.ts';

/**
 * A file system in full and without any cleverness, to which layers are applied one entry after the other, as
 * containerd's archive package does it.
 */
type Node = { layer: number } & (
  | { is: 'shell' }
  | { is: 'text' }
  | { is: 'link'; to: string }
  | { is: 'folder'; files: Map<string, Node> }
);

/** Where a runtime would give up: such an image never runs. */
class Unpackable extends Error {}

class Model {
  root: Node & { is: 'folder' } = { is: 'folder', layer: 0, files: new Map() };

  /**
   * The real path that a path stands for, as names; undefined in a circle. The kernel is strict about what is not there; a
   * runtime that looks for the parent of an entry is not.
   */
  real(path: readonly string[], strict: boolean, links = 0): string[] | undefined {
    const out: string[] = [];
    for (const [index, name] of path.entries()) {
      if (name === '' || name === '.') continue;
      if (name === '..') {
        out.pop();
        continue;
      }
      const node = this.get([...out, name]);
      const rest = path.slice(index + 1);
      if (node?.is === 'link') {
        if (links >= 40) return undefined;
        const base = node.to.startsWith('/') ? [] : out;
        return this.real([...base, ...node.to.split('/'), ...rest], strict, links + 1);
      }
      if (rest.length > 0 && (node === undefined ? strict : node.is !== 'folder')) throw new Unpackable();
      out.push(name);
    }
    return out;
  }

  get(path: readonly string[]): Node | undefined {
    let node: Node | undefined = this.root;
    for (const name of path) node = node?.is === 'folder' ? node.files.get(name) : undefined;
    return node;
  }

  folder(path: readonly string[], layer: number): Node & { is: 'folder' } {
    let at = this.root;
    for (const name of path) {
      const next = at.files.get(name);
      if (next !== undefined && next.is !== 'folder') throw new Unpackable();
      const made = next ?? { is: 'folder', layer, files: new Map() };
      at.files.set(name, made);
      at = made;
    }
    return at;
  }

  hide(folder: Node & { is: 'folder' }, name: string, layer: number): void {
    const node = folder.files.get(name);
    if (node?.is === 'folder') {
      for (const inner of [...node.files.keys()]) this.hide(node, inner, layer);
      if (node.files.size === 0) folder.files.delete(name);
    } else if (node !== undefined && node.layer < layer) folder.files.delete(name);
  }

  apply(entry: TarFile, layer: number): void {
    const names = entry.path.split('/');
    const name = names.pop() as string;
    const parent = this.real(names, false);
    if (parent === undefined) throw new Unpackable();
    const folder = this.folder(parent, layer);
    if (name === '.wh..wh..opq')
      for (const inner of [...folder.files.keys()]) this.hide(folder, inner, layer);
    else if (name.startsWith('.wh.')) this.hide(folder, name.slice(4), layer);
    else if (entry.type === '5') {
      if (folder.files.get(name)?.is !== 'folder')
        folder.files.set(name, { is: 'folder', layer, files: new Map() });
    } else if (entry.type === '2') folder.files.set(name, { is: 'link', layer, to: entry.target ?? '' });
    else if (entry.type === '1') {
      const to = (entry.target ?? '').split('/');
      const last = to.pop() as string;
      const at = this.real(to, true);
      const target = at === undefined ? undefined : this.get([...at, last]);
      if (target === undefined || target.is === 'folder') throw new Unpackable();
      folder.files.set(name, { ...target, layer });
    } else folder.files.set(name, { is: entry.content === 'text' ? 'text' : 'shell', layer });
  }

  /** Paths of all shells and of all links to one. */
  shells(node = this.root, path = ''): { files: string[]; links: string[] } {
    const found = { files: [] as string[], links: [] as string[] };
    for (const [name, inner] of node.files) {
      const here = `${path}/${name}`;
      if (inner.is === 'shell') found.files.push(here);
      else if (inner.is === 'link' && this.isShell(here)) found.links.push(here);
      else if (inner.is === 'folder') {
        const deeper = this.shells(inner, here);
        found.files.push(...deeper.files);
        found.links.push(...deeper.links);
      }
    }
    return found;
  }

  isShell(path: string): boolean {
    try {
      const real = this.real(path.split('/'), true);
      return real !== undefined && this.get(real)?.is === 'shell';
    } catch {
      return false;
    }
  }
}

const name = fc.constantFrom('a', 'b', 'c');
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join('/'));
const target = fc.oneof(
  path,
  path.map((path) => `/${path}`),
  path.map((path) => `../${path}`),
  path.map((path) => `../../${path}/..`),
  fc.tuple(path, path).map(([path, other]) => `/${path}/../${other}`),
);
const entry: fc.Arbitrary<TarFile> = fc.oneof(
  path.map((path) => program(path, dash)),
  path.map((path) => file(path, 'text', 0o755)),
  path.map(directory),
  fc.tuple(path, target).map(([path, target]) => symlink(path, target)),
  fc.tuple(path, path).map(([path, target]) => hardLink(path, target)),
  path.map(whiteout),
  path.map(opaque),
);
const layers = fc.array(fc.array(entry, { maxLength: 8 }), { minLength: 1, maxLength: 4 });

test('layers make the file system that a runtime would make of them', async () => {
  let compared = 0;
  await fc.assert(
    fc.asyncProperty(layers, async (layers) => {
      const model = new Model();
      try {
        for (const [index, files] of layers.entries()) for (const entry of files) model.apply(entry, index);
      } catch (error) {
        if (error instanceof Unpackable) return;
        throw error;
      }
      compared++;
      const { shells } = await inspectImage(imageOf(layers.map((files) => layer(files, 'none'))));
      const { files, links } = model.shells();
      expect(shells.filter(({ target }) => target === null).map(({ path }) => path)).toEqual(files.sort());
      expect(shells.map(({ path }) => path)).toEqual(expect.arrayContaining(links));
      for (const { path } of shells) expect([path, model.isShell(path)]).toEqual([path, true]);
    }),
    { numRuns: 3000 },
  );
  expect(compared).toBeGreaterThan(500);
});
