import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Program } from '../compile/index.ts';
import { evaluate } from '../engine/index.ts';
import type { AdmissionInput, Facts } from '../model/index.ts';
import type { Log } from './log.ts';
import type { Endpoint, Metrics } from './metrics.ts';
import { Recurring } from './recurring.ts';

/** In milliseconds: a thousand times what an ordinary request takes. */
const slowAfter = 50;

/** In milliseconds: what looking for the policy that takes long may take itself. */
const longestLook = 1000;

/** A request that took long to judge. */
export interface SlowEvaluation {
  readonly endpoint: Endpoint;
  readonly uid: string;
  readonly program: Program;
  readonly input: AdmissionInput;
  readonly facts: Facts | undefined;
  /** The policies that applied. */
  readonly evaluated: readonly string[];
}

export interface SlowEvaluations {
  /** @param milliseconds what judging took, without what was waited for */
  note(milliseconds: number, evaluation: () => SlowEvaluation): void;
}

/**
 * Finds out which policies take long. Reading a clock around each policy would cost every request more than most
 * policies do; so what took long is judged again, policy by policy, once a minute at most, after it was answered, and with a
 * turn of the event loop for each, in which others are answered.
 */
export function slowEvaluations(metrics: Metrics, log: Log): SlowEvaluations {
  const looked = new Recurring();

  async function look(
    { endpoint, uid, program, input, facts, evaluated }: SlowEvaluation,
    untold: number,
  ): Promise<void> {
    let slowest = { policy: '', milliseconds: 0 };
    let all = 0;
    for (const policy of evaluated) {
      if (all > longestLook) break;
      await nextTurn();
      const alone: Program = {
        ...program,
        candidates: (change) =>
          program.candidates(change).filter((candidate) => candidate.policy.name === policy),
      };
      const started = performance.now();
      evaluate(alone, input, Date.now(), facts);
      const milliseconds = performance.now() - started;
      all += milliseconds;
      if (milliseconds > slowest.milliseconds) slowest = { policy, milliseconds };
    }
    if (slowest.policy === '') return;
    metrics.slowest(slowest.policy);
    const { policy, milliseconds } = slowest;
    const { group, resource } = input.resource;
    log.warn(
      {
        policy,
        milliseconds: Math.round(milliseconds),
        ofAll: Math.round(all),
        endpoint,
        resource: group === '' ? resource : `${resource}.${group}`,
        uid,
        suppressed: untold,
      },
      'a policy takes long',
    );
  }

  return {
    note(milliseconds, evaluation) {
      if (milliseconds < slowAfter) return;
      const slow = evaluation();
      metrics.slow(slow.endpoint);
      const untold = looked.tell(['slow'], performance.now());
      if (untold === undefined) return;
      look(slow, untold).catch(() =>
        log.error({ uid: slow.uid }, 'failed to find out which policy takes long, which is a bug'),
      );
    },
  };
}
