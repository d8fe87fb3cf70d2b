import { type Descriptor, isDigest } from './digest.ts';
import { ImageError } from './error.ts';
import { Json } from './json.ts';
import type { Limits } from './limits.ts';
import { configTypes, indexTypes, layerType, manifestTypes } from './media-types.ts';
import { formatPlatform, matchesPlatform, type Platform, parsePlatform } from './platform.ts';
import type { RawManifest } from './source.ts';

/** One image: OCI image manifest or Docker's schema 2. */
export interface Manifest {
  readonly is: 'manifest';
  readonly config: Descriptor;
  /** From the bottom to the top. */
  readonly layers: readonly Descriptor[];
}

/** Images by platform: OCI image index or Docker's manifest list. */
export interface Index {
  readonly is: 'index';
  readonly manifests: readonly IndexEntry[];
}

export interface IndexEntry extends Descriptor {
  /** Undefined where the index does not say. */
  readonly platform: Platform | undefined;
}

/**
 * Reads a manifest or an index.
 * @throws ImageError `malformed`, `unsupported` for whatever is neither, `limit`
 */
export function parseManifest(raw: RawManifest, limits: Limits): Manifest | Index {
  if (raw.bytes.length > limits.manifestBytes)
    throw new ImageError('limit', `the manifest is larger than ${limits.manifestBytes} bytes`);
  const json = Json.parse(raw.bytes, 'the manifest');
  const mediaType = kindOf(json, raw.mediaType);
  if (indexTypes.includes(mediaType)) {
    // A document that is both could be read as the other by somebody else (CVE-2021-41190).
    if (!json.get('config').missing || !json.get('layers').missing)
      throw new ImageError('malformed', 'the manifest is an index, and has `config` or `layers` too');
    return { is: 'index', manifests: json.get('manifests').list(limits.indexEntries).map(indexEntry) };
  }
  if (!json.get('manifests').missing)
    throw new ImageError('malformed', 'the manifest is of one image, and has `manifests` too');
  const config = descriptor(json.get('config'));
  if (!configTypes.includes(config.mediaType))
    throw new ImageError(
      'unsupported',
      `it is no container image: its configuration is \`${config.mediaType}\``,
      {
        help: 'charts, signatures and other artefacts are stored beside images in registries, and cannot run',
      },
    );
  const layers = json.get('layers').list(limits.layers).map(descriptor);
  for (const { mediaType } of layers) layerType(mediaType);
  return { is: 'manifest', config, layers };
}

function kindOf(json: Json, said: string | undefined): string {
  const own = json.get('mediaType').text('');
  const version = json.get('schemaVersion');
  if (own === '' && said !== undefined && /\.v1\+(?:json|prettyjws)$/.test(said) && said.includes('docker'))
    throw schema1();
  if (own === '' && !json.get('fsLayers').missing) throw schema1();
  if (version.size() !== 2) throw version.wrong('2');
  const known = [...manifestTypes, ...indexTypes];
  // OCI documents may leave their media type out; what they have tells them apart then.
  const outer = said === undefined || !known.includes(said) ? undefined : said;
  const mediaType = own !== '' ? own : (outer ?? guess(json));
  if (!known.includes(mediaType))
    throw new ImageError('unsupported', `a manifest's media type is \`${mediaType.slice(0, 160)}\``, {
      help: 'OCI images and Docker images of schema 2 are read',
    });
  return mediaType;
}

function schema1(): ImageError {
  return new ImageError('unsupported', 'the manifest is of Docker schema 1', {
    help: 'this form was retired in 2019; push the image again with a newer client',
  });
}

function guess(json: Json): string {
  const type = json.get('manifests').missing ? manifestTypes[0] : indexTypes[0];
  return type as string;
}

function descriptor(json: Json): Descriptor {
  const digest = json.get('digest').text();
  if (!isDigest(digest)) throw json.get('digest').wrong('a sha256 or sha512 digest');
  return { mediaType: json.get('mediaType').text(), digest, size: json.get('size').size() };
}

function indexEntry(json: Json): IndexEntry {
  const platform = json.get('platform');
  if (platform.missing) return { ...descriptor(json), platform: undefined };
  const os = platform.get('os').text('');
  const architecture = platform.get('architecture').text('');
  const variant = platform.get('variant').text('');
  const known = parsePlatform(variant === '' ? `${os}/${architecture}` : `${os}/${architecture}/${variant}`);
  return { ...descriptor(json), platform: known };
}

/** The platforms that an index offers. Attestations stand in it as `unknown/unknown` and are not images. */
export function platformsOf(index: Index): string[] {
  const all = index.manifests.flatMap(({ platform }) =>
    platform === undefined || platform.os === 'unknown' ? [] : [formatPlatform(platform)],
  );
  return [...new Set(all)];
}

/** The first entry for a platform, as container runtimes choose. */
export function choose(index: Index, wanted: Platform): IndexEntry {
  const found =
    index.manifests.find(({ platform }) => platform !== undefined && matchesPlatform(platform, wanted)) ??
    onlyOne(index);
  if (found !== undefined) return found;
  const offered = platformsOf(index);
  throw new ImageError('platform', `the image is not there for \`${formatPlatform(wanted)}\``, {
    help:
      offered.length === 0
        ? 'its index names no platform'
        : `it is there for ${offered.slice(0, 20).join(', ')}`,
  });
}

// An index of one image that does not say for what: its configuration will.
function onlyOne({ manifests }: Index): IndexEntry | undefined {
  const [first] = manifests;
  return manifests.length === 1 && first?.platform === undefined ? first : undefined;
}
