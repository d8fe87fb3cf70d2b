import { type ClusterClient, ClusterError } from './client.ts';

/** How a list stands to the cluster. */
export interface WatchState {
  /** Everything has been seen once; from then on there are answers, if old ones. */
  readonly synced: boolean;
  /** Changes arrive at this moment. */
  readonly connected: boolean;
  readonly count: number;
  /** Why it is not connected. */
  readonly problem?: string;
  /** The HTTP status, where the cluster refused. */
  readonly status?: number;
  /** There was more than the limit allows. Nothing is kept any more, and nothing asked. */
  readonly exceeded?: true;
}

/** How much may be kept. */
export interface KeepLimit<T> {
  readonly objects: number;
  readonly bytes: number;
  readonly sizeOf: (value: T) => number;
}

/** Objects of one kind by name, kept up to date. */
export interface WatchedList<T> {
  get(key: string): T | undefined;
  values(): readonly T[];
  state(): WatchState;
  /** Settled when everything has been seen once, or the list was closed. */
  readonly synced: Promise<void>;
  close(): void;
}

export interface RetryOptions {
  /** In milliseconds, of the first of several attempts to connect; each one waits twice as long. */
  readonly retryAfter?: number;
  /** In milliseconds: the most that an attempt waits. */
  readonly retryLimit?: number;
}

export interface WatchedListOptions<T> extends RetryOptions {
  /** Of the collection: `/api/v1/namespaces`. */
  readonly path: string;
  /** Which of them, by a field selector of Kubernetes: `metadata.name=web`. */
  readonly fieldSelector?: string;
  /** What messages call the objects. */
  readonly noun: string;
  /** The forms in which a list and a single object are asked for. */
  readonly accept?: { readonly list: string; readonly one: string };
  /** What is kept of an object, and by which key; undefined where it is none. */
  readonly keep: (object: unknown) => { readonly key: string; readonly value: T } | undefined;
  /** Told when the state changes: first contact, a connection lost, found again. */
  readonly onState?: (state: WatchState) => void;
  /** Told after every change of what is known. */
  readonly onChange?: () => void;
  readonly limit?: KeepLimit<T>;
  /** How many objects are asked for at a time. */
  readonly pageSize?: number;
  /** In seconds: how long a watch lasts. That a connection is dead is noticed half a minute later. */
  readonly watchSeconds?: number;
  /** A cluster that does not serve the kind has none of it, rather than being out of reach. */
  readonly mayBeUnknown?: boolean;
}

const listTimeout = 30_000;

/** In milliseconds: how often to look whether a kind is served by now. */
const unknownInterval = 3_000;

/** There is more than may be kept. */
class TooMuch extends ClusterError {}

/** What is kept, and how much it is. */
class Kept<T> {
  readonly objects = new Map<string, T>();
  readonly #limit: KeepLimit<T> | undefined;
  #bytes = 0;

  constructor(limit: KeepLimit<T> | undefined) {
    this.#limit = limit;
  }

  /** @throws TooMuch */
  set(key: string, value: T): void {
    this.delete(key);
    this.objects.set(key, value);
    if (this.#limit === undefined) return;
    const { objects, bytes, sizeOf } = this.#limit;
    this.#bytes += sizeOf(value);
    if (this.objects.size > objects) throw new TooMuch(`there are more than ${objects}`);
    if (this.#bytes > bytes) throw new TooMuch(`they are more than ${bytes} bytes`);
  }

  delete(key: string): void {
    const former = this.objects.get(key);
    if (former === undefined) return;
    this.objects.delete(key);
    if (this.#limit !== undefined) this.#bytes -= this.#limit.sizeOf(former);
  }
}

/**
 * Lists and watches objects until it is closed. While the cluster is out of reach the last good state stays, and
 * `state` says so; afterwards the watch goes on where it was, or everything is listed anew.
 */
export function watchedList<T>(client: ClusterClient, options: WatchedListOptions<T>): WatchedList<T> {
  const { path, noun, accept, keep, onState, onChange, retryAfter = 500, retryLimit = 30_000 } = options;
  const { limit, pageSize = 500, watchSeconds = 300 } = options;
  const closed = new AbortController();
  const selected =
    options.fieldSelector === undefined ? '' : `&fieldSelector=${encodeURIComponent(options.fieldSelector)}`;
  let known = new Kept<T>(limit);
  let synced = false;
  let connected = false;
  let problem: string | undefined;
  let refusal: number | undefined;
  let exceeded = false;
  let absences = 0;
  let resolveSynced = (): void => undefined;
  const firstSync = new Promise<void>((resolve) => {
    resolveSynced = resolve;
  });

  const state = (): WatchState => ({
    synced,
    connected,
    count: known.objects.size,
    ...(problem === undefined ? {} : { problem }),
    ...(refusal === undefined ? {} : { status: refusal }),
    ...(exceeded && { exceeded }),
  });

  function change(isConnected: boolean, why?: string, status?: number): void {
    const news = connected !== isConnected || problem !== why;
    connected = isConnected;
    problem = why;
    refusal = status;
    if (news) onState?.(state());
  }

  function learn(found: Kept<T>): void {
    known = found;
    synced = true;
  }

  async function list(): Promise<string> {
    const found = new Kept<T>(limit);
    let page = '';
    for (;;) {
      const answer = await client.get(`${path}?limit=${pageSize}${selected}${page}`, {
        ...(accept !== undefined && { accept: accept.list }),
        timeout: listTimeout,
      });
      const items = member(answer, 'items');
      if (!Array.isArray(items)) throw new ClusterError(`the API server answers no list of ${noun}`);
      for (const item of items) {
        const kept = keep(item);
        if (kept !== undefined) found.set(kept.key, kept.value);
      }
      const next = text(member(answer, 'metadata'), 'continue') ?? '';
      if (next === '') {
        learn(found);
        return text(member(answer, 'metadata'), 'resourceVersion') ?? '';
      }
      page = `&continue=${encodeURIComponent(next)}`;
    }
  }

  // Returns the version to go on from; throws where the server lost track of it.
  async function watch(from: string): Promise<string> {
    let version = from;
    const query = `watch=1&allowWatchBookmarks=true&timeoutSeconds=${watchSeconds}&resourceVersion=${from}${selected}`;
    const idle = (watchSeconds + 30) * 1000;
    await client.lines(
      `${path}?${query}`,
      {
        ...(accept !== undefined && { accept: accept.one }),
        idle,
        signal: closed.signal,
        onOpen: () => change(true),
      },
      (line) => {
        const event: unknown = JSON.parse(line);
        const object = member(event, 'object');
        const type = text(event, 'type');
        if (type === 'ERROR') {
          const code = member(object, 'code');
          throw new ClusterError(
            text(object, 'message') ?? 'the watch failed',
            typeof code === 'number' ? code : undefined,
          );
        }
        version = text(member(object, 'metadata'), 'resourceVersion') ?? version;
        const kept = type === 'BOOKMARK' ? undefined : keep(object);
        if (kept === undefined) return;
        if (type === 'DELETED') known.delete(kept.key);
        else known.set(kept.key, kept.value);
        onChange?.();
      },
    );
    return version;
  }

  async function run(): Promise<void> {
    let version = '';
    let wait = retryAfter;
    while (!closed.signal.aborted) {
      try {
        if (version === '') {
          version = await list();
          absences = 0;
          change(true);
          resolveSynced();
          onChange?.();
        }
        const begun = performance.now();
        version = await watch(version);
        wait = retryAfter;
        // A server that ends every watch at once must not be asked in a tight loop.
        if (performance.now() - begun < 1000) await pause(retryAfter, closed.signal);
      } catch (error) {
        if (closed.signal.aborted) break;
        const status = error instanceof ClusterError ? error.status : undefined;
        // 410 Gone: the version is too old to go on from. Other refusals may be about it, too.
        if (status !== undefined) version = '';
        const isUnknown = status === 404 && options.mayBeUnknown === true;
        const what = error instanceof Error ? error.message : 'the watch failed';
        exceeded = error instanceof TooMuch;
        if (exceeded) known = new Kept(limit);
        change(false, isUnknown ? `the cluster does not know ${noun}` : what, status);
        if (exceeded) break;
        if (isUnknown) {
          absent();
          await pause(Math.min(unknownInterval, retryLimit), closed.signal);
          continue;
        }
        await pause(wait * (0.75 + Math.random() / 2), closed.signal);
        wait = Math.min(wait * 2, retryLimit);
      }
    }
    resolveSynced();
  }

  // An API server that starts may not know a kind yet: what is known is given up only when it says so again.
  function absent(): void {
    absences++;
    if (absences < 2 && known.objects.size > 0) return;
    const isNews = !synced || known.objects.size > 0;
    learn(new Kept(limit));
    resolveSynced();
    if (isNews) onChange?.();
  }

  void run();
  return {
    get: (key) => known.objects.get(key),
    values: () => [...known.objects.values()],
    state,
    synced: firstSync,
    close: () => closed.abort(),
  };
}

/** Waits, unless aborted before. */
export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, milliseconds);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done);
    if (signal.aborted) done();
  });
}

/** An own property of what may be no object at all. */
export function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as { readonly [key: string]: unknown })[key]
    : undefined;
}

/** An own property that is text. */
export function text(value: unknown, key: string): string | undefined {
  const found = member(value, key);
  return typeof found === 'string' ? found : undefined;
}
