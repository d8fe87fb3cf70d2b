import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import * as zlib from 'node:zlib';
import { ImageError, throwIfCancelled, toImageError } from './error.ts';
import type { Limits } from './limits.ts';
import type { Compression } from './media-types.ts';
import { ZstdFrames } from './zstd-frames.ts';

/** The most bytes that zstd may refer back to, as a power of two: 32 MiB, what images' own tools use at their highest level. */
const zstdWindow = 25;

/** Bytes of a decompressed chunk. Larger ones cost memory and win nothing. */
const chunkSize = 128 * 1024;

type Expansion = Pick<Limits, 'expandedBytes' | 'ratio' | 'ratioFrom'>;

/**
 * Decompresses a stream and hands over every chunk, reading no faster than they are taken.
 * @param size compressed bytes, against which the ratio is counted
 * @throws ImageError `malformed`, `limit` for what expands too far, `cancelled`, and what the stream throws
 */
export async function decompress(
  stream: AsyncIterable<Uint8Array>,
  compression: Compression,
  {
    size,
    limits,
    signal,
  }: { readonly size: number; readonly limits: Expansion; readonly signal: AbortSignal },
  onChunk: (chunk: Buffer) => void,
): Promise<void> {
  let expanded = 0;
  const most = Math.min(limits.expandedBytes, Math.max(limits.ratioFrom, size * limits.ratio));
  const take = (chunk: Uint8Array): void => {
    throwIfCancelled(signal);
    expanded += chunk.length;
    if (expanded > most) throw tooLarge(limits, expanded);
    onChunk(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
  };
  try {
    throwIfCancelled(signal);
    const inflater = inflaterFor(compression);
    if (inflater === undefined) {
      for await (const chunk of stream) take(chunk);
      return;
    }
    let fed = 0;
    async function* counted(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
      for await (const chunk of chunks) {
        fed += chunk.length;
        yield chunk;
      }
    }
    const input = counted(compression === 'zstd' ? frames(stream) : stream);
    await pipeline(
      // Chunk by chunk, for zstd's are cut where its frames end.
      Readable.from(input),
      inflater,
      async (chunks) => {
        for await (const chunk of chunks as AsyncIterable<Buffer>) take(chunk);
      },
      { signal },
    );
    // Node ignores what comes after zeros at the end of gzip; somebody else might read it.
    if (inflater.bytesWritten < fed)
      throw new ImageError('malformed', 'the layer goes on after its compressed data has ended');
  } catch (error) {
    throw toImageError(error, 'the layer cannot be read', signal);
  }
}

function inflaterFor(compression: Compression): zlib.Gunzip | zlib.ZstdDecompress | undefined {
  if (compression === 'gzip') return zlib.createGunzip({ chunkSize });
  if (compression === 'none') return undefined;
  return zlib.createZstdDecompress({
    chunkSize,
    params: { [zlib.constants.ZSTD_d_windowLogMax]: zstdWindow },
  });
}

async function* frames(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const splitter = new ZstdFrames();
  for await (const chunk of stream)
    yield* splitter.cut(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
  if (!splitter.between) throw new ImageError('malformed', 'the compressed data is cut short');
}

function tooLarge({ expandedBytes, ratio }: Expansion, expanded: number): ImageError {
  const message =
    expanded > expandedBytes
      ? `the layer is larger than ${expandedBytes} bytes`
      : `the layer expands to more than ${ratio} times its size`;
  return new ImageError('limit', message, {
    help: 'layers that expand so far are made to exhaust who reads them; leave large empty files out of the image',
  });
}
