import { createReadStream, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What goes into a layer: a path in it, and where its content comes from. */
interface Member {
  readonly path: string;
  readonly from: string;
  readonly size: number;
  readonly mode: number;
}

/** All files below a folder. */
function* members(folder: string, prefix: string): Generator<Member> {
  for (const found of readdirSync(folder, { withFileTypes: true })) {
    const [from, path] = [join(folder, found.name), `${prefix}/${found.name}`];
    if (found.isDirectory()) yield* members(from, path);
    else if (found.isFile() && Buffer.byteLength(path) <= 100) {
      const { size, mode } = statSync(from);
      yield { path, from, size, mode: mode & 0o777 };
    }
  }
}

/** A layer like those of applications: thousands of small texts, some libraries, and one large program. */
export async function* applicationLayer(root: string): AsyncGenerator<Buffer> {
  const program = { path: 'usr/local/bin/node', from: process.execPath, mode: 0o755 };
  yield* archive([...members(join(root, 'node_modules'), 'app/node_modules')]);
  yield* archive([{ ...program, size: statSync(process.execPath).size }]);
  yield Buffer.alloc(1024);
}

async function* archive(files: readonly Member[]): AsyncGenerator<Buffer> {
  for (const { path, from, size, mode } of files) {
    yield header(path, size, mode);
    yield* createReadStream(from, { highWaterMark: 256 * 1024 });
    yield Buffer.alloc((512 - (size % 512)) % 512);
  }
}

/** A layer of any size, made as it is read: one program of 1 MB after the other, whose content does not repeat soon. */
export async function* endlessLayer(megabytes: number): AsyncGenerator<Buffer> {
  const content = Buffer.alloc(1024 * 1024);
  for (let at = 64, state = 1; at < content.length; at += 4) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    content.writeUInt32LE(state >>> 8, at);
  }
  content.write('\x7fELF\x02\x01\x01', 'latin1');
  content.writeUInt16LE(2, 16);
  for (let index = 0; index < megabytes; index++) {
    yield header(`opt/program-${index}`, content.length, 0o755);
    yield content;
  }
  yield Buffer.alloc(1024);
}

function header(path: string, size: number, mode: number): Buffer {
  const block = Buffer.alloc(512);
  const octal = (value: number, at: number, length: number): void => {
    block.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at, 'latin1');
  };
  block.write(path, 0, 100);
  octal(mode, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(size, 124, 12);
  octal(0, 136, 12);
  block.write('0', 156);
  block.write('ustar\x0000', 257, 'latin1');
  block.fill(' ', 148, 156);
  octal(
    block.reduce((sum, byte) => sum + byte, 0),
    148,
    7,
  );
  return block;
}
