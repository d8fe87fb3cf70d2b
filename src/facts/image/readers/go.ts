import { type FoundPackage, isSound, weighPackages } from './package.ts';
import type { ContentReader } from './reader.ts';

/** What the Go toolchain wrote into a binary: `go version -m` shows it. */
export interface GoBuild {
  /** Path of the main package. */
  readonly main: string;
  /** The standard library as `stdlib`, the main module and its dependencies. */
  readonly packages: readonly FoundPackage[];
}

const magic = Buffer.from('\xff Go buildinf:', 'latin1');
const headerSize = 32;
/** Bytes of the module list that are read; that of Kubernetes has 20 KB. */
const most = 1024 * 1024;

/** The module list of Go binaries, as Go 1.18 and later write it (debug/buildinfo). */
export const go: ContentReader<GoBuild> = {
  open({ program }) {
    if (program !== 'elf') return undefined;
    let carry: Buffer = Buffer.alloc(0);
    let captured: Buffer[] | undefined;
    let size = 0;
    let checked = false;
    const search = (chunk: Buffer): void => {
      // The magic may lie across two chunks.
      const seam = Buffer.concat([carry, chunk.subarray(0, magic.length)]);
      const inSeam = seam.indexOf(magic);
      const at = inSeam === -1 ? chunk.indexOf(magic) : inSeam - carry.length;
      if (at === -1 && inSeam === -1) {
        carry = Buffer.from(Buffer.concat([carry, chunk.subarray(-magic.length)]).subarray(-magic.length));
        return;
      }
      const start = at < 0 ? [carry.subarray(at), chunk] : [chunk.subarray(at)];
      captured = start;
      size = start.reduce((sum, { length }) => sum + length, 0);
      checked = false;
      carry = Buffer.alloc(0);
      check();
    };
    const check = (): void => {
      if (checked || captured === undefined || size < headerSize + 8) return;
      const bytes = Buffer.concat(captured);
      checked = looksRight(bytes);
      // Programs that read build information have the magic among their constants.
      if (!checked) {
        captured = undefined;
        search(bytes.subarray(magic.length));
      }
    };
    return {
      write(chunk) {
        if (captured === undefined) {
          search(chunk);
          return;
        }
        if (size >= most) return;
        captured.push(chunk);
        size += chunk.length;
        check();
      },
      end: () => (captured === undefined || !checked ? undefined : parse(Buffer.concat(captured))),
    };
  },
  weigh: ({ main, packages }) => main.length + weighPackages(packages),
};

function looksRight(bytes: Buffer): boolean {
  // Flag 2: the texts stand here. Without it there are pointers to them, as before Go 1.18.
  if (((bytes[15] as number) & 2) === 0) return false;
  const version = bytes.toString('latin1', headerSize + 1, headerSize + 6);
  return version.startsWith('go') || version.startsWith('devel');
}

function parse(bytes: Buffer): GoBuild | undefined {
  const [version, next] = readText(bytes, headerSize);
  const [modules] = readText(bytes, next);
  // 16 bytes at each end mark the text for readers of memory.
  const lines = modules.length < 33 ? [] : modules.toString('utf8', 16, modules.length - 16).split('\n');
  const packages: FoundPackage[] = [];
  let main = '';
  const add = (name: string | undefined, version: string | undefined): void => {
    if (isSound(name) && isSound(version)) packages.push({ type: 'golang', name, version });
  };
  add('stdlib', /^go(\d[^ ]*)/.exec(version.toString())?.[1]);
  for (const line of lines) {
    const [key, name, version] = line.split('\t');
    if (key === 'path') main = (name ?? '').slice(0, 512);
    else if (key === 'mod' || key === 'dep') add(name, version);
    else if (key === '=>') {
      packages.pop();
      add(name, version);
    }
  }
  return { main, packages };
}

/** A text with its length before it as a varint. */
function readText(bytes: Buffer, from: number): [text: Buffer, next: number] {
  let length = 0;
  let factor = 1;
  for (let at = from; at < Math.min(bytes.length, from + 5); at++) {
    const byte = bytes[at] as number;
    length += (byte & 0x7f) * factor;
    factor *= 128;
    if (byte < 0x80) return [bytes.subarray(at + 1, at + 1 + length), at + 1 + length];
  }
  return [Buffer.alloc(0), bytes.length];
}
