import { ImageError } from './error.ts';
import { Json } from './json.ts';
import { indexTypes } from './media-types.ts';

/** What a layout's index.json stands for: one of its manifests, or, without a digest, the images in it by platform. */
export interface Picked {
  readonly digest: string | undefined;
  readonly mediaType: string | undefined;
}

interface Candidate {
  readonly digest: string;
  readonly mediaType: string;
  readonly names: readonly string[];
  readonly hasPlatform: boolean;
}

/** Where tools write what an image in a layout is called: the tag alone, or all of the reference. */
const nameAnnotations = ['org.opencontainers.image.ref.name', 'io.containerd.image.name'];
const most = 10_000;

/** Chooses an image of a layout. @throws ImageError `notFound`, `ambiguous` */
export function pick(index: Uint8Array, name: string | undefined): Picked {
  const candidates = Json.parse(index, '`index.json`').get('manifests').list(most).map(candidate);
  const matching =
    name === undefined
      ? candidates
      : candidates.filter((one) => one.names.includes(name) || one.digest === name);
  const digests = new Set(matching.map(({ digest }) => digest));
  const [only] = matching;
  if (only === undefined) throw noImage(name, candidates);
  if (digests.size === 1) return { digest: only.digest, mediaType: only.mediaType };
  // Several images of one name, each for its platform: index.json is their index.
  const isOneImage = new Set(matching.map(({ names }) => names.join(' '))).size === 1;
  if (matching.length === candidates.length && isOneImage && matching.every(({ hasPlatform }) => hasPlatform))
    return { digest: undefined, mediaType: indexTypes[0] };
  throw new ImageError('ambiguous', 'there are several images', { help: offer(candidates) });
}

function candidate(json: Json): Candidate {
  const annotations = json.get('annotations');
  const names = nameAnnotations.flatMap((key) => {
    const name = annotations.missing ? '' : annotations.get(key).text('');
    return name === '' ? [] : [name];
  });
  const [digest, mediaType] = [json.get('digest').text(), json.get('mediaType').text()];
  return { digest, mediaType, names, hasPlatform: !json.get('platform').missing };
}

function noImage(name: string | undefined, candidates: readonly Candidate[]): ImageError {
  if (name === undefined) return new ImageError('notFound', 'there is no image');
  return new ImageError('notFound', `there is no image \`${name}\``, { help: offer(candidates) });
}

function offer(candidates: readonly Candidate[]): string {
  const names = candidates.map(({ names, digest }) => names[0] ?? digest);
  return names.length === 0
    ? 'there is none at all'
    : `there are ${[...new Set(names)].slice(0, 20).join(', ')}`;
}
