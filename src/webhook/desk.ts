import type { Emergency } from './emergency.ts';
import { type Gate, requestGate } from './gate.ts';
import type { WebhookOptions } from './options.ts';
import { Recurring } from './recurring.ts';
import { sampler } from './sampling.ts';
import { type SlowEvaluations, slowEvaluations } from './slow.ts';
import { type Tracing, tracing } from './tracing.ts';
import { type TurnClock, turnClock } from './turn.ts';

/** What the endpoints of one server share, beside what they were given. */
export interface Desk extends WebhookOptions {
  readonly gate: Gate;
  readonly turn: TurnClock;
  /** Whether a request that is allowed without a word is logged. */
  readonly isSampled: () => boolean;
  /** Errors of policies that were logged. */
  readonly told: Recurring;
  readonly slow: SlowEvaluations;
  readonly emergency: () => Emergency | undefined;
  /** Absent where nobody collects traces. */
  readonly tracing: Tracing | undefined;
}

/** More than the requests that two API servers have in flight themselves by default (400 and 200, mutating ones). */
const defaultMaxInFlight = 500;

export function deskOf(options: WebhookOptions): Desk {
  const gate = requestGate(options.maxInFlight ?? defaultMaxInFlight);
  options.metrics.inFlight(() => gate.inFlight, gate.limit);
  return {
    ...options,
    gate,
    turn: turnClock(),
    isSampled: sampler(options.logAllowed ?? 0),
    told: new Recurring(),
    slow: slowEvaluations(options.metrics, options.log),
    emergency: options.emergency ?? (() => undefined),
    tracing: tracing(),
  };
}
