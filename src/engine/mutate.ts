import { type Candidate, Change, No, type Program, type Setting, Unknown, Yes } from '../compile/index.ts';
import { operationsOf, Trace } from '../jsonpatch/index.ts';
import type {
  AdmissionInput,
  EvaluationError,
  ExplainedMutation,
  Facts,
  JsonObject,
  Mutated,
  MutationResult,
} from '../model/index.ts';
import type { MutationRecord } from './explaining/mutation-record.ts';
import { nothingKnown } from './facts.ts';
import { fightOf } from './fight.ts';
import { type Failure, type Made, MutationRunner } from './mutation-run.ts';
import { settingsOf } from './setting.ts';
import { type ValidOverride, Verdicts } from './verdict.ts';

/** What mutations made of a change, and where its parts came from. */
export interface MutationOutcome extends MutationResult {
  /** From the object submitted to the one that is now. */
  readonly trace: Trace;
}

const nothing: readonly never[] = [];
const noTrace = new Trace();

/**
 * Changes what is submitted by the mutations of all policies that concern it: policies by name, the mutations of
 * each in their order, again and again until a round changes nothing. A policy whose mutations cannot all be made
 * makes none. Synchronous and pure, as `evaluate`; nothing given is changed.
 * @param now in milliseconds since the epoch
 * @param isLate as of `evaluate`
 */
export function mutate(
  program: Program,
  input: AdmissionInput,
  now: number,
  facts: Facts = nothingKnown,
  isLate?: () => boolean,
): MutationResult {
  const { trace: _trace, ...result } = runMutations(program, input, now, facts, undefined, isLate);
  return result;
}

/**
 * As `mutate`, with what is needed to tell where things came from.
 * @param record takes down the way, for `explain`
 */
export function runMutations(
  program: Program,
  input: AdmissionInput,
  now: number,
  facts: Facts,
  record?: MutationRecord,
  isLate?: () => boolean,
): MutationOutcome {
  const { operation, object } = input;
  const candidates =
    !program.mutates || object === null || operation === 'DELETE' || operation === 'CONNECT'
      ? nothing
      : program.candidates(input).filter((candidate) => isMutating(candidate, input));
  if (candidates.length === 0 || object === null) return unchanged(object);
  return new Mutating(program, input, object, now, facts, record, isLate).run(candidates);
}

/** Templates are left as they are: they would no longer be what their owners wrote. */
function isMutating({ policy, podPath }: Candidate, { operation, subresource }: AdmissionInput): boolean {
  if (policy.mutations.length === 0) return false;
  return podPath === undefined || (podPath.length === 0 && operation === 'CREATE' && subresource === '');
}

/** What comes of an object that no policy is asked to change. */
export function unmutated(object: JsonObject | null): MutationResult {
  return {
    object,
    patch: nothing,
    applied: nothing,
    reported: nothing,
    errors: nothing,
    allowed: true,
    evaluated: nothing,
    imprecise: false,
  };
}

function unchanged(object: JsonObject | null): MutationOutcome {
  return { ...unmutated(object), trace: noTrace };
}

/** Rounds until an object must have come to rest. Policies that build on each other need one each at the most. */
const mostRounds = 10;

/** A policy as it stands to the object by now: what it is asked with, and what its mutations do. */
interface Stance {
  readonly candidate: Candidate;
  readonly setting: Setting;
  readonly assumed: boolean;
  /** Why it cannot be told whether it applies. */
  readonly failure: string | undefined;
  readonly override: ValidOverride | undefined;
  readonly verdicts: Verdicts;
}

/** Why a policy can make none of its mutations. */
interface PolicyFailure extends Failure {
  readonly stance: Stance;
  /** Absent where it is no single one's fault. */
  readonly mutation: string | undefined;
}

/** What one run through the rounds came to. */
interface Attempt {
  readonly object: JsonObject;
  readonly trace: Trace;
  readonly applied: readonly Mutated[];
  /** Of policies that apply, whether or not they do anything. */
  readonly stances: readonly Stance[];
  /** By the name of the policy. */
  readonly failures: ReadonlyMap<string, PolicyFailure>;
}

class Mutating {
  readonly #object: JsonObject;
  readonly #now: number;
  readonly #record: MutationRecord | undefined;
  readonly #runner: MutationRunner;
  readonly #submitted: Change;
  readonly #controllerMade: boolean;
  readonly #ceiling: Program['ceiling'];

  constructor(
    program: Program,
    input: AdmissionInput,
    object: JsonObject,
    now: number,
    facts: Facts,
    record: MutationRecord | undefined,
    isLate: (() => boolean) | undefined,
  ) {
    this.#record = record;
    this.#object = object;
    this.#now = now;
    this.#runner = new MutationRunner(input, now, facts, record, isLate);
    this.#submitted = new Change(input);
    this.#ceiling = program.ceiling;
    const { userInfo } = input;
    this.#controllerMade =
      userInfo !== undefined && program.isController(userInfo) && this.#submitted.hasController;
  }

  run(candidates: readonly Candidate[]): MutationOutcome {
    const outcome = this.#settle(candidates);
    const { wanted } = this.#runner;
    if (wanted.length === 0) return outcome;
    return { ...unchanged(this.#object), imprecise: outcome.imprecise, wanted };
  }

  #settle(candidates: readonly Candidate[]): MutationOutcome {
    const failures: PolicyFailure[] = [];
    let able = candidates;
    for (;;) {
      const attempt = this.#attempt(able);
      failures.push(...attempt.failures.values());
      // What a policy that fails has done already is undone by going without it.
      if (attempt.applied.some(({ policy }) => attempt.failures.has(policy))) {
        able = able.filter(({ policy }) => !attempt.failures.has(policy.name));
        continue;
      }
      const { object, trace, applied, stances } = attempt;
      const reported = this.#report(attempt, failures);
      const errors = failures.map((failure) => this.#errorOf(failure));
      const evaluated = [
        ...stances.map(({ candidate }) => candidate),
        ...failures.map(({ stance }) => stance.candidate),
      ];
      return {
        object,
        patch: operationsOf(trace.changes(this.#object, object)),
        applied,
        reported,
        errors,
        allowed: !errors.some(({ denies }) => denies),
        evaluated: [...new Set(evaluated.map(({ policy }) => policy.name))].sort(),
        imprecise: this.#runner.imprecise,
        trace,
      };
    }
  }

  #attempt(candidates: readonly Candidate[]): Attempt {
    let object = this.#object;
    let trace = noTrace;
    const applied: Mutated[] = [];
    this.#record?.beginsAgain();
    for (let round = 1; ; round++) {
      const all: Stance[] = [];
      const failures = new Map<string, PolicyFailure>();
      const changed: Mutated[] = [];
      for (const candidate of candidates) {
        const stances = this.#stances(candidate, object);
        all.push(...stances);
        for (const stance of stances) {
          const made = this.#make(stance, object, failures, round);
          object = made.object;
          for (const one of made.traces) trace = trace.followedBy(one);
          changed.push(...made.mutated);
        }
      }
      applied.push(...changed);
      if (changed.length > 0 && round === mostRounds) {
        const { parties, message } = fightOf(changed);
        for (const { policy, mutation } of parties) {
          const stance = all.find(({ candidate }) => candidate.policy.name === policy);
          if (stance === undefined) continue;
          failures.set(policy, { stance, mutation, message, unknown: false });
          this.#record?.done({
            ...entryOf(stance, mutation, round),
            outcome: 'failed',
            changes: nothing,
            why: message,
          });
        }
      }
      if (changed.length === 0 || round === mostRounds)
        return { object, trace, applied, stances: all, failures };
    }
  }

  /** Makes those mutations of a policy that are to be made. */
  #make(
    stance: Stance,
    before: JsonObject,
    failures: Map<string, PolicyFailure>,
    round: number,
  ): {
    readonly object: JsonObject;
    readonly traces: readonly Trace[];
    readonly mutated: readonly Mutated[];
  } {
    const { candidate, setting, failure } = stance;
    const { name, mutations } = candidate.policy;
    const traces: Trace[] = [];
    const mutated: Mutated[] = [];
    let object = before;
    const fail = (mutation: string | undefined, { message, unknown }: Failure): void => {
      failures.set(name, { stance, mutation, message, unknown });
      const entry = entryOf(stance, mutation ?? '', round);
      this.#record?.done({ ...entry, outcome: 'failed', changes: nothing, why: message });
    };
    if (failure !== undefined) fail(undefined, { message: failure, unknown: false });
    else {
      for (const mutation of mutations) {
        const how = howOf(stance, mutation.name);
        if (how.kind !== 'make') continue;
        const made = this.#runner.run(mutation, candidate, setting, object);
        if (made === undefined) {
          this.#record?.done({
            ...entryOf(stance, mutation.name, round),
            outcome: 'nothing',
            changes: nothing,
          });
          continue;
        }
        if (isFailure(made)) {
          fail(mutation.name, made);
          break;
        }
        object = made.object;
        traces.push(made.trace);
        mutated.push(mutatedOf(stance, mutation.name, made, how));
        const { changes } = made;
        this.#record?.done({ ...entryOf(stance, mutation.name, round), outcome: 'made', changes });
      }
    }
    return { object, traces, mutated };
  }

  /** What a policy is asked with, once for each; nothing where it does not apply. */
  #stances(candidate: Candidate, object: JsonObject): readonly Stance[] {
    const { policy } = candidate;
    const change = this.#runner.look(object);
    if (change.terminating && !policy.judgesTerminating) return nothing;
    const applies = policy.match === undefined ? Yes : policy.match(change);
    if (applies === No) return nothing;
    const excluded = candidate.exclude === undefined ? No : candidate.exclude(change);
    if (excluded === Yes) return nothing;
    const state = policy.override?.(this.#submitted, candidate.podPath, this.#controllerMade);
    const override = state?.kind === 'valid' ? state : undefined;
    const overrides = new Map(override === undefined ? [] : [[policy.name, override] as const]);
    const verdicts = new Verdicts(change, overrides, this.#now, this.#ceiling);
    return settingsOf(candidate, change).flatMap((setting): readonly Stance[] => {
      const scope = this.#runner.enter(candidate, setting, object);
      if (scope === undefined) return nothing;
      const conditions = policy.conditions === undefined ? Yes : policy.conditions(scope);
      if (conditions === No) return nothing;
      const assumed =
        applies === Unknown || excluded === Unknown || conditions === Unknown || setting.assumed;
      const failure = typeof conditions === 'string' ? conditions : undefined;
      return [{ candidate, setting, assumed, failure, override, verdicts }];
    });
  }

  /** What policies would change that only note what they find, or that are switched off. */
  #report({ object, stances, failures }: Attempt, failed: PolicyFailure[]): readonly Mutated[] {
    const reported: Mutated[] = [];
    for (const stance of stances) {
      const { candidate, setting } = stance;
      if (failures.has(candidate.policy.name)) continue;
      let current = object;
      for (const mutation of candidate.policy.mutations) {
        const how = howOf(stance, mutation.name);
        if (how.kind === 'make') continue;
        const made = this.#runner.run(mutation, candidate, setting, current);
        const outcome = how.kind === 'note' ? 'noted' : 'off';
        const why = how.kind === 'off' ? { why: switchedOff(how.by) } : {};
        const entry = { ...entryOf(stance, mutation.name), ...why };
        if (made === undefined) {
          this.#record?.done({ ...entry, outcome: how.kind === 'off' ? 'off' : 'nothing', changes: nothing });
          continue;
        }
        if (isFailure(made)) {
          this.#record?.done({ ...entry, outcome: 'failed', changes: nothing, why: made.message });
          // Who has switched it off need not hear that it does not work.
          if (how.kind === 'note') failed.push({ ...made, stance, mutation: mutation.name });
          break;
        }
        current = made.object;
        reported.push(mutatedOf(stance, mutation.name, made, how));
        this.#record?.done({ ...entry, outcome, changes: made.changes });
      }
    }
    return reported;
  }

  #errorOf({ stance, mutation, message, unknown }: PolicyFailure): EvaluationError {
    const { candidate, setting, verdicts } = stance;
    const { policy } = candidate;
    const { action } = verdicts.of(candidate, setting, mutation);
    return {
      policy: policy.name,
      ...(mutation !== undefined && { mutation }),
      message,
      // Nobody reads the warnings of a controller.
      action: this.#controllerMade && action === 'Warn' ? 'Audit' : action,
      denies: !unknown && action === 'Deny' && policy.failurePolicy === 'Fail',
      unknown,
    };
  }
}

/** What is to become of a mutation: to be made, to be noted, or neither, for it is switched off. */
type How =
  | { readonly kind: 'make' | 'note'; readonly assumed: boolean }
  | {
      readonly kind: 'off';
      readonly assumed: boolean;
      readonly by: Pick<Mutated, 'overridden' | 'exception'>;
    };

function howOf({ candidate, setting, override, verdicts }: Stance, mutation: string): How {
  if (override !== undefined) {
    const { reason, by, assumed } = override;
    return { kind: 'off', assumed, by: { overridden: by === undefined ? { reason } : { reason, by } } };
  }
  const { action, assumed, exempted } = verdicts.of(candidate, setting, mutation);
  if (exempted !== undefined && exempted.excepted.state !== 'Expired') {
    return { kind: 'off', assumed: exempted.assumed, by: { exception: exempted.excepted } };
  }
  return { kind: action === 'Audit' ? 'note' : 'make', assumed };
}

function mutatedOf({ candidate, setting, assumed }: Stance, mutation: string, made: Made, how: How): Mutated {
  return {
    policy: candidate.policy.name,
    mutation,
    changes: made.changes,
    assumed: assumed || how.assumed,
    ...(setting.binding !== undefined && { binding: setting.binding }),
    ...(how.kind === 'off' && how.by),
  };
}

/** @param round absent of what is only reported in the end */
function entryOf(
  { candidate, setting }: Stance,
  mutation: string,
  round?: number,
): Pick<ExplainedMutation, 'policy' | 'mutation' | 'binding' | 'round'> {
  return {
    policy: candidate.policy.name,
    mutation,
    ...(setting.binding !== undefined && { binding: setting.binding }),
    ...(round !== undefined && { round }),
  };
}

function switchedOff({ overridden, exception }: Pick<Mutated, 'overridden' | 'exception'>): string {
  return overridden === undefined
    ? `excepted by \`${exception?.name}\`: ${exception?.reason}`
    : `overridden: ${overridden.reason}`;
}

function isFailure(made: Made | Failure): made is Failure {
  return 'message' in made;
}
