import type { Candidate, Change, Enforced, OverrideState, Setting } from '../compile/index.ts';
import type { Action } from '../model/index.ts';
import { type Exempted, exemption, milder } from './excepted.ts';
import type { Recorder } from './explaining/recorder.ts';

/** The override that a policy has met. */
export type ValidOverride = Extract<OverrideState, { kind: 'valid' }>;

/** What a finding or an error of a rule does, what was there before left aside. */
export interface Verdict extends Enforced {
  /** What it would do by enforcement alone. */
  readonly enforced: Enforced;
  /** What an exception leaves of that. */
  readonly excepted: Action;
  /** What an override leaves of that; undefined where there is none. */
  readonly overridden: Action | undefined;
  readonly exempted: Exempted | undefined;
}

/**
 * Works out what findings do, in the order of precedence: the strictest entry that applies of the binding's
 * enforcement, or else of the policy's; then an exception; then an override; never more than the program's ceiling.
 */
export class Verdicts {
  readonly #change: Change;
  readonly #now: number;
  readonly #recorder: Recorder | undefined;
  readonly #overrides: ReadonlyMap<string, ValidOverride>;
  readonly #ceiling: Action | undefined;
  readonly #enforced = new Map<Setting, Enforced>();
  readonly #exempted = new Map<Candidate, Map<string | undefined, Exempted | undefined>>();

  /**
   * @param overrides by the name of the policy
   * @param now in milliseconds since the epoch
   * @param ceiling the most that anything does, after everything else; undefined: there is none
   */
  constructor(
    change: Change,
    overrides: ReadonlyMap<string, ValidOverride>,
    now: number,
    ceiling: Action | undefined,
    recorder?: Recorder,
  ) {
    this.#recorder = recorder;
    this.#ceiling = ceiling;
    this.#change = change;
    this.#overrides = overrides;
    this.#now = now;
  }

  /** @param rule undefined for the policy as a whole */
  of(candidate: Candidate, setting: Setting, rule: string | undefined): Verdict {
    const exempted = this.#exempt(candidate, rule);
    const enforced = this.#enforce(setting);
    const excepted = except(enforced, exempted);
    const override = this.#overrides.get(candidate.policy.name);
    const last = overridden(excepted, override);
    return {
      ...(this.#ceiling === undefined ? last : beneath(last, this.#ceiling)),
      enforced,
      excepted: excepted.action,
      overridden: override === undefined ? undefined : last.action,
      exempted,
    };
  }

  #enforce(setting: Setting): Enforced {
    let known = this.#enforced.get(setting);
    if (known === undefined) {
      known = setting.enforcement(this.#change, this.#now, this.#recorder?.entriesOf(setting, this.#change));
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

/** A ceiling is that of denials to come, too. */
function beneath(enforced: Enforced, ceiling: Action): Enforced {
  return { ...enforced, action: milder(enforced.action, ceiling), deniesFrom: undefined };
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
