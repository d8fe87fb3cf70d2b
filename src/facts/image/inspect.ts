import type { ImageCache } from './cache/index.ts';
import { type ImageConfig, parseConfig } from './config.ts';
import { derive } from './derive/index.ts';
import { collect, type Descriptor, digestOf, verified, verify } from './digest.ts';
import { ImageError, throwIfCancelled, toImageError } from './error.ts';
import type { ImageFacts } from './facts.ts';
import type { LayerFacts } from './layer/facts.ts';
import { inspectLayer } from './layer/inspect.ts';
import { defaultLimits, type Limits } from './limits.ts';
import { choose, type Index, type Manifest, parseManifest, platformsOf } from './manifest.ts';
import { layerType } from './media-types.ts';
import {
  defaultPlatform,
  formatPlatform,
  matchesPlatform,
  type Platform,
  requirePlatform,
} from './platform.ts';
import type { ImageSource, RawManifest, Reading } from './source.ts';
import { Tree } from './tree/tree.ts';

export interface InspectOptions {
  /** As `linux/arm64`. By default linux/amd64 of an index, and any platform of a single image. */
  readonly platform?: string;
  /** Without one, everything is read. */
  readonly cache?: ImageCache;
  readonly limits?: Partial<Limits>;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

/** Compressed bytes of layers that were read, or known already, of all that the image has. */
export interface Progress {
  readonly done: number;
  readonly total: number;
}

interface Job {
  readonly source: ImageSource;
  readonly limits: Limits;
  readonly cache: ImageCache | undefined;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

interface Found {
  readonly digest: string;
  readonly indexDigest: string | null;
  readonly manifest: Manifest;
  /** What the index says of it. */
  readonly platform: Platform | undefined;
  readonly platforms: readonly string[];
}

/**
 * What is in an image. Layers are read as streams, each once: nothing is unpacked, and what is held in memory depends on
 * how many programs, links and packages there are, never on the image's size.
 * @throws ImageError, and nothing else
 */
export async function inspectImage(source: ImageSource, options: InspectOptions = {}): Promise<ImageFacts> {
  const { cache, signal = new AbortController().signal, onProgress = () => {} } = options;
  const limits = { ...defaultLimits, ...options.limits };
  const wanted = options.platform === undefined ? undefined : requirePlatform(options.platform);
  const job: Job = { source, limits, cache, signal, onProgress };
  try {
    throwIfCancelled(signal);
    const found = await resolve(job, wanted ?? defaultPlatform);
    const work = (signal: AbortSignal) => inspectManifest({ ...job, signal }, found);
    const facts =
      cache === undefined ? await work(signal) : await cache.obtain('image', found.digest, work, signal);
    checkPlatform(facts, wanted, found);
    const { indexDigest, platforms } = found;
    return { ...facts, indexDigest, platforms: platforms.length === 0 ? facts.platforms : platforms };
  } catch (error) {
    throw toImageError(error, `image \`${source.name}\` cannot be read`, signal);
  }
}

async function resolve({ source, limits, signal }: Job, wanted: Platform): Promise<Found> {
  const reading: Reading = { signal, maxBytes: limits.manifestBytes };
  let raw = await source.resolve(reading);
  let digest = digestIn(raw);
  let document: Manifest | Index = parseManifest(raw, limits);
  const indexDigest = document.is === 'index' ? digest : null;
  const platforms = document.is === 'index' ? platformsOf(document) : [];
  let platform: Platform | undefined;
  for (let depth = 0; document.is === 'index'; depth++) {
    if (depth >= limits.indexDepth)
      throw new ImageError('limit', `indexes lie within indexes more than ${limits.indexDepth} deep`);
    const entry = choose(document, wanted);
    raw = await source.manifest(entry.digest, reading);
    verify(raw.bytes, entry.digest, 'manifest');
    if (raw.bytes.length !== entry.size)
      throw new ImageError('mismatch', `manifest \`${entry.digest}\` has another size than its index says`);
    digest = entry.digest;
    platform = entry.platform ?? platform;
    document = parseManifest({ ...raw, mediaType: raw.mediaType ?? entry.mediaType }, limits);
  }
  return { digest, indexDigest, manifest: document, platform, platforms };
}

function digestIn(raw: RawManifest): string {
  if (raw.digest === undefined) return digestOf(raw.bytes);
  verify(raw.bytes, raw.digest, 'manifest');
  return raw.digest;
}

function checkPlatform({ platform }: ImageFacts, wanted: Platform | undefined, found: Found): void {
  if (wanted === undefined || found.platform !== undefined || platform === '') return;
  if (!matchesPlatform(requirePlatform(platform), wanted))
    throw new ImageError('platform', `the image is not there for \`${formatPlatform(wanted)}\``, {
      help: `it is there for ${platform} only`,
    });
}

async function inspectManifest(job: Job, found: Found): Promise<ImageFacts> {
  const { manifest, digest } = found;
  const config = parseConfig(await readConfig(job, manifest.config));
  const tree = await mergeLayers(job, manifest.layers);
  const layers = manifest.layers.map(({ digest, mediaType, size }) => {
    return { digest, mediaType, size, inspected: !layerType(mediaType).foreign };
  });
  const size = layers.reduce((sum, layer) => sum + layer.size, manifest.config.size);
  const of = config.platform ?? found.platform;
  const platform = of === undefined ? '' : formatPlatform(of);
  return {
    digest,
    indexDigest: null,
    platform,
    platforms: platform === '' ? [] : [platform],
    size,
    layers,
    complete: layers.every(({ inspected }) => inspected),
    ...settings(config),
    ...derive(tree),
  };
}

function settings(config: ImageConfig) {
  const { created, user, entrypoint, cmd, env, workingDir, exposedPorts, labels } = config;
  const label = (name: string): string => {
    const key = `org.opencontainers.image.${name}`;
    return Object.hasOwn(labels, key) ? (labels[key] as string) : '';
  };
  return {
    ...{ created, user, entrypoint, cmd, env, workingDir, exposedPorts, labels },
    source: label('source'),
    revision: label('revision'),
    base: { name: label('base.name'), digest: label('base.digest') },
  };
}

async function readConfig({ source, limits, signal }: Job, descriptor: Descriptor): Promise<Buffer> {
  if (descriptor.size > limits.configBytes)
    throw new ImageError('limit', `the image configuration is larger than ${limits.configBytes} bytes`);
  const { stream } = verified(source.blob(descriptor, signal), descriptor, 'image configuration');
  return collect(stream, limits.configBytes, 'the image configuration');
}

/**
 * Layers are read a few at a time and applied in their order, so that no more than those few are held. One that fails
 * stops the others.
 */
async function mergeLayers(job: Job, descriptors: readonly Descriptor[]): Promise<Tree> {
  const { limits, signal } = job;
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const total = descriptors.reduce((sum, { size }) => sum + size, 0);
  const done = descriptors.map(() => 0);
  const start = (index: number): Promise<LayerFacts | undefined> => {
    const descriptor = descriptors[index] as Descriptor;
    const report = (bytes: number): void => {
      done[index] = bytes;
      job.onProgress({ done: done.reduce((sum, bytes) => sum + bytes, 0), total });
    };
    const facts = readLayer({ ...job, signal: either }, descriptor, report);
    facts.catch(() => {});
    return facts;
  };
  const tree = new Tree();
  const running: Promise<LayerFacts | undefined>[] = [];
  let next = 0;
  let weight = 0;
  try {
    for (const index of descriptors.keys()) {
      while (next < descriptors.length && next < index + limits.concurrency) running.push(start(next++));
      const facts = await running.shift();
      if (facts === undefined) continue;
      weight += facts.weight;
      if (weight > limits.imageFactBytes)
        throw new ImageError('limit', 'the image has too many links, programs or packages to remember');
      tree.apply(facts, index);
    }
    return tree;
  } finally {
    stop.abort();
    await Promise.allSettled(running);
  }
}

/** Undefined for a layer that is not stored with the image. */
async function readLayer(
  job: Job,
  descriptor: Descriptor,
  report: (bytes: number) => void,
): Promise<LayerFacts | undefined> {
  const { digest, size } = descriptor;
  const { foreign, compression } = layerType(descriptor.mediaType);
  const { cache, limits, source } = job;
  if (foreign) return undefined;
  if (size > limits.layerBytes)
    throw new ImageError('limit', `layer \`${digest}\` is larger than ${limits.layerBytes} bytes`);
  const work = async (signal: AbortSignal, progress: (done: number) => void): Promise<LayerFacts> => {
    let read = 0;
    const blob = verified(source.blob(descriptor, signal), descriptor, 'layer', (count) => {
      read += count;
      progress(read);
    });
    const facts = await inspectLayer(blob.stream, { compression, size, limits, signal });
    if (!blob.done())
      throw new ImageError('malformed', `layer \`${digest}\` goes on after its compressed data has ended`);
    return facts;
  };
  // The digest is not of the compression: the same bytes are never read in two ways from one entry.
  const facts =
    cache === undefined
      ? await work(job.signal, report)
      : await cache.obtain('layer', `${compression} ${digest}`, work, job.signal, report);
  report(size);
  return facts;
}
