import { createHash } from 'node:crypto';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import {
  type Descriptor,
  ImageError,
  type ImageSource,
  type RawManifest,
} from '../../../src/facts/image/index.ts';
import { type TarFile, tar } from './tar.ts';

export type Form = 'oci' | 'docker';

export interface MadeLayer extends Descriptor {
  readonly bytes: Buffer;
  /** Of the archive in it. */
  readonly diffId: string;
  /** Where else the layer lies. */
  readonly urls?: readonly string[];
}

export function digestOf(bytes: Uint8Array, algorithm = 'sha256'): string {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`;
}

export function layer(
  files: readonly TarFile[] | Buffer,
  compression: 'none' | 'gzip' | 'zstd' = 'gzip',
  form: Form = 'oci',
): MadeLayer {
  const plain = Buffer.isBuffer(files) ? files : tar(files);
  const bytes =
    compression === 'gzip' ? gzipSync(plain) : compression === 'zstd' ? zstdCompressSync(plain) : plain;
  const base =
    form === 'oci'
      ? 'application/vnd.oci.image.layer.v1.tar'
      : 'application/vnd.docker.image.rootfs.diff.tar';
  const suffix = compression === 'none' ? '' : `${form === 'oci' ? '+' : '.'}${compression}`;
  return {
    mediaType: `${base}${suffix}`,
    digest: digestOf(bytes),
    size: bytes.length,
    bytes,
    diffId: digestOf(plain),
  };
}

/** Blobs and manifests by digest, and how often each was asked for. */
export class MemorySource implements ImageSource {
  readonly name = 'example.dev/app:1';
  readonly blobs = new Map<string, Buffer>();
  readonly reads: string[] = [];
  top: RawManifest = { bytes: Buffer.from(''), mediaType: undefined, digest: undefined };
  /** Bytes that come at a time. */
  chunk = 1000;

  async resolve(): Promise<RawManifest> {
    return this.top;
  }

  async manifest(digest: string): Promise<RawManifest> {
    return { bytes: this.#get(digest), mediaType: undefined, digest: undefined };
  }

  async *blob({ digest }: Descriptor, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    this.reads.push(digest);
    const bytes = this.#get(digest);
    for (let at = 0; at < bytes.length; at += this.chunk) {
      signal.throwIfAborted();
      yield bytes.subarray(at, at + this.chunk);
    }
  }

  add(bytes: Buffer): Omit<Descriptor, 'mediaType'> {
    const digest = digestOf(bytes);
    this.blobs.set(digest, bytes);
    return { digest, size: bytes.length };
  }

  #get(digest: string): Buffer {
    const bytes = this.blobs.get(digest);
    if (bytes === undefined) throw new ImageError('notFound', `there is no \`${digest}\``);
    return bytes;
  }
}

export interface ImageParts {
  readonly layers: readonly (MadeLayer | readonly TarFile[])[];
  readonly form?: Form;
  /** What the configuration's `config` says. */
  readonly config?: object;
  /** When it was built; a day in 2026 unless told. */
  readonly created?: string;
  readonly platform?: { readonly os: string; readonly architecture: string; readonly variant?: string };
}

const types = {
  oci: {
    manifest: 'application/vnd.oci.image.manifest.v1+json',
    config: 'application/vnd.oci.image.config.v1+json',
    index: 'application/vnd.oci.image.index.v1+json',
  },
  docker: {
    manifest: 'application/vnd.docker.distribution.manifest.v2+json',
    config: 'application/vnd.docker.container.image.v1+json',
    index: 'application/vnd.docker.distribution.manifest.list.v2+json',
  },
};

/** Puts an image into a source, and returns the descriptor of its manifest. */
export function addImage(source: MemorySource, parts: ImageParts): Descriptor {
  const { layers, form = 'oci', config = {}, created = '2026-11-21T10:00:00Z' } = parts;
  const { platform = { os: 'linux', architecture: 'amd64' } } = parts;
  const made = layers.map((one) => ('digest' in one ? one : layer(one, 'gzip', form)));
  for (const { digest, bytes } of made) source.blobs.set(digest, bytes);
  const document = {
    ...platform,
    created,
    config,
    rootfs: { type: 'layers', diff_ids: made.map(({ diffId }) => diffId) },
  };
  const manifest = {
    schemaVersion: 2,
    mediaType: types[form].manifest,
    config: { mediaType: types[form].config, ...source.add(Buffer.from(JSON.stringify(document))) },
    layers: made.map(({ bytes, diffId, ...descriptor }) => descriptor),
  };
  return { mediaType: types[form].manifest, ...source.add(Buffer.from(JSON.stringify(manifest))) };
}

/** A source of one image. */
export function imageOf(parts: ImageParts | ImageParts['layers']): MemorySource {
  const source = new MemorySource();
  const { digest, mediaType } = addImage(source, 'layers' in parts ? parts : { layers: parts });
  source.top = { bytes: source.blobs.get(digest) as Buffer, mediaType, digest };
  return source;
}

/** A source of one image for several platforms. */
export function indexOf(images: readonly ImageParts[], form: Form = 'oci'): MemorySource {
  const source = new MemorySource();
  const manifests = images.map((parts) => ({
    ...addImage(source, { form, ...parts }),
    platform: parts.platform,
  }));
  const mediaType = types[form].index;
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, manifests }));
  source.top = { bytes, mediaType, digest: digestOf(bytes) };
  return source;
}
