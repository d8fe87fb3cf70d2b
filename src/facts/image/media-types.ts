import { ImageError } from './error.ts';

/** The manifests and indexes that are read: what a client asks a registry for. */
export const manifestTypes: readonly string[] = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];
export const indexTypes: readonly string[] = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
];

export const configTypes: readonly string[] = [
  'application/vnd.oci.image.config.v1+json',
  'application/vnd.docker.container.image.v1+json',
];

export type Compression = 'none' | 'gzip' | 'zstd';

/** A layer's form: how it is compressed, and whether its bytes lie elsewhere than with the image. */
export interface LayerType {
  readonly compression: Compression;
  readonly foreign: boolean;
}

const layerTypes: Readonly<Record<string, LayerType>> = {
  'application/vnd.oci.image.layer.v1.tar': { compression: 'none', foreign: false },
  'application/vnd.oci.image.layer.v1.tar+gzip': { compression: 'gzip', foreign: false },
  'application/vnd.oci.image.layer.v1.tar+zstd': { compression: 'zstd', foreign: false },
  'application/vnd.oci.image.layer.nondistributable.v1.tar': { compression: 'none', foreign: true },
  'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip': { compression: 'gzip', foreign: true },
  'application/vnd.oci.image.layer.nondistributable.v1.tar+zstd': { compression: 'zstd', foreign: true },
  'application/vnd.docker.image.rootfs.diff.tar': { compression: 'none', foreign: false },
  'application/vnd.docker.image.rootfs.diff.tar.gzip': { compression: 'gzip', foreign: false },
  'application/vnd.docker.image.rootfs.diff.tar.zstd': { compression: 'zstd', foreign: false },
  'application/vnd.docker.image.rootfs.foreign.diff.tar': { compression: 'none', foreign: true },
  'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip': { compression: 'gzip', foreign: true },
};

export function layerType(mediaType: string): LayerType {
  if (Object.hasOwn(layerTypes, mediaType)) return layerTypes[mediaType] as LayerType;
  throw new ImageError('unsupported', `a layer's media type is \`${mediaType.slice(0, 160)}\``, {
    help: 'layers are tar archives, plain or compressed with gzip or zstd; encrypted layers and artefacts are not read',
  });
}
