import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { posix } from 'node:path';
import { collect, type Descriptor, verify } from './digest.ts';
import { dockerImage } from './docker-archive.ts';
import { ImageError, throwIfCancelled, toImageError } from './error.ts';
import { blobPath, type PickOptions } from './layout.ts';
import { defaultLimits } from './limits.ts';
import { pick } from './pick.ts';
import type { ImageSource, RawManifest, Reading } from './source.ts';
import { TarReader } from './tar/reader.ts';

/** A file within the archive. */
export interface Range {
  readonly offset: number;
  readonly size: number;
}

/** An archive of which it is known where its files lie. */
export interface ArchiveIndex {
  /** Undefined where there is no such file. Links within the archive are followed. */
  find(path: string): Range | undefined;
  stream(range: Range, signal: AbortSignal): AsyncIterable<Uint8Array>;
  read(path: string, what: string, reading: Reading): Promise<Buffer>;
}

/**
 * An image in a tar archive: what `docker save` writes, or an OCI layout as a tar. The archive is gone through once for where
 * its files lie, without reading them, and nothing is unpacked.
 */
export function openArchive(path: string, { name }: PickOptions = {}): ImageSource {
  let opened: Promise<ImageSource> | undefined;
  const source = (signal: AbortSignal): Promise<ImageSource> => {
    // What fails is tried again when it is asked for again.
    opened ??= load(path, name, signal).catch((error: unknown) => {
      opened = undefined;
      if (error instanceof ImageError && error.reason === 'malformed')
        throw new ImageError('malformed', `\`${path}\` is no image in a tar: ${error.message}`, {
          cause: error,
        });
      throw toImageError(error, `\`${path}\` cannot be read`, signal);
    });
    return opened;
  };
  return {
    name: name === undefined ? path : `${path}:${name}`,
    resolve: async (reading) => (await source(reading.signal)).resolve(reading),
    manifest: async (digest, reading) => (await source(reading.signal)).manifest(digest, reading),
    async *blob(descriptor, signal) {
      yield* (await source(signal)).blob(descriptor, signal);
    },
  };
}

async function load(path: string, name: string | undefined, signal: AbortSignal): Promise<ImageSource> {
  const archive = await indexArchive(path, signal);
  if (archive.find('index.json') !== undefined && archive.find('oci-layout') !== undefined)
    return ociImage(path, archive, name);
  if (archive.find('manifest.json') !== undefined) return dockerImage(path, archive, name, signal);
  throw new ImageError(
    'unsupported',
    `\`${path}\` is no image: it has neither index.json nor manifest.json`,
    {
      help: 'give an archive that docker save has written, or an OCI layout as a tar',
    },
  );
}

function ociImage(path: string, archive: ArchiveIndex, name: string | undefined): ImageSource {
  const manifest = async (digest: string, reading: Reading): Promise<RawManifest> => {
    const bytes = await archive.read(blobPath(digest), `manifest \`${digest}\``, reading);
    verify(bytes, digest, 'manifest');
    return { bytes, mediaType: undefined, digest };
  };
  return {
    name: path,
    async resolve(reading) {
      const index = await archive.read('index.json', '`index.json`', reading);
      const { digest, mediaType } = pick(index, name);
      return digest === undefined
        ? { bytes: index, mediaType, digest: undefined }
        : { ...(await manifest(digest, reading)), mediaType };
    },
    manifest,
    async *blob({ digest }: Descriptor, signal) {
      const range = archive.find(blobPath(digest));
      if (range === undefined) throw new ImageError('notFound', `blob \`${digest}\` is not in the archive`);
      yield* archive.stream(range, signal);
    },
  };
}

const chunkSize = 64 * 1024;
const mostLinks = 16;

async function indexArchive(path: string, signal: AbortSignal): Promise<ArchiveIndex> {
  const files = new Map<string, Range | string>();
  const reader = new TarReader({ ...defaultLimits, entries: 100_000 }, (entry) => {
    const { path, type, size, offset, target, sparse } = entry;
    if (sparse) throw new ImageError('unsupported', 'the archive has sparse files');
    if (type === 'file') files.set(path, { offset, size });
    else if (type === 'link') files.set(path, posix.join('/', target).slice(1));
    else if (type === 'symlink') files.set(path, posix.join('/', posix.dirname(path), target).slice(1));
    return undefined;
  });
  const file = await open(path, 'r');
  try {
    await scan(file, reader, signal);
  } finally {
    await file.close();
  }
  const find = (path: string): Range | undefined => {
    let found = files.get(path);
    for (let links = 0; typeof found === 'string' && links < mostLinks; links++) found = files.get(found);
    return typeof found === 'string' ? undefined : found;
  };
  const stream = (range: Range, signal: AbortSignal): AsyncIterable<Uint8Array> =>
    readRange(path, range, signal);
  return {
    find,
    stream,
    read(path, what, { signal, maxBytes }) {
      const range = find(path);
      if (range === undefined) throw new ImageError('notFound', `${what} is not in the archive`);
      return collect(stream(range, signal), maxBytes, what);
    },
  };
}

async function scan(file: FileHandle, reader: TarReader, signal: AbortSignal): Promise<void> {
  const { size } = await file.stat();
  for (let at = 0; at < size; ) {
    throwIfCancelled(signal);
    const { bytesRead, buffer } = await file.read(Buffer.alloc(chunkSize), 0, chunkSize, at);
    if (bytesRead === 0) break;
    if (at === 0 && buffer[0] === 0x1f && buffer[1] === 0x8b)
      throw new ImageError('unsupported', 'the archive is compressed', {
        help: 'decompress it first: gunzip',
      });
    reader.push(buffer.subarray(0, bytesRead));
    at += bytesRead;
    while (reader.idle > 0) {
      at += reader.idle;
      reader.skip(reader.idle);
    }
    if (at > size) throw new ImageError('malformed', 'the archive is cut short');
  }
  reader.end();
}

async function* readRange(path: string, range: Range, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const { offset, size } = range;
  if (size === 0) return;
  try {
    yield* createReadStream(path, {
      start: offset,
      end: offset + size - 1,
      signal,
      highWaterMark: 256 * 1024,
    });
  } catch (error) {
    throw toImageError(error, `\`${path}\` cannot be read`, signal);
  }
}
