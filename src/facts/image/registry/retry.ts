import { ImageError, type ImageErrorReason, throwIfCancelled } from '../error.ts';
import type { RegistryLimits } from './config.ts';
import type { Timing } from './timing.ts';

/** What may go well another time. */
export class TransientError extends ImageError {
  /** Milliseconds that the other side asks to wait. */
  readonly after: number | undefined;

  constructor(
    reason: ImageErrorReason,
    message: string,
    {
      after,
      ...options
    }: { readonly help?: string; readonly cause?: unknown; readonly after?: number | undefined } = {},
  ) {
    super(reason, message, options);
    this.after = after;
  }
}

export interface Patience {
  readonly limits: RegistryLimits;
  readonly timing: Timing;
}

/**
 * Tries again what fails with a {@link TransientError}, after a while that is drawn from zero to a bound that doubles ("full jitter", so that many
 * who failed together do not come back together), or after what was asked for by Retry-After.
 */
export async function retrying<T>(
  work: () => Promise<T>,
  patience: Patience,
  signal: AbortSignal,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof TransientError) || attempt >= patience.limits.attempts) throw error;
      await wait(error, attempt, patience, signal);
    }
  }
}

/** Waits before another attempt; throws the error where that would take too long. */
export async function wait(
  error: TransientError,
  attempt: number,
  { limits, timing }: Patience,
  signal: AbortSignal,
): Promise<void> {
  const { after = 0 } = error;
  if (after > limits.retryAfterMost) throw error;
  const bound = Math.min(limits.backoffMost, limits.backoff * 2 ** (attempt - 1));
  await timing.sleep(after + timing.random() * bound, signal);
  throwIfCancelled(signal);
}

/** A Retry-After header in milliseconds: seconds, or a date (RFC 9110, section 10.2.3). */
export function retryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const date = text.length > 40 ? Number.NaN : Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
