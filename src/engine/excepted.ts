import { type Candidate, type Change, type CompiledException, No, Unknown } from '../compile/index.ts';
import { type Action, actions, type Excepted } from '../model/index.ts';

/** What an exception does to the findings of a rule. */
export interface Exempted {
  readonly excepted: Excepted;
  /** The strictest that is left; Deny where the exception has ended. */
  readonly cap: Action;
  /** Taken to hold for want of something the context does not know. */
  readonly assumed: boolean;
}

/** In milliseconds: how long before its end an exception begins to say so. */
const notice = 7 * 24 * 60 * 60 * 1000;

/**
 * The exception that counts for a rule: of those that hold the one that leaves least and lasts longest; where none
 * holds, the one that ended last.
 * @param rule undefined for the policy as a whole
 * @param now in milliseconds since the epoch
 */
export function exemption(
  { exceptions }: Candidate,
  rule: string | undefined,
  change: Change,
  now: number,
): Exempted | undefined {
  let best: Exempted | undefined;
  let bestEnd = 0;
  for (const exception of exceptions ?? []) {
    if (exception.rules !== undefined && (rule === undefined || !exception.rules.has(rule))) continue;
    const holds = exception.holds(change);
    if (holds === No) continue;
    const exempted: Exempted = {
      excepted: describe(exception, now),
      cap: exception.end <= now ? 'Deny' : exception.cap,
      assumed: holds === Unknown,
    };
    const milder = best === undefined ? -1 : rank(exempted.cap) - rank(best.cap);
    if (milder < 0 || (milder === 0 && exception.end > bestEnd)) {
      best = exempted;
      bestEnd = exception.end;
    }
  }
  return best;
}

function rank(action: Action): number {
  return actions.indexOf(action);
}

function describe({ name, reason, ticket, expires, end }: CompiledException, now: number): Excepted {
  return {
    name,
    reason,
    ...(ticket !== undefined && { ticket }),
    ...(expires !== undefined && { expires }),
    state: end <= now ? 'Expired' : end - now <= notice ? 'Expiring' : 'Active',
  };
}

/** The milder of two actions. */
export function milder(a: Action, b: Action): Action {
  return rank(a) < rank(b) ? a : b;
}
