import type { FactAnswer, FactRequest, JsonObject } from '../model/index.ts';
import {
  type ImageCache,
  ImageError,
  type ImageFacts,
  type ImageSource,
  inspectImage,
  type Limits,
} from './image/index.ts';
import { Slots } from './slots.ts';
import type { FactSource } from './source.ts';

/** What a pod says of how its images are pulled. */
export interface Pulling {
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly pullSecrets: readonly string[];
}

/** An image that is about to be read. */
export interface OpenedImage {
  readonly source: ImageSource;
  /**
   * Whether credentials of the pod were used, asked once the image was read: then what was read is for pods of the same
   * credentials only.
   */
  readonly isPrivate: () => boolean;
}

export interface ImageFactsOptions {
  /**
   * Where an image is read from. Contacts nobody yet.
   * @throws ImageError where it may not be read
   */
  readonly open: (reference: string, pulling: Pulling) => OpenedImage;
  readonly cache: ImageCache;
  /** Which image of an index is meant where a policy does not say, as `linux/arm64`. */
  readonly platform?: string;
  /** In milliseconds: how long a tag is taken for what it last was. */
  readonly tagAge?: number;
  /** In milliseconds: how long a failure is remembered. */
  readonly failureAge?: number;
  /** In milliseconds: how long one inspection may take, whether or not anybody waits for it. */
  readonly longest?: number;
  /** Images that are inspected at a time. */
  readonly concurrency?: number;
  /** Bytes, as JSON, of the facts that can be answered at once. */
  readonly memoryBytes?: number;
  readonly limits?: Partial<Limits>;
  /** Told of every image that was read, or could not be. */
  readonly observe?: (inspection: Inspection) => void;
  /** In milliseconds, never going back. */
  readonly clock?: () => number;
}

/** How the inspection of an image ended. */
export interface Inspection {
  readonly reference: string;
  /** From its turn on. */
  readonly milliseconds: number;
  /** Of the manifest; undefined where it could not be read. */
  readonly digest?: string;
  /** Why it could not be read. */
  readonly failure?: string;
}

/** Facts about images, for policies. */
export interface ImageFactSource extends FactSource {
  /** Gives up what is being inspected. */
  close(): void;
}

/** What is known under a reference. */
type Known = { readonly until: number } & (
  | { readonly facts: string }
  | { readonly failure: Extract<FactAnswer, { status: 'unavailable' }> }
);

const mib = 1024 * 1024;

/** References that are remembered; they are shorter than 600 characters. */
const mostReferences = 10_000;

/** Inspections that may wait for their turn. */
const mostWaiting = 200;

/**
 * What is in images, by their references. An inspection that nobody waits for any more goes on, so that it is known when the
 * same image comes again. A tag is looked up again after some time, a digest never.
 *
 * An image that is not there is unavailable and not null: registries say the same of what one may not see.
 */
export function imageFacts(options: ImageFactsOptions): ImageFactSource {
  const { open, cache, platform: usual, limits, tagAge = 60_000, failureAge = 10_000 } = options;
  const { longest = 10 * 60_000, concurrency = 4, memoryBytes = 16 * mib } = options;
  const { observe = () => {}, clock = () => performance.now() } = options;
  const closed = new AbortController();
  const slots = new Slots(concurrency, mostWaiting);
  const references = new Map<string, Known>();
  const facts = new Recent<JsonObject>(memoryBytes);
  const running = new Map<string, Promise<FactAnswer>>();

  function recall(key: string): FactAnswer | undefined {
    const known = references.get(key);
    if (known === undefined) return undefined;
    const value = 'facts' in known ? facts.get(known.facts) : undefined;
    if (known.until > clock()) {
      if ('failure' in known) return known.failure;
      if (value !== undefined) return { status: 'known', value };
    }
    references.delete(key);
    return undefined;
  }

  function remember(key: string, known: Known): void {
    references.delete(key);
    references.set(key, known);
    for (const oldest of references.keys()) {
      if (references.size <= mostReferences) return;
      references.delete(oldest);
    }
  }

  async function inspect(request: FactRequest, keys: Keys): Promise<FactAnswer> {
    const { context } = request;
    const reference = context['reference'] ?? '';
    const platform = context['platform'] ?? usual;
    let begun = clock();
    try {
      const { source, isPrivate } = open(reference, pullingOf(context));
      const found = await slots.run(() => {
        begun = clock();
        const signal = AbortSignal.any([closed.signal, AbortSignal.timeout(longest)]);
        return inspectImage(source, {
          cache,
          signal,
          ...(platform !== undefined && { platform }),
          ...(limits !== undefined && { limits }),
        });
      });
      const name = `${found.indexDigest ?? ''} ${found.digest}`;
      const value = facts.get(name) ?? asJson(found);
      facts.set(name, value);
      const of = isPrivate() ? ('own' as const) : ('shared' as const);
      const always = Number.POSITIVE_INFINITY;
      const isPinned = reference.includes('@');
      remember(keys[of], { until: isPinned ? always : clock() + tagAge, facts: name });
      if (!isPinned) remember(pinnedKeys(request, found)[of], { until: always, facts: name });
      observe({ reference, milliseconds: clock() - begun, digest: found.digest });
      return { status: 'known', value };
    } catch (error) {
      if (!(error instanceof ImageError)) throw error;
      const failure = { status: 'unavailable', reason: reasonOf(error, longest) } as const;
      // What one pod may not read another one may.
      if (!closed.signal.aborted) {
        remember(keys.own, { until: clock() + failureAge, failure });
        observe({ reference, milliseconds: clock() - begun, failure: failure.reason });
      }
      return failure;
    }
  }

  return {
    name: 'image',
    late: 'not yet inspected',
    peek(request) {
      const { own, shared } = keysOf(request);
      return recall(shared) ?? recall(own);
    },
    find(request) {
      const keys = keysOf(request);
      const known = recall(keys.shared) ?? recall(keys.own);
      if (known !== undefined) return Promise.resolve(known);
      const under = running.get(keys.own);
      if (under !== undefined) return under;
      const started = inspect(request, keys).finally(() => running.delete(keys.own));
      running.set(keys.own, started);
      // Whoever waits sees a bug; that nobody does any more is none.
      started.catch(() => {});
      return started;
    },
    close: () => closed.abort(),
  };
}

interface Keys {
  /** For every pod. */
  readonly shared: string;
  /** For pods of the same credentials. */
  readonly own: string;
}

function keysOf({ key, context }: Pick<FactRequest, 'key' | 'context'>): Keys {
  const { namespace = '', serviceAccount = '', pullSecrets = '' } = context;
  return { shared: key, own: JSON.stringify([key, namespace, serviceAccount, pullSecrets]) };
}

/** Of the same image by a digest after its tag, as a mutation writes it that pins what was inspected. */
function pinnedKeys({ key, context }: FactRequest, { digest, indexDigest }: ImageFacts): Keys {
  const reference = context['reference'] ?? '';
  const pinned = `${reference}@${indexDigest ?? digest}`;
  return keysOf({ key: `${pinned}${key.slice(reference.length)}`, context });
}

function pullingOf(context: FactRequest['context']): Pulling {
  const { namespace = '', serviceAccount = 'default', pullSecrets = '' } = context;
  return { namespace, serviceAccount, pullSecrets: pullSecrets.split(',').filter((name) => name !== '') };
}

function reasonOf({ reason, message }: ImageError, longest: number): string {
  return reason === 'cancelled' ? `it was not inspected within ${longest / 1000} s` : message;
}

/** A type of its own fields only is JSON, which TypeScript does not see. */
function asJson(facts: ImageFacts): JsonObject {
  return facts as unknown as JsonObject;
}

/** Values by name, the ones longest not asked for dropped where they are more bytes than a limit, as JSON. */
class Recent<T> {
  readonly #limit: number;
  readonly #entries = new Map<string, { readonly value: T; readonly bytes: number }>();
  #bytes = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get(name: string): T | undefined {
    const entry = this.#entries.get(name);
    if (entry === undefined) return undefined;
    this.#entries.delete(name);
    this.#entries.set(name, entry);
    return entry.value;
  }

  set(name: string, value: T): void {
    if (this.#entries.has(name)) return;
    const bytes = JSON.stringify(value).length;
    this.#entries.set(name, { value, bytes });
    this.#bytes += bytes;
    for (const [oldest, entry] of this.#entries) {
      // The newest one is kept whatever its size: somebody is about to ask for it.
      if (this.#bytes <= this.#limit || oldest === name) return;
      this.#entries.delete(oldest);
      this.#bytes -= entry.bytes;
    }
  }
}
