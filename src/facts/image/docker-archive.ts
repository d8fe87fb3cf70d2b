import { createHash } from 'node:crypto';
import type { ArchiveIndex, Range } from './archive.ts';
import { parseConfig } from './config.ts';
import { digestOf } from './digest.ts';
import { ImageError } from './error.ts';
import { Json } from './json.ts';
import { defaultLimits } from './limits.ts';
import { configTypes, manifestTypes } from './media-types.ts';
import type { ImageSource } from './source.ts';

const layerPrefix = 'application/vnd.docker.image.rootfs.diff.tar';

/**
 * An image as `docker save` writes it: manifest.json names configuration and layers by their paths. There is no manifest as
 * registries have it, so one of schema 2 is made up: its digest is not that of the image in a registry.
 */
export async function dockerImage(
  path: string,
  archive: ArchiveIndex,
  name: string | undefined,
  signal: AbortSignal,
): Promise<ImageSource> {
  const list = await archive.read('manifest.json', '`manifest.json`', {
    signal,
    maxBytes: defaultLimits.manifestBytes,
  });
  const entry = choose(Json.parse(list, '`manifest.json`').list(10_000), name);
  const configBytes = await archive.read(entry.get('Config').text(), 'the image configuration', {
    signal,
    maxBytes: defaultLimits.configBytes,
  });
  const { diffIds } = parseConfig(configBytes);
  const paths = entry.get('Layers').texts(defaultLimits.layers);
  const ranges = new Map<string, Range>();
  const layers: { mediaType: string; digest: string; size: number }[] = [];
  for (const [index, layerPath] of paths.entries()) {
    const range = archive.find(layerPath);
    if (range === undefined) throw new ImageError('notFound', `layer \`${layerPath}\` is not in the archive`);
    const compression = await compressionOf(archive, range, signal);
    const diffId = diffIds[index];
    if (compression === '' && diffId === undefined)
      throw new ImageError('malformed', 'the image configuration has fewer layers than manifest.json');
    // A layer's diffID is the digest of what is in it, which is how it usually lies here.
    const digest = compression === '' ? (diffId as string) : await hash(archive, range, signal);
    layers.push({ mediaType: `${layerPrefix}${compression}`, digest, size: range.size });
    ranges.set(digest, range);
  }
  const config = { mediaType: configTypes[1], size: configBytes.length, digest: digestOf(configBytes) };
  const mediaType = manifestTypes[1] as string;
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, config, layers }));
  return {
    name: path,
    resolve: async () => ({ bytes, mediaType, digest: undefined }),
    manifest: async (digest) => {
      throw new ImageError('notFound', `manifest \`${digest}\` is not in the archive`);
    },
    async *blob({ digest }, signal) {
      if (digest === config.digest) yield configBytes;
      else if (ranges.has(digest)) yield* archive.stream(ranges.get(digest) as Range, signal);
      else throw new ImageError('notFound', `blob \`${digest}\` is not in the archive`);
    },
  };
}

function choose(entries: readonly Json[], name: string | undefined): Json {
  const tagged = entries.map((entry) => ({ entry, tags: entry.get('RepoTags').texts(1000) }));
  const matching = name === undefined ? tagged : tagged.filter(({ tags }) => tags.includes(name));
  const [only] = matching;
  if (only !== undefined && matching.length === 1) return only.entry;
  const tags = tagged.flatMap(({ tags }) => tags).slice(0, 20);
  const help = tags.length === 0 ? 'none has a name' : `there are ${tags.join(', ')}`;
  if (only !== undefined) throw new ImageError('ambiguous', 'there are several images', { help });
  throw new ImageError(
    'notFound',
    name === undefined ? 'there is no image' : `there is no image \`${name}\``,
    {
      help,
    },
  );
}

async function compressionOf(archive: ArchiveIndex, range: Range, signal: AbortSignal): Promise<string> {
  for await (const head of archive.stream({ ...range, size: Math.min(range.size, 4) }, signal)) {
    if (head[0] === 0x1f && head[1] === 0x8b) return '.gzip';
    if (head[0] === 0x28 && head[1] === 0xb5 && head[2] === 0x2f && head[3] === 0xfd) return '.zstd';
  }
  return '';
}

async function hash(archive: ArchiveIndex, range: Range, signal: AbortSignal): Promise<string> {
  const sum = createHash('sha256');
  for await (const chunk of archive.stream(range, signal)) sum.update(chunk);
  return `sha256:${sum.digest('hex')}`;
}
