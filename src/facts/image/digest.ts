import { createHash } from 'node:crypto';
import { ImageError } from './error.ts';

/** What names a blob: its digest, its size and what it is (OCI image specification, descriptor). */
export interface Descriptor {
  readonly mediaType: string;
  /** `sha256:<hex>` or `sha512:<hex>`. */
  readonly digest: string;
  /** In bytes. */
  readonly size: number;
}

const form = /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/;

/** Whether a text is a digest by an algorithm that is known: sha256 or sha512, in lower case. */
export function isDigest(text: string): boolean {
  return form.test(text);
}

function algorithmOf(digest: string): string {
  if (!isDigest(digest))
    throw new ImageError('malformed', `\`${digest.slice(0, 160)}\` is no digest`, {
      help: 'a digest is sha256: or sha512: and hexadecimal digits in lower case',
    });
  return digest.slice(0, 6);
}

/** The sha256 digest of bytes. */
export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** Throws where the bytes are not those of the digest. */
export function verify(bytes: Uint8Array, digest: string, what: string): void {
  const hash = createHash(algorithmOf(digest)).update(bytes).digest('hex');
  if (`${digest.slice(0, 6)}:${hash}` !== digest) throw lie(digest, what);
}

function lie(digest: string, what: string): ImageError {
  return new ImageError('mismatch', `${what} \`${digest}\` has other content than its digest says`, {
    help: 'the image was damaged or tampered with on its way; push it again or pull it from elsewhere',
  });
}

/** A stream of a blob that throws once it is known not to be the descriptor's: at the latest at its end. */
export interface Verified {
  readonly stream: AsyncIterable<Uint8Array>;
  /** True once all bytes have come and are those of the digest. */
  readonly done: () => boolean;
}

export function verified(
  blob: AsyncIterable<Uint8Array>,
  descriptor: Descriptor,
  what: string,
  onBytes: (count: number) => void = () => {},
): Verified {
  const hash = createHash(algorithmOf(descriptor.digest));
  let complete = false;
  async function* read(): AsyncGenerator<Uint8Array> {
    let size = 0;
    for await (const chunk of blob) {
      size += chunk.length;
      if (size > descriptor.size) throw wrongSize(descriptor, what, 'more');
      hash.update(chunk);
      onBytes(chunk.length);
      yield chunk;
    }
    if (size < descriptor.size) throw wrongSize(descriptor, what, `${size}`);
    if (`${descriptor.digest.slice(0, 6)}:${hash.digest('hex')}` !== descriptor.digest)
      throw lie(descriptor.digest, what);
    complete = true;
  }
  return { stream: read(), done: () => complete };
}

function wrongSize({ digest, size }: Descriptor, what: string, real: string): ImageError {
  return new ImageError('mismatch', `${what} \`${digest}\` should have ${size} bytes, and has ${real}`);
}

/**
 * All of a stream that is expected to be small.
 * @throws ImageError with reason `limit` as soon as there is more than `limit` bytes
 */
export async function collect(
  stream: AsyncIterable<Uint8Array>,
  limit: number,
  what: string,
): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > limit) throw new ImageError('limit', `${what} is larger than ${limit} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
