import { dirname, resolve } from 'node:path';
import { type CacheOptions, type Limits, parsePlatform, type RegistryConfig } from '../../facts/index.ts';
import { problemsOf } from '../../fields/index.ts';
import type { Diagnostic, Path } from '../../model/index.ts';
import { parseQuantity } from '../../quantity/index.ts';
import { durationMilliseconds, parseDuration } from '../../time/index.ts';
import { type DocumentProblem, diagnose, readDocuments } from '../../yaml/index.ts';
import { readText } from '../files.ts';
import { type ImageConfigDocument, imageConfigForm } from './form.ts';

/** How images are read, as a user configured it. Times are in milliseconds, sizes in bytes. */
export interface ImageConfig {
  readonly registry: RegistryConfig;
  readonly cache: Omit<CacheOptions, 'onProblem'>;
  readonly limits: Partial<Limits>;
  readonly platform?: string;
  readonly concurrency?: number;
  readonly tagAge?: number;
  /** How long one image may take. */
  readonly longest?: number;
  /** Whether the pull secrets of pods are read. */
  readonly pullSecrets: boolean;
  /** Whether the images of running pods are inspected before anybody asks. */
  readonly warm: boolean;
}

export type ReadImageConfig =
  | { readonly config: ImageConfig }
  | { readonly diagnostics: readonly Diagnostic[]; readonly texts: ReadonlyMap<string, string> };

/** Reads a file of how images are read. Paths in it count from its folder. */
export function readImageConfig(file: string): ReadImageConfig {
  const read = readText(file);
  if ('diagnostic' in read) return { diagnostics: [read.diagnostic], texts: new Map() };
  const texts = new Map([[file, read.text]]);
  const { documents, diagnostics: unreadable } = readDocuments(file, read.text);
  const [document] = documents;
  if (unreadable.length > 0) return { diagnostics: unreadable, texts };
  if (document === undefined || documents.length > 1) {
    const message = `\`${file}\` has ${documents.length} documents, and one is wanted`;
    return { diagnostics: [{ code: 'AB2204', severity: 'error', message, file }], texts };
  }
  const wrong = problemsOf(document.value, imageConfigForm);
  const problems = [...wrong];
  const config =
    wrong.length === 0
      ? configOf(document.value as ImageConfigDocument, dirname(resolve(file)), problems)
      : undefined;
  if (config === undefined || problems.length > 0)
    return { diagnostics: problems.map((problem) => diagnose(problem, document.source)), texts };
  return { config };
}

/** The form says which fields there are; what stands in texts is found out here. */
function configOf(document: ImageConfigDocument, folder: string, problems: DocumentProblem[]): ImageConfig {
  const { allowedHosts, hosts = {}, redirects, credentials = {}, cache = {}, limits = {} } = document;
  const { platform, concurrency, tagAge, warm = false } = document;
  const refuse = (path: Path, value: string, help: string): undefined => {
    const message = `\`${value.slice(0, 60)}\` is not a value of \`${path.join('.')}\``;
    problems.push({ code: 'AB2204', message, help, path });
    return undefined;
  };
  const size = (value: string | undefined, path: Path): number | undefined => {
    if (value === undefined) return undefined;
    const quantity = parseQuantity(value);
    const bytes = typeof quantity === 'string' ? Number.NaN : quantity.approximate;
    return Number.isSafeInteger(bytes) && bytes > 0 ? bytes : refuse(path, value, 'a size such as `256Mi`');
  };
  const time = (value: string | undefined, path: Path): number | undefined => {
    if (value === undefined) return undefined;
    const duration = parseDuration(value);
    const milliseconds = duration === undefined ? 0 : durationMilliseconds(duration);
    const isGood = milliseconds >= 1 && milliseconds <= longestTime;
    return isGood ? milliseconds : refuse(path, value, 'a duration such as `90s`, up to 24h');
  };
  if (platform !== undefined && parsePlatform(platform) === undefined)
    refuse(['platform'], platform, 'write operating system and architecture: `linux/arm64`');
  const at = (path: string): string => resolve(folder, path);
  const { dockerConfigs, helpers, pullSecrets = true } = credentials;
  return {
    registry: {
      allowedHosts,
      hosts: Object.fromEntries(
        Object.entries(hosts).map(([name, { caFile, ...host }]) => [
          name,
          { ...host, ...(caFile !== undefined && { caFile: at(caFile) }) },
        ]),
      ),
      ...(redirects !== undefined && { redirects }),
      credentials: {
        ...(dockerConfigs !== undefined && { dockerConfigs: dockerConfigs.map(at) }),
        ...(helpers !== undefined && { helpers }),
      },
    },
    cache: withoutMissing({
      folder: cache.folder === undefined ? undefined : at(cache.folder),
      diskBytes: size(cache.diskSize, ['cache', 'diskSize']),
      memoryBytes: size(cache.memorySize, ['cache', 'memorySize']),
    }),
    limits: withoutMissing({
      layerBytes: size(limits.layerSize, ['limits', 'layerSize']),
      expandedBytes: size(limits.expandedLayerSize, ['limits', 'expandedLayerSize']),
    }),
    ...withoutMissing({
      platform,
      concurrency,
      tagAge: time(tagAge, ['tagAge']),
      longest: time(limits.inspectionTime, ['limits', 'inspectionTime']),
    }),
    pullSecrets,
    warm,
  };
}

/** In milliseconds: more than this no timer takes, and nobody waits. */
const longestTime = 24 * 60 * 60 * 1000;

type WithoutMissing<T> = { readonly [Key in keyof T]?: Exclude<T[Key], undefined> };

function withoutMissing<T extends object>(value: T): WithoutMissing<T> {
  return Object.fromEntries(
    Object.entries(value).filter(([, each]) => each !== undefined),
  ) as WithoutMissing<T>;
}
