import type { Logger } from 'pino';
import { type ClusterClient, type RunningPod, runningPods } from '../../cluster/index.ts';
import {
  type CredentialSource,
  type FactSource,
  ImageCache,
  imageFacts,
  type OpenedImage,
  type Pulling,
  type PullSecretReader,
  pullSecretCredentials,
  Registry,
  unavailable,
  type Warmer,
  warmer,
} from '../../facts/index.ts';
import type { FactRequest } from '../../model/index.ts';
import type { ImageConfig } from '../imaging/config.ts';
import { messageOf } from './message.ts';
import { clusterPullSecrets } from './pull-secrets.ts';

export interface ServedImages {
  readonly source: FactSource;
  /** Gives up what is under way. */
  close(): void;
}

/** In milliseconds: pods come in swarms. */
const warmDelay = 1_000;

/** What images bring along, read as configured; undefined: nobody said how, and nothing is contacted. */
export function serveImages(
  config: ImageConfig | undefined,
  client: ClusterClient | undefined,
  log: Logger,
): ServedImages {
  if (config === undefined) {
    const reason = 'images are not inspected here, for want of `--image-config`';
    return { source: unavailable('image', reason), close: () => {} };
  }
  const warn = (problem: string): void => log.warn({ problem }, 'no credentials for images');
  const registry = new Registry(config.registry, { onProblem: warn });
  const secrets = config.pullSecrets && client !== undefined ? clusterPullSecrets(client, warn) : undefined;
  const cache = new ImageCache({
    ...config.cache,
    onProblem: (error) => log.warn({ problem: messageOf(error) }, 'the folder of image facts cannot be used'),
  });
  const { platform, concurrency, tagAge, longest, limits } = config;
  const source = imageFacts({
    open: (reference, pulling) => open(registry, reference, pulling, secrets, warn),
    cache,
    limits,
    ...(platform !== undefined && { platform }),
    ...(concurrency !== undefined && { concurrency }),
    ...(tagAge !== undefined && { tagAge }),
    ...(longest !== undefined && { longest }),
    observe({ reference, milliseconds, digest, failure }) {
      const shown = { image: reference, milliseconds: Math.round(milliseconds) };
      if (failure === undefined) log.info({ ...shown, digest }, 'inspected an image');
      else log.warn({ ...shown, problem: failure }, 'an image could not be inspected');
    },
  });
  const warming = config.warm && client !== undefined ? warm(client, source, log) : undefined;
  return {
    source,
    close() {
      warming?.close();
      source.close();
      registry.close();
    },
  };
}

/** The pod's credentials are asked before our own; that they were of use is remembered. */
function open(
  registry: Registry,
  reference: string,
  pulling: Pulling,
  secrets: PullSecretReader | undefined,
  warn: (problem: string) => void,
): OpenedImage {
  if (secrets === undefined || pulling.namespace === '') {
    return { source: registry.image(reference), isPrivate: () => false };
  }
  const { namespace, serviceAccount, pullSecrets } = pulling;
  const pod = { namespace, serviceAccountName: serviceAccount, imagePullSecrets: pullSecrets };
  const credentials = pullSecretCredentials(pod, secrets, warn);
  let isPrivate = false;
  const watched: CredentialSource = {
    async lookup(name, signal) {
      const found = await credentials.lookup(name, signal);
      if (found.length > 0) isPrivate = true;
      return found;
    },
  };
  return { source: registry.image(reference, watched), isPrivate: () => isPrivate };
}

function warm(client: ClusterClient, source: FactSource, log: Logger): { close(): void } {
  const warming: Warmer = warmer(source);
  let timer: NodeJS.Timeout | undefined;
  const running = runningPods(client, {
    onChange() {
      timer ??= setTimeout(() => {
        timer = undefined;
        warming.follow(running.pods().flatMap(requestsOf));
      }, warmDelay).unref();
    },
    onProblem: (problem) => log.warn({ problem }, 'lost sight of running pods, whose images are inspected'),
  });
  return {
    close() {
      clearTimeout(timer);
      running.close();
      warming.close();
    },
  };
}

/** As a policy would ask that says nothing about platforms. */
function requestsOf({ namespace, serviceAccount, pullSecrets, images }: RunningPod): readonly FactRequest[] {
  return images.map((reference) => ({
    source: 'image',
    key: reference,
    context: { reference, namespace, serviceAccount, pullSecrets: pullSecrets.join(',') },
    within: undefined,
  }));
}
