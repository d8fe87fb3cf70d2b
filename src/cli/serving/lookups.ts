import type { Logger } from 'pino';
import { type ClusterClient, clusterLookups, type LookupState } from '../../cluster/index.ts';
import { lookedUpKinds, type Program } from '../../compile/index.ts';
import { type FactSource, unavailable } from '../../facts/index.ts';
import type { ReadinessCheck } from '../../webhook/index.ts';

export interface ServedLookups {
  readonly source: FactSource;
  /** Looks up what these policies look up, and nothing else. */
  follow(program: Program): void;
  /**
   * Undefined where nothing is looked up.
   * @param isOtherwiseReady whether nothing else stands in the way of requests
   */
  readiness(isOtherwiseReady: boolean): ReadinessCheck | undefined;
  close(): void;
}

/** In milliseconds: the same problem is logged once in that time. */
const quiet = 60_000;

/** Objects of the cluster, for policies that look them up. */
export function serveLookups(client: ClusterClient | undefined, log: Logger): ServedLookups {
  if (client === undefined) {
    const reason = 'there is no cluster here to look it up in';
    const source = unavailable('lookup', reason);
    return { source, follow: () => {}, readiness: () => undefined, close: () => {} };
  }
  const logged = new Map<string, number>();
  const lookups = clusterLookups(client, {
    onState: (state) => logState(log, state),
    onProblem(kind, problem) {
      const last = logged.get(kind);
      const now = performance.now();
      if (last !== undefined && now - last < quiet) return;
      logged.set(kind, now);
      log.warn({ kind, problem }, 'an object could not be looked up');
    },
  });
  let wasReady = false;
  return {
    source: lookups,
    follow: (program) => lookups.follow(lookedUpKinds(program)),
    readiness(isOtherwiseReady) {
      const states = lookups.state();
      const isTried = states.every(({ how }) => how !== 'starting');
      // A policy that has more looked up must not take every replica out of service at once.
      wasReady ||= isOtherwiseReady && isTried;
      if (states.length === 0) return undefined;
      return { name: 'lookups', ok: wasReady || isTried, detail: states.map(detail).join('; ') };
    },
    close: lookups.close,
  };
}

/** Anybody may read it: why something is refused, which names our user, is for the log. */
function detail({ kind, how, count, problem }: LookupState): string {
  if (how !== 'watched') return `${kind}: ${how}`;
  return `${kind}: ${count} watched${problem === undefined ? '' : ', not up to date'}`;
}

function logState(log: Logger, { kind, how, count, problem }: LookupState): void {
  if (how === 'watched' && problem === undefined) log.info({ kind, objects: count }, 'watching for lookups');
  else if (how === 'watched')
    log.warn({ kind, problem }, 'lost sight of objects to look up; what was known stays a while');
  else if (how === 'by name')
    log.warn({ kind, problem }, 'objects are looked up one by one, for they cannot be watched');
  else if (problem !== undefined) log.warn({ kind, problem }, 'objects cannot be looked up');
}
