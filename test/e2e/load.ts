import { setTimeout as pause } from 'node:timers/promises';

/** What came of one attempt: undefined where it was as it should be. */
export type Attempt = () => Promise<string | undefined>;

export interface Failure {
  /** When it was begun and when it ended, in milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
  readonly what: string;
}

export interface Tried {
  readonly count: number;
  readonly failures: readonly Failure[];
  /** In milliseconds, in the order in which attempts were begun. */
  readonly durations: readonly number[];
}

/** How many attempts a second are made when `clients` make one after the other, for a while. */
export async function capacityOf(attempt: Attempt, clients: number, seconds: number): Promise<number> {
  const begin = Date.now();
  const end = begin + seconds * 1000;
  let count = 0;
  async function go(): Promise<void> {
    while (Date.now() < end) {
      await attempt();
      count++;
    }
  }
  await Promise.all(Array.from({ length: clients }, go));
  return (count * 1000) / (Date.now() - begin);
}

/**
 * Makes attempts at a steady pace until stopped, whether or not earlier ones have been answered: who is slow is asked just
 * as often.
 */
export function steadyLoad(attempt: Attempt, perSecond: number): { readonly stop: () => Promise<Tried> } {
  const begin = Date.now();
  const failures: Failure[] = [];
  const durations: number[] = [];
  const underWay = new Set<Promise<void>>();
  let count = 0;
  let isStopped = false;

  async function one(index: number): Promise<void> {
    const from = Date.now();
    const what = await attempt().catch((error: unknown) => String(error));
    const to = Date.now();
    durations[index] = to - from;
    if (what !== undefined) failures.push({ from, to, what });
  }
  async function go(): Promise<void> {
    while (!isStopped) {
      const due = ((Date.now() - begin) / 1000) * perSecond;
      for (; count < due; count++) {
        const attempted = one(count).finally(() => underWay.delete(attempted));
        underWay.add(attempted);
      }
      await pause(5);
    }
    await Promise.all(underWay);
  }
  const running = go();
  return {
    async stop() {
      isStopped = true;
      await running;
      return { count, failures, durations };
    },
  };
}

/** The middle one, and the one that 1 in 100 exceed. */
export function percentiles(durations: readonly number[]): { readonly p50: number; readonly p99: number } {
  const sorted = [...durations].sort((a, b) => a - b);
  const at = (part: number): number => sorted[Math.floor((sorted.length - 1) * part)] ?? 0;
  return { p50: at(0.5), p99: at(0.99) };
}
