/** Writes tar archives, right ones and wrong ones, as tests need them. */
export interface TarFile {
  readonly path: string;
  /** `0` file (default), `1` hard link, `2` symlink, `5` directory … */
  readonly type?: string;
  readonly content?: string | Uint8Array;
  readonly target?: string;
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  /** Said in the header, where it is not the content's. */
  readonly size?: number;
}

export const file = (path: string, content: string | Uint8Array = 'x', mode = 0o644): TarFile => ({
  path,
  content,
  mode,
});
export const program = (path: string, content: string | Uint8Array): TarFile => file(path, content, 0o755);
export const symlink = (path: string, target: string): TarFile => ({ path, type: '2', target });
export const hardLink = (path: string, target: string): TarFile => ({ path, type: '1', target });
export const directory = (path: string): TarFile => ({ path, type: '5', mode: 0o755 });
/** Takes away what layers beneath had at this path. */
export const whiteout = (path: string): TarFile => file(path.replace(/([^/]+)$/, '.wh.$1'), '');
/** Takes away all that layers beneath had in this directory. */
export const opaque = (path: string): TarFile => file(`${path}/.wh..wh..opq`, '');

const octal = (value: number, length: number): string => `${value.toString(8).padStart(length - 1, '0')}\0`;

/** One header block. */
export function header({
  path,
  type = '0',
  content = '',
  target = '',
  mode = 0o644,
  ...rest
}: TarFile): Buffer {
  const { uid = 0, gid = 0, size = Buffer.byteLength(content) } = rest;
  const block = Buffer.alloc(512);
  block.write(path, 0, 100, 'utf8');
  block.write(octal(mode, 8), 100, 'latin1');
  block.write(octal(uid, 8), 108, 'latin1');
  block.write(octal(gid, 8), 116, 'latin1');
  if (size < 8 ** 11) block.write(octal(size, 12), 124, 'latin1');
  else {
    block[124] = 0x80;
    block.writeBigUInt64BE(BigInt(size), 128);
  }
  block.write(octal(0, 12), 136, 'latin1');
  block.write(type, 156, 'latin1');
  block.write(target, 157, 100, 'utf8');
  block.write('ustar\x0000', 257, 'latin1');
  return sum(block);
}

/** Writes the checksum into a header block. */
export function sum(block: Buffer): Buffer {
  block.fill(' ', 148, 156);
  const total = block.reduce((total, byte) => total + byte, 0);
  block.write(octal(total, 7), 148, 'latin1');
  return block;
}

export function padded(content: string | Uint8Array): Buffer {
  const bytes = Buffer.from(content as Uint8Array);
  return Buffer.concat([bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]);
}

/** A pax extended header for the entry after it. */
export function pax(records: Readonly<Record<string, string>>, type = 'x'): Buffer {
  const content = Object.entries(records)
    .map(([key, value]) => {
      const rest = ` ${key}=${value}\n`;
      const bytes = Buffer.byteLength(rest);
      let length = bytes + 1;
      while (String(length).length + bytes !== length) length = String(length).length + bytes;
      return `${length}${rest}`;
    })
    .join('');
  return Buffer.concat([header({ path: 'PaxHeaders/x', type, content }), padded(content)]);
}

/** Long names are written as GNU tar does it. */
export function entry(file: TarFile): Buffer {
  const parts: Buffer[] = [];
  const long = (type: string, text: string): void => {
    const content = `${text}\0`;
    parts.push(header({ path: '././@LongLink', type, content }), padded(content));
  };
  if (Buffer.byteLength(file.path) > 100) long('L', file.path);
  if (Buffer.byteLength(file.target ?? '') > 100) long('K', file.target ?? '');
  parts.push(header(file), padded(file.content ?? ''));
  return Buffer.concat(parts);
}

export const end = Buffer.alloc(1024);

export function tar(files: readonly TarFile[]): Buffer {
  return Buffer.concat([...files.map(entry), end]);
}
