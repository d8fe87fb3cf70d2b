import type { Descriptor } from './digest.ts';

/** The bytes of a manifest or index, as they were stored. */
export interface RawManifest {
  readonly bytes: Uint8Array;
  /** What the source says it is (a registry's Content-Type); the document's own word goes before it. */
  readonly mediaType: string | undefined;
  /** The digest under which the source has it, if it says so. */
  readonly digest: string | undefined;
}

/** How much to read at most, and when to stop. */
export interface Reading {
  readonly signal: AbortSignal;
  /** Read no more bytes than this: throw an ImageError with reason `limit` instead. */
  readonly maxBytes: number;
}

/**
 * Where one image comes from: a registry, a folder, an archive. It moves bytes; all that they mean, and whether they are
 * those of their digest, is looked after by {@link inspectImage}. Whatever it throws should be an ImageError;
 * everything else is reported as `unavailable`.
 */
export interface ImageSource {
  /** The image as a user would name it, for messages. */
  readonly name: string;
  /** The manifest or index that the name stands for. */
  resolve(reading: Reading): Promise<RawManifest>;
  /** A manifest of an index. */
  manifest(digest: string, reading: Reading): Promise<RawManifest>;
  /** A blob's bytes, compressed as they are stored. Ends or throws soon after the signal. */
  blob(descriptor: Descriptor, signal: AbortSignal): AsyncIterable<Uint8Array>;
}
