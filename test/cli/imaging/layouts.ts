import { addImage, type ImageParts, MemorySource } from '../../facts/image/image.ts';
import { file, tar } from '../../facts/image/tar.ts';

/** The files of an OCI layout in a folder, with images by their tags. */
export function layoutFiles(
  images: Readonly<Record<string, ImageParts>>,
  folder = '.',
): Record<string, Uint8Array | string> {
  const source = new MemorySource();
  const manifests = Object.entries(images).map(([name, parts]) => ({
    ...addImage(source, parts),
    ...(parts.platform !== undefined && { platform: parts.platform }),
    annotations: { 'org.opencontainers.image.ref.name': name },
  }));
  return {
    [`${folder}/oci-layout`]: '{"imageLayoutVersion":"1.0.0"}',
    [`${folder}/index.json`]: JSON.stringify({ schemaVersion: 2, manifests }),
    ...Object.fromEntries(
      [...source.blobs].map(([digest, bytes]) => [`${folder}/blobs/${digest.replace(':', '/')}`, bytes]),
    ),
  };
}

/** The same as one tar. */
export function layoutArchive(images: Readonly<Record<string, ImageParts>>): Buffer {
  const files = Object.entries(layoutFiles(images));
  return tar(files.map(([path, content]) => file(path.replace('./', ''), content)));
}
