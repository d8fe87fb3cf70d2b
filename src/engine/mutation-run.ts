import {
  Allowance,
  type Candidate,
  CelError,
  Change,
  type CompiledMutation,
  errorText,
  fixedChange,
  Scope,
  type Setting,
  tooLarge,
  unknownOf,
} from '../compile/index.ts';
import { Draft, isContainer, type Trace } from '../jsonpatch/index.ts';
import { podCarriers } from '../kinds/index.ts';
import type { AdmissionInput, FactRequest, Facts, FieldChange, JsonObject, Path } from '../model/index.ts';
import type { MutationRecord } from './explaining/mutation-record.ts';
import { RecordingScope } from './explaining/recording.ts';
import { targetOf } from './violation.ts';
import { noTime, Watch } from './watch.ts';

/** What a mutation did to an object. */
export interface Made {
  readonly object: JsonObject;
  /** Never empty. */
  readonly changes: readonly FieldChange[];
  readonly trace: Trace;
}

/** Why a mutation could not be made. `unknown`: for want of something the context does not know. */
export interface Failure {
  readonly message: string;
  readonly unknown: boolean;
}

/** How deeply objects may be nested, as requests may be. */
const deepest = 90;

/** Items of one mutation. */
const mostItems = 100_000;

/** Makes mutations, one at a time, on what an object is by then. One serves a whole change. */
export class MutationRunner {
  readonly allowance = new Allowance();
  readonly #input: AdmissionInput;
  readonly #now: number;
  readonly #facts: Facts;
  readonly #wanted = new Map<string, FactRequest>();
  readonly #record: MutationRecord | undefined;
  readonly #pods: readonly Path[];
  readonly #watch: Watch;
  #change: Change;
  #scope: Scope;
  #imprecise = false;

  /**
   * @param now in milliseconds since the epoch
   * @param isLate as of `evaluate`
   */
  constructor(
    input: AdmissionInput,
    now: number,
    facts: Facts,
    record: MutationRecord | undefined,
    isLate: (() => boolean) | undefined,
  ) {
    this.#record = record;
    this.#watch = new Watch(isLate);
    this.#input = input;
    this.#now = now;
    this.#facts = facts;
    this.#change = new Change(input);
    this.#scope = this.#scopeOf(input.object);
    const { group, kind } = input.kind;
    this.#pods = podCarriers
      .filter((carrier) => carrier.kind === kind && carrier.group === group && carrier.path.length > 0)
      .map(({ path }) => path);
  }

  /** The change, with the object as it is by now. */
  look(object: JsonObject): Change {
    if (this.#change.input.object !== object) {
      this.#imprecise = this.imprecise;
      this.#change = new Change({ ...this.#input, object });
      this.#scope = this.#scopeOf(object);
    }
    return this.#change;
  }

  #scopeOf(object: JsonObject | null): Scope {
    const { oldObject } = this.#input;
    return this.#record === undefined
      ? new Scope(this.#change, object, oldObject, this.#now)
      : new RecordingScope(this.#record, this.#change, object, oldObject, this.#now);
  }

  /** What the expressions of a policy see; undefined where the object carries no pod and the policy wants one. */
  enter(candidate: Candidate, { params }: Setting, object: JsonObject): Scope | undefined {
    this.look(object);
    const target = targetOf(candidate, object);
    if (target === undefined) return undefined;
    this.#scope.enter(candidate.policy.variables, params);
    this.#scope.aim(target, candidate.podPath !== undefined);
    return this.#scope;
  }

  /** Asks for the facts of a policy that has been entered; false where some have to be found out first. */
  learn({ policy }: Candidate): boolean {
    const gathered = policy.facts?.gather(this.#scope, this.#record?.asking(this.#facts) ?? this.#facts);
    if (!Array.isArray(gathered)) return true;
    for (const request of gathered as readonly FactRequest[]) {
      this.#wanted.set(`${request.source} ${request.key}`, request);
    }
    return false;
  }

  /** What has to be found out before there is an answer. */
  get wanted(): readonly FactRequest[] {
    return [...this.#wanted.values()];
  }

  /** Whether an expression met a number, or a change has one, that was rounded when it was read. */
  get imprecise(): boolean {
    return this.#imprecise || this.#scope.imprecise || this.#scope.budget.imprecise;
  }

  /** Makes one mutation. Undefined where everything is as it should be. */
  run(
    mutation: CompiledMutation,
    candidate: Candidate,
    setting: Setting,
    object: JsonObject,
  ): Made | Failure | undefined {
    if (this.#watch.late) return { message: noTime, unknown: false };
    const scope = this.enter(candidate, setting, object);
    if (scope === undefined || !this.learn(candidate)) return undefined;
    const unknown = unknownOf(mutation.needs, scope.change);
    if (unknown !== undefined) return { message: unknown, unknown: true };
    const draft = new Draft(object);
    let message: string | undefined;
    try {
      message = this.#edit(mutation, candidate.podPath ?? [], scope, draft);
    } catch (error) {
      message = `internal error: ${error instanceof Error ? error.message : String(error)}`;
    }
    this.#watch.spend(scope.budget.spent);
    if (message !== undefined) return this.#failure(message, scope);
    const { changes } = draft;
    if (changes.length === 0) return undefined;
    const refused = this.#refusal(object, draft.root, changes);
    if (refused !== undefined) return { message: refused, unknown: false };
    this.#imprecise ||= changes.some(({ value, before }) => isRounded(value) || isRounded(before));
    return { object: draft.root as JsonObject, changes, trace: draft.trace };
  }

  #failure(message: string, scope: Scope): Failure {
    const lacking = scope.takeLacking();
    return lacking === undefined ? { message, unknown: false } : lacking;
  }

  #edit(
    { items, when, mutate }: CompiledMutation,
    pod: Path,
    scope: Scope,
    draft: Draft,
  ): string | undefined {
    const places: Path[] = [];
    if (items === undefined) places.push([]);
    else {
      const complete = items(scope.target, (_item, path) => places.push([...path()]) < mostItems);
      if (!complete || places.length >= mostItems) return tooLarge;
    }
    for (const place of places) {
      const base = [...pod, ...place];
      const item = draft.at(base);
      // An item before it may have taken it away.
      if (item === undefined) continue;
      scope.item = item;
      scope.itemPath = () => place;
      this.#record?.itemBegins(base);
      if (when !== undefined) {
        const wanted = when.evaluate(scope);
        if (wanted instanceof CelError) {
          if (isSpared(scope)) continue;
          return errorText(wanted, when.source);
        }
        if (wanted !== true) continue;
      }
      const { kind } = this.#input;
      const message = mutate({ scope, draft, base, kind, allowance: this.allowance });
      if (message !== undefined && !isSpared(scope)) return message;
    }
    return undefined;
  }

  #refusal(before: unknown, after: unknown, changes: readonly FieldChange[]): string | undefined {
    if (changes.some(({ path, value }) => isDeeper(value, deepest - path.length))) {
      return `it nests the object more than ${deepest} levels deep`;
    }
    const withStatus = this.#input.subresource !== 'status';
    return fixedChange(before, after, { withStatus, pods: this.#pods });
  }
}

/** Whether it is only that something cannot be had of which the policy says what that means: the rules say it. */
function isSpared(scope: Scope): boolean {
  const lacking = scope.takeLacking();
  if (lacking === undefined) return false;
  if (!lacking.unknown && lacking.onUnavailable !== undefined) return true;
  scope.lack(lacking);
  return false;
}

function isDeeper(value: unknown, levels: number): boolean {
  if (!isContainer(value)) return levels < 0;
  return levels <= 0 || Object.values(value).some((item) => isDeeper(item, levels - 1));
}

/** Whether there is an integer in a value that `JSON.parse` cannot have read exactly. */
function isRounded(value: unknown): boolean {
  if (typeof value === 'number') return Number.isInteger(value) && !Number.isSafeInteger(value);
  return isContainer(value) && Object.values(value).some(isRounded);
}
