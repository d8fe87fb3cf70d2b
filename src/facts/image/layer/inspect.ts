import { decompress } from '../decompress.ts';
import type { Limits } from '../limits.ts';
import type { Compression } from '../media-types.ts';
import { TarReader } from '../tar/reader.ts';
import { LayerBuilder } from './builder.ts';
import type { LayerFacts } from './facts.ts';

/** How a layer is to be read. */
export interface LayerReading {
  readonly compression: Compression;
  /** Compressed bytes, which the descriptor says. */
  readonly size: number;
  readonly limits: Limits;
  readonly signal: AbortSignal;
}

/**
 * Reads a layer once, from its first byte to its last, and remembers what facts need. Nothing is unpacked; memory does not
 * grow with the size of the layer or of its files.
 * @param stream the layer as it is stored. Whether its bytes are the right ones is for the caller: see `verified`
 * @throws ImageError
 */
export async function inspectLayer(
  stream: AsyncIterable<Uint8Array>,
  { compression, size, limits, signal }: LayerReading,
): Promise<LayerFacts> {
  const builder = new LayerBuilder(limits);
  const reader = new TarReader(limits, (entry) => builder.add(entry));
  let bytes = 0;
  await decompress(stream, compression, { size, limits, signal }, (chunk) => {
    bytes += chunk.length;
    reader.push(chunk);
  });
  reader.end();
  return builder.finish(reader.entries, bytes);
}
