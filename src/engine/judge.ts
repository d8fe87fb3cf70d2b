import { type Candidate, type CompiledRule, type Setting, unknownOf } from '../compile/index.ts';
import type { JudgedPod } from './as-mutated.ts';
import type { PolicyRecord } from './explaining/policy-record.ts';
import type { Found, Runner } from './run.ts';
import type { Outcome } from './violation.ts';

/** A policy as it is asked about a target. */
export interface Asked {
  readonly candidate: Candidate;
  readonly setting: Setting;
  /** Undefined where the target is the object. */
  readonly pod: JudgedPod | undefined;
  /** Whether it applies hangs on what the context does not know. */
  readonly assumed: boolean;
}

/** How to mend that something is not known. */
const notYet = 'try again in a while';

/** Runs the rules of one policy after the other. Made once an evaluation, for closures cost time. */
export class Judge {
  readonly #runner: Runner;
  readonly #outcome: Outcome;
  #asked: Asked | undefined;
  #rule: CompiledRule | undefined;

  constructor(runner: Runner, outcome: Outcome) {
    this.#runner = runner;
    this.#outcome = outcome;
  }

  /**
   * Runs the rules of the policy that the scope has been turned to.
   * @param passes those with a screen are known to find nothing
   */
  run(asked: Asked, passes: boolean, record: PolicyRecord | undefined): void {
    const { candidate, setting } = asked;
    this.#asked = asked;
    for (const rule of candidate.policy.rules) {
      if (passes && rule.screen !== undefined) continue;
      const unknown = unknownOf(rule.needs, this.#runner.scope.change);
      if (unknown !== undefined) {
        record?.passOver(rule, unknown);
        this.#outcome.errors.push({ candidate, setting, rule, message: unknown, unknown: true });
        continue;
      }
      this.#rule = rule;
      const failure = this.#runner.run(rule, this.#found);
      if (failure !== undefined) this.#outcome.errors.push({ candidate, setting, rule, ...failure });
    }
  }

  readonly #found: Found = (message, path, cap) => {
    const [asked, rule] = [this.#asked, this.#rule];
    if (asked === undefined || rule === undefined) return;
    const { candidate, setting, pod, assumed } = asked;
    const place = pod === undefined ? path : pod.place(path);
    const violation = { candidate, setting, rule, message, path: place, assumed };
    this.#outcome.violations.push(cap === undefined ? violation : { ...violation, cap, help: notYet });
  };
}
