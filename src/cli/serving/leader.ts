import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Logger } from 'pino';
import { type ClusterClient, clusterLease } from '../../cluster/index.ts';
import { elect } from '../../lock/index.ts';
import { messageOf } from './message.ts';

/** What one of several replicas does for all. */
export interface Leadership {
  /** There may be something to do. */
  wake(): void;
  /** Whether it is this one, now. */
  isLeading(): boolean;
  /** Gives the Lease back. */
  stop(): Promise<void>;
}

/** In milliseconds: how often to look without having been told, and how long to gather what is told. */
const interval = 10_000;
const gather = 200;

/** The Lease that replicas contend for. */
export interface LeasePlace {
  readonly namespace: string;
  readonly name: string;
}

/**
 * Contends for the lead, and works whenever it has it: at first, when woken, and every few seconds.
 * @param work returns early when the signal aborts; what it throws is logged
 */
export function contend(
  client: ClusterClient,
  lease: LeasePlace,
  log: Logger,
  work: (signal: AbortSignal) => Promise<void>,
): Leadership {
  const stopped = new AbortController();
  let isAwake = false;
  let isLeading = false;
  let wakeUp = (): void => undefined;
  let problem: string | undefined;

  function nap(milliseconds: number, signal: AbortSignal, isWakeful: boolean): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(done, milliseconds);
      function done(): void {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      }
      signal.addEventListener('abort', done);
      if (isWakeful) wakeUp = done;
      if (signal.aborted || (isWakeful && isAwake)) done();
    });
  }

  async function lead(signal: AbortSignal): Promise<void> {
    log.info({ lease: `${lease.namespace}/${lease.name}` }, 'leading');
    isLeading = true;
    signal.addEventListener('abort', () => {
      isLeading = false;
    });
    while (!signal.aborted) {
      isAwake = false;
      try {
        await work(signal);
      } catch (error) {
        if (!signal.aborted) log.error({ problem: messageOf(error) }, 'failed to lead, which is a bug');
      }
      await nap(interval, signal, true);
      await nap(gather, signal, false);
    }
  }

  const ended = elect(clusterLease(client, lease), (lock) => lead(lock.signal), {
    identity: `${hostname()}_${randomUUID()}`,
    signal: stopped.signal,
    onError(error) {
      const what = messageOf(error);
      if (what !== problem) log.warn({ problem: what }, 'there is no way to contend for the lead');
      problem = what;
    },
  }).catch((error: unknown) => log.error({ problem: messageOf(error) }, 'failed to lead, which is a bug'));

  return {
    wake() {
      isAwake = true;
      wakeUp();
    },
    isLeading: () => isLeading,
    async stop() {
      stopped.abort();
      await ended;
    },
  };
}
