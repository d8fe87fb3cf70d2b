import { systemTiming } from './system-timing.ts';
import type { Timing } from './timing.ts';

/** Every period in milliseconds; the defaults are those of Kubernetes' own components. */
export interface LockOptions {
  /**
   * Who this is, in the Lease's `holderIdentity`: one of its own for each process, or each caller in a process.
   * Default: a random UUID. A pod's name will do where policies compare it with the user of a request.
   */
  readonly identity?: string;
  /** Whole seconds: how long others wait after the last sign of life before they take over. Default: 15000. */
  readonly leaseDuration?: number;
  /** How long after its last renewal a holder goes on. Less than `leaseDuration`. Default: 10000. */
  readonly renewDeadline?: number;
  /** How long to wait between two tries to take or renew, give or take a fifth. Default: 2000. */
  readonly retryPeriod?: number;
  /** Gives up waiting for the lock, or tells the work that holds it to stop. */
  readonly signal?: AbortSignal;
  /** Told when the Lease is seen to have another holder; empty: nobody. */
  readonly onHolder?: (identity: string) => void;
  /** Told what failed and will be tried again. */
  readonly onError?: (error: unknown) => void;
  readonly timing?: Timing;
}

export interface LockSettings {
  readonly identity: string;
  readonly leaseDuration: number;
  readonly renewDeadline: number;
  readonly retryPeriod: number;
  /** How long to wait for one answer of the store. */
  readonly callTimeout: number;
  readonly signal: AbortSignal;
  readonly onHolder: (identity: string) => void;
  readonly onError: (error: unknown) => void;
  readonly timing: Timing;
}

/** A wait is up to this much longer than the retry period, so that contenders do not go in step. */
export const jitterFactor = 1.2;

/** Fills in the defaults. Throws a RangeError where the periods do not fit together. */
export function settingsOf(options: LockOptions): LockSettings {
  const { leaseDuration = 15_000, renewDeadline = 10_000, retryPeriod = 2_000 } = options;
  const { identity = globalThis.crypto.randomUUID(), signal, onHolder, onError } = options;
  if (!Number.isInteger(leaseDuration / 1000) || leaseDuration < 1000) {
    throw new RangeError('`leaseDuration` must be whole seconds, in milliseconds');
  }
  if (!(renewDeadline < leaseDuration)) {
    throw new RangeError('`renewDeadline` must be less than `leaseDuration`');
  }
  if (!(retryPeriod > 0 && retryPeriod * jitterFactor < renewDeadline)) {
    throw new RangeError(
      `\`retryPeriod\` must be more than 0 and ${jitterFactor} times it less than \`renewDeadline\``,
    );
  }
  if (identity === '') throw new RangeError('`identity` must not be empty');
  return {
    identity,
    leaseDuration,
    renewDeadline,
    retryPeriod,
    callTimeout: renewDeadline / 2,
    signal: signal ?? new AbortController().signal,
    onHolder: onHolder ?? (() => undefined),
    onError: onError ?? (() => undefined),
    timing: options.timing ?? systemTiming,
  };
}

/** Asks the store, and waits for the answer no longer than it is worth. What comes later is not heard. */
export async function call<T>(
  { timing, callTimeout }: LockSettings,
  ask: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const late = new AbortController();
  const answered = new AbortController();
  const timeout = timing.sleep(callTimeout, answered.signal).then((): never => {
    const error = new Error(`no answer about the lease within ${callTimeout} ms`);
    late.abort(error);
    throw error;
  });
  try {
    return await Promise.race([ask(late.signal), timeout]);
  } finally {
    answered.abort();
  }
}

/** Waits a retry period with its jitter, or until a signal aborts. */
export function pause({ timing, retryPeriod }: LockSettings, signal: AbortSignal): Promise<void> {
  return timing.sleep(retryPeriod * (1 + timing.random() * (jitterFactor - 1)), signal);
}

/** Microseconds since 1970, later than `before` whatever the clock says: a renewal must be seen to change the Lease. */
export function stamp({ timing }: LockSettings, before = 0): number {
  return Math.max(Math.round(timing.now() * 1000), before + 1);
}
