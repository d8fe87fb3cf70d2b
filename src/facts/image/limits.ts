/** How much of an image is looked at. Whatever is above is an error with reason `limit`, never a part left out. */
export interface Limits {
  /** Bytes of a manifest or index. Registries refuse more than this (OCI distribution specification). */
  readonly manifestBytes: number;
  /** Manifests in an index, and how deep indexes may lie within indexes. */
  readonly indexEntries: number;
  readonly indexDepth: number;
  /** Bytes of an image configuration: history and labels, seldom more than 100 KB. */
  readonly configBytes: number;
  /** Layers of an image: the kernel's overlayfs takes 500 lower directories. */
  readonly layers: number;
  /** Compressed bytes of one layer: what the larger registries take. */
  readonly layerBytes: number;
  /** Decompressed bytes of one layer. */
  readonly expandedBytes: number;
  /**
   * Decompressed bytes for one compressed byte, counted from {@link ratioFrom} on. Programs and text are seldom above
   * 10; nothing but runs of one byte is above 200, and gzip ends at 1,032.
   */
  readonly ratio: number;
  /** Decompressed bytes up to which any ratio is good: files of zeros exist. */
  readonly ratioFrom: number;
  /** Entries in a layer's archive. The largest images have some 300,000 files. */
  readonly entries: number;
  /** Characters of a path: the kernel's PATH_MAX. */
  readonly pathLength: number;
  /** Names in a path. */
  readonly pathDepth: number;
  /** Bytes of an extended header or a long name: what Go's archive/tar reads, with which images are unpacked. */
  readonly tarHeaderBytes: number;
  /** Rough bytes of what is remembered of one layer, and of all layers of an image. */
  readonly factBytes: number;
  readonly imageFactBytes: number;
  /** Layers that are read at a time. */
  readonly concurrency: number;
}

const mib = 1024 * 1024;

export const defaultLimits: Limits = {
  manifestBytes: 4 * mib,
  indexEntries: 1024,
  indexDepth: 2,
  configBytes: 8 * mib,
  layers: 512,
  layerBytes: 10 * 1024 * mib,
  expandedBytes: 32 * 1024 * mib,
  ratio: 200,
  ratioFrom: 256 * mib,
  entries: 1_000_000,
  pathLength: 4096,
  pathDepth: 256,
  tarHeaderBytes: mib,
  factBytes: 16 * mib,
  imageFactBytes: 48 * mib,
  concurrency: 2,
};
