import type { Candidate, Change, Enforced, OverrideState, Setting } from '../compile/index.ts';
import { type Exempted, exemption, milder } from './excepted.ts';

/** The override that a policy has met. */
export type ValidOverride = Extract<OverrideState, { kind: 'valid' }>;

/** What a finding or an error of a rule does, what was there before left aside. */
export interface Verdict extends Enforced {
  readonly exempted: Exempted | undefined;
}

/**
 * Works out what findings do, in the order of precedence: the strictest entry that applies of the binding's
 * enforcement, or else of the policy's; then an exception; then an override.
 */
export class Verdicts {
  readonly #change: Change;
  readonly #now: number;
  readonly #overrides: ReadonlyMap<string, ValidOverride>;
  readonly #enforced = new Map<Setting, Enforced>();
  readonly #exempted = new Map<Candidate, Map<string | undefined, Exempted | undefined>>();

  /**
   * @param overrides by the name of the policy
   * @param now in milliseconds since the epoch
   */
  constructor(change: Change, overrides: ReadonlyMap<string, ValidOverride>, now: number) {
    this.#change = change;
    this.#overrides = overrides;
    this.#now = now;
  }

  /** @param rule undefined for the policy as a whole */
  of(candidate: Candidate, setting: Setting, rule: string | undefined): Verdict {
    const exempted = this.#exempt(candidate, rule);
    const excepted = except(this.#enforce(setting), exempted);
    return { ...overridden(excepted, this.#overrides.get(candidate.policy.name)), exempted };
  }

  #enforce(setting: Setting): Enforced {
    let known = this.#enforced.get(setting);
    if (known === undefined) {
      known = setting.enforcement(this.#change, this.#now);
      this.#enforced.set(setting, known);
    }
    return known;
  }

  #exempt(candidate: Candidate, rule: string | undefined): Exempted | undefined {
    if (candidate.exceptions === undefined) return undefined;
    const known = this.#exempted.get(candidate) ?? new Map<string | undefined, Exempted | undefined>();
    this.#exempted.set(candidate, known);
    if (!known.has(rule)) known.set(rule, exemption(candidate, rule, this.#change, this.#now));
    return known.get(rule);
  }
}

/** An exception that holds caps an action, that of a denial to come included. */
function except(enforced: Enforced, exempted: Exempted | undefined): Enforced {
  if (exempted === undefined || exempted.excepted.state === 'Expired') return enforced;
  return {
    action: milder(enforced.action, exempted.cap),
    assumed: enforced.assumed || exempted.assumed,
    deniesFrom: undefined,
  };
}

/** An override lowers an action by one step, that of a denial to come included. */
function overridden(enforced: Enforced, override: ValidOverride | undefined): Enforced {
  if (override === undefined) return enforced;
  return {
    action: enforced.action === 'Deny' ? 'Warn' : 'Audit',
    assumed: enforced.assumed || override.assumed,
    deniesFrom: undefined,
  };
}
