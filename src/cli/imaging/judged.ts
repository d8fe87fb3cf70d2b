import { ImageCache, ImageError, type ImageSource, inspectImage, Registry } from '../../facts/index.ts';
import type { FactRequest, JsonObject } from '../../model/index.ts';
import type { Report } from '../../report/index.ts';
import { type JudgeOptions, judge } from '../judge.ts';
import type { ImageConfig } from './config.ts';
import { dockerConfigs } from './open.ts';
import { type ProgressLine, progressLine } from './progress.ts';

/** Finds out what is in an image that a policy asks about; what goes wrong is an answer. */
export interface ImageInspector {
  inspect(request: FactRequest): Promise<JsonObject>;
  close(): void;
}

/** As the contract has it: a fact may depend on one that depends on one. */
const mostRounds = 3;

/** Images that are inspected at a time. */
const atOnce = 4;

/**
 * Judges, inspects the images that turn out to be asked about, and judges again by what is in them. What was written
 * down is not inspected.
 */
export async function judgeByInspecting(options: JudgeOptions, inspector: ImageInspector): Promise<Report> {
  const found = new Map<string, JsonObject>();
  for (let round = 0; ; round++) {
    const wanted = new Map<string, FactRequest>();
    const given = { ...options.facts };
    const report = judge({
      ...options,
      facts: { ...given, image: { ...given['image'], ...Object.fromEntries(found) } },
      onUnknown: (request) => {
        if (request.source === 'image' && !found.has(request.key)) wanted.set(request.key, request);
      },
    });
    if (wanted.size === 0 || round === mostRounds) return report;
    const queue = [...wanted];
    const work = async (): Promise<void> => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const [key, request] = next;
        found.set(key, await inspector.inspect(request));
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
  }
}

/**
 * Reads images from registries. Without a configuration that is any registry at a public address, with the credentials of
 * docker's configuration: manifests may name what the user has never heard of.
 */
export function imageInspector(
  config: ImageConfig | undefined,
  warn: (text: string) => void,
  isWatched: boolean,
): ImageInspector {
  const registry = new Registry(
    config?.registry ?? { allowedHosts: ['*'], credentials: { dockerConfigs: dockerConfigs() } },
    { onProblem: (problem) => warn(`warning: ${problem}\n`) },
  );
  const cache = new ImageCache({
    ...config?.cache,
    onProblem: (error) => warn(`warning: ${error instanceof Error ? error.message : String(error)}\n`),
  });
  return {
    async inspect({ context }) {
      const reference = context['reference'] ?? '';
      const platform = context['platform'] ?? config?.platform;
      const progress = progressLine(reference, { err: warn }, isWatched);
      try {
        const how = { cache, limits: { ...config?.limits }, ...(platform !== undefined && { platform }) };
        return await read(registry.image(reference), how, progress);
      } catch (error) {
        if (!(error instanceof ImageError)) throw error;
        return { unavailable: error.message };
      } finally {
        progress.end();
      }
    },
    close: () => registry.close(),
  };
}

async function read(
  source: ImageSource,
  how: NonNullable<Parameters<typeof inspectImage>[1]>,
  { report }: ProgressLine,
): Promise<JsonObject> {
  const facts = await inspectImage(source, { ...how, onProgress: report });
  // A type of its own fields only is JSON, which TypeScript does not see.
  return facts as unknown as JsonObject;
}
