import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { collect, type Descriptor, isDigest, verify } from './digest.ts';
import { ImageError, toImageError } from './error.ts';
import { pick } from './pick.ts';
import type { ImageSource, RawManifest, Reading } from './source.ts';

/** Which image of several. */
export interface PickOptions {
  /** Its reference or tag, as it is written there. Not needed where there is one image. */
  readonly name?: string;
}

/** An image in a folder of the OCI image layout, as skopeo, crane and buildx write it. */
export function openLayout(folder: string, { name }: PickOptions = {}): ImageSource {
  const read = (path: string, what: string, { signal, maxBytes }: Reading): Promise<Buffer> =>
    collect(file(join(folder, path), what, signal), maxBytes, what);
  const manifest = async (digest: string, reading: Reading): Promise<RawManifest> => {
    const bytes = await read(blobPath(digest), `manifest \`${digest}\``, reading);
    verify(bytes, digest, 'manifest');
    return { bytes, mediaType: undefined, digest };
  };
  return {
    name: name === undefined ? folder : `${folder}:${name}`,
    async resolve(reading) {
      await read('oci-layout', `\`${join(folder, 'oci-layout')}\``, { ...reading, maxBytes: 1024 });
      const index = await read('index.json', `\`${join(folder, 'index.json')}\``, reading);
      const picked = pick(index, name);
      return picked.digest === undefined
        ? { bytes: index, mediaType: picked.mediaType, digest: undefined }
        : { ...(await manifest(picked.digest, reading)), mediaType: picked.mediaType };
    },
    manifest,
    blob: ({ digest }: Descriptor, signal) =>
      file(join(folder, blobPath(digest)), `blob \`${digest}\``, signal),
  };
}

/** Where a layout has a blob. A digest has nothing in it that could lead elsewhere. */
export function blobPath(digest: string): string {
  if (!isDigest(digest)) throw new ImageError('malformed', `\`${digest.slice(0, 160)}\` is no digest`);
  return `blobs/${digest.replace(':', '/')}`;
}

async function* file(path: string, what: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(path, { signal, highWaterMark: 256 * 1024 });
  } catch (error) {
    throw toImageError(error, `${what} cannot be read`, signal);
  }
}
