import { deflateRawSync } from 'node:zlib';

export type ZipFile = readonly [
  name: string,
  content: string | Buffer,
  form?: 'stored' | 'streamed' | undefined,
];

/** A zip archive: deflated with sizes before or, as Java writes it, after the content; or stored. */
export function zip(files: readonly ZipFile[]): Buffer {
  const parts = files.map(([name, content, form]) => {
    const plain = Buffer.from(content as string);
    const bytes = form === 'stored' ? plain : deflateRawSync(plain);
    const head = Buffer.alloc(30);
    head.writeUInt32LE(0x04034b50, 0);
    head.writeUInt16LE(form === 'streamed' ? 8 : 0, 6);
    head.writeUInt16LE(form === 'stored' ? 0 : 8, 8);
    if (form !== 'streamed') {
      head.writeUInt32LE(bytes.length, 18);
      head.writeUInt32LE(plain.length, 22);
    }
    head.writeUInt16LE(Buffer.byteLength(name), 26);
    const descriptor = Buffer.alloc(form === 'streamed' ? 16 : 0);
    if (form === 'streamed') {
      descriptor.writeUInt32LE(0x08074b50, 0);
      descriptor.writeUInt32LE(bytes.length, 8);
      descriptor.writeUInt32LE(plain.length, 12);
    }
    return Buffer.concat([head, Buffer.from(name), bytes, descriptor]);
  });
  const directory = Buffer.alloc(46);
  directory.writeUInt32LE(0x02014b50, 0);
  return Buffer.concat([...parts, directory]);
}
