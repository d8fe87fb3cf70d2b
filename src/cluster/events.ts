import { createHash, randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { type ClusterClient, ClusterError } from './client.ts';

/** What an Event is about (core/v1 ObjectReference). */
export interface EventSubject {
  readonly apiVersion: string;
  readonly kind: string;
  /** Empty where the object is cluster-scoped. */
  readonly namespace: string;
  /** Empty where the object has none yet. */
  readonly name: string;
  readonly uid?: string;
}

export interface NotedEvent {
  readonly type: 'Normal' | 'Warning';
  /** In UpperCamelCase: `Denied`. */
  readonly reason: string;
  /** What was being done: `Create`. */
  readonly action: string;
  readonly regarding: EventSubject;
  /** A sentence, for people; cut to what an Event takes. */
  readonly note: string;
  /** Events with equal keys are one within a window, with a count. */
  readonly key: string;
}

/** What became of an Event that was to be written. */
export type EventResult = 'created' | 'updated' | 'dropped' | 'failed';

export interface EventRecorderOptions {
  /** In milliseconds: how long what happens again is counted on the same Event. */
  readonly window?: number;
  /** In milliseconds: how often counts are written. */
  readonly flushEvery?: number;
  /** How many Events may wait to be written. */
  readonly queueLimit?: number;
  /** How many Events may be written at once, and then how many a second. */
  readonly burst?: number;
  readonly perSecond?: number;
  readonly onResult?: (result: EventResult) => void;
  /** Told of a failure, once until something succeeds. */
  readonly onProblem?: (problem: string) => void;
}

export interface EventRecorder {
  /** Never throws and never waits. */
  note(event: NotedEvent): void;
  /** Writes what is left, for `milliseconds` at most, and writes no more. */
  close(milliseconds: number): Promise<void>;
}

interface Series {
  readonly event: NotedEvent;
  readonly name: string;
  readonly since: number;
  count: number;
  /** How many of them the cluster knows of. */
  written: number;
  lastSeen: number;
  isQueued: boolean;
}

/** Kubernetes' limits of Events (apimachinery validation of events.k8s.io/v1). */
const longestNote = 1024;
const longestWord = 128;

const timeout = 5000;

/**
 * Writes Events of events.k8s.io/v1 in the background, one after the other. What happens again within the window is
 * counted on the Event that is there. Takes the verbs create and patch on `events` of events.k8s.io.
 *
 * Whoever can be denied can be denied a thousand times a second: what is written is limited by rate, what waits by
 * number, and what comes on top of that is dropped and counted.
 */
export function eventRecorder(client: ClusterClient, options: EventRecorderOptions = {}): EventRecorder {
  const { window = 300_000, flushEvery = 10_000, queueLimit = 500, burst = 50, perSecond = 5 } = options;
  const { onResult, onProblem } = options;
  const known = new Map<string, Series>();
  const queue: Series[] = [];
  const instance = clip(hostname(), longestWord);
  let tokens = burst;
  let refilled = performance.now();
  let running: Promise<void> | undefined;
  let wake: (() => void) | undefined;
  let isClosed = false;
  let hasFailed = false;

  const flush = setInterval(() => {
    const now = performance.now();
    for (const [key, series] of known) {
      if (series.count > series.written) enqueue(series);
      else if (now - series.since > window) known.delete(key);
    }
  }, flushEvery);
  flush.unref();

  function enqueue(series: Series): boolean {
    if (series.isQueued) return true;
    if (queue.length >= queueLimit) {
      onResult?.('dropped');
      return false;
    }
    series.isQueued = true;
    queue.push(series);
    running ??= run().finally(() => {
      running = undefined;
    });
    return true;
  }

  async function run(): Promise<void> {
    for (let series = queue.shift(); series !== undefined; series = queue.shift()) {
      await token();
      series.isQueued = false;
      await write(series);
    }
  }

  async function token(): Promise<void> {
    const now = performance.now();
    tokens = Math.min(burst, tokens + ((now - refilled) / 1000) * perSecond);
    refilled = now;
    tokens -= 1;
    if (tokens >= 0 || isClosed) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    wake = resolve;
    const timer = setTimeout(resolve, (-tokens / perSecond) * 1000);
    await promise;
    clearTimeout(timer);
    wake = undefined;
  }

  async function write(series: Series): Promise<void> {
    const { count } = series;
    const isNew = series.written === 0;
    try {
      const path = `/apis/events.k8s.io/v1/namespaces/${encodeURIComponent(namespaceOf(series.event))}/events`;
      const { status, body } = await client.send(
        isNew
          ? { method: 'POST', path, body: JSON.stringify(eventOf(series, instance)), timeout }
          : {
              method: 'PATCH',
              path: `${path}/${series.name}`,
              contentType: 'application/merge-patch+json',
              body: JSON.stringify({ series: seriesOf(series, count) }),
              timeout,
            },
      );
      if (status >= 300)
        throw new ClusterError(`the API server answers ${status}: ${body.slice(0, 300)}`, status);
      series.written = count;
      hasFailed = false;
      onResult?.(isNew ? 'created' : 'updated');
    } catch (error) {
      // Neither tried again nor counted further: the next time is another Event.
      known.delete(series.event.key);
      onResult?.('failed');
      if (!hasFailed) onProblem?.(error instanceof Error ? error.message : 'it failed');
      hasFailed = true;
    }
  }

  return {
    note(event) {
      if (isClosed) return;
      const now = performance.now();
      const before = known.get(event.key);
      if (before !== undefined && now - before.since <= window) {
        before.count++;
        before.lastSeen = Date.now();
        return;
      }
      const name = nameOf(event);
      const series: Series = {
        event,
        name,
        since: now,
        count: 1,
        written: 0,
        lastSeen: Date.now(),
        isQueued: false,
      };
      if (enqueue(series)) known.set(event.key, series);
    },
    async close(milliseconds) {
      clearInterval(flush);
      for (const series of known.values()) if (series.count > series.written) enqueue(series);
      isClosed = true;
      wake?.();
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, milliseconds);
      await Promise.race([running ?? Promise.resolve(), promise]);
      clearTimeout(timer);
      queue.length = 0;
    },
  };
}

/** Events about what is in no namespace are in `default` (client-go tools/events). */
function namespaceOf({ regarding }: NotedEvent): string {
  return regarding.namespace === '' ? 'default' : regarding.namespace;
}

/** The object's name, where Events may have it, and something that is unique. */
function nameOf({ regarding: { name } }: NotedEvent): string {
  const prefix = /^[a-z0-9]([-.a-z0-9]{0,200}[a-z0-9])?$/.test(name) ? name : 'abatis';
  const suffix = createHash('sha256').update(randomUUID()).digest('hex').slice(0, 16);
  return `${prefix}.${suffix}`;
}

function eventOf(series: Series, instance: string): object {
  const { type, reason, action, regarding, note } = series.event;
  const { uid, namespace, ...rest } = regarding;
  return {
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    metadata: { name: series.name, namespace: namespaceOf(series.event) },
    eventTime: microTime(Date.now()),
    reportingController: 'abatis.dev/abatis',
    reportingInstance: instance,
    type,
    reason: clip(reason, longestWord),
    action: clip(action, longestWord),
    regarding: { ...rest, ...(namespace !== '' && { namespace }), ...(uid !== undefined && { uid }) },
    note: clip(note, longestNote),
    ...(series.count > 1 && { series: seriesOf(series, series.count) }),
  };
}

function seriesOf({ lastSeen }: Series, count: number): object {
  return { count, lastObservedTime: microTime(lastSeen) };
}

/** meta/v1 MicroTime. */
function microTime(time: number): string {
  return new Date(time).toISOString().replace('Z', '000Z');
}

/** In bytes, for that is what Kubernetes counts; no character is cut in two. */
function clip(text: string, most: number): string {
  if (Buffer.byteLength(text) <= most) return text;
  const cut = Buffer.from(text)
    .subarray(0, most - 3)
    .toString();
  return `${cut.replace(/\uFFFD+$/, '')}…`;
}
