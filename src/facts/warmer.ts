import type { FactRequest } from '../model/index.ts';
import type { FactSource } from './source.ts';

/** Finds facts out before anybody asks for them. */
export interface Warmer {
  /** What there may be questions about now, in place of what there was before. Each is found out once. */
  follow(requests: readonly FactRequest[]): void;
  close(): void;
}

/** Facts that are remembered to have been found out, or wait for it. */
const most = 10_000;

/** One after the other, so that it never stands in the way of what somebody waits for. What fails is left to who asks. */
export function warmer(source: FactSource): Warmer {
  let wanted = new Map<string, FactRequest>();
  let done = new Set<string>();
  let isRunning = false;
  let isClosed = false;

  async function run(): Promise<void> {
    isRunning = true;
    for (;;) {
      const next = [...wanted].find(([key]) => !done.has(key));
      if (next === undefined || isClosed) break;
      const [key, request] = next;
      done.add(key);
      if (source.peek(request) === undefined) await source.find(request).catch(() => {});
    }
    isRunning = false;
  }

  return {
    follow(requests) {
      wanted = new Map(requests.slice(0, most).map((request) => [keyOf(request), request]));
      done = new Set([...done].filter((key) => wanted.has(key)));
      if (!isRunning) void run();
    },
    close() {
      isClosed = true;
    },
  };
}

/** The same image may be open to the one pod and closed to the other. */
function keyOf({ key, context }: FactRequest): string {
  return JSON.stringify([key, context]);
}
