import type { Candidate, Change, CompiledRule, EntryNote, Program, Setting } from '../../compile/index.ts';
import type {
  Action,
  AdmissionInput,
  Decision,
  EvaluationError,
  Existing,
  ExplainedEntry,
  ExplainedException,
  ExplainedExpression,
  ExplainedPolicy,
  ExplainedViolation,
  Explanation,
  Facts,
  Finding,
  Path,
  VerdictStep,
} from '../../model/index.ts';
import type { Admission } from '../admit.ts';
import { milder } from '../excepted.ts';
import type { Failure } from '../run.ts';
import type { Verdict } from '../verdict.ts';
import type { Violation } from '../violation.ts';
import { explainCriterion, holdsOf } from './criteria.ts';
import { MutationRecord } from './mutation-record.ts';
import { PolicyRecord } from './policy-record.ts';
import type { Listener } from './recording.ts';

/**
 * Takes down the way to a decision while it is made. What decides hands over what it came to; nothing is worked out
 * here that a decision depends on. Where there is no recorder, and in a webhook there is none, all that is left of
 * it is a test for `undefined` a policy and a step: scopes and runners that tell of what they do are subclasses, and
 * what a fresh evaluation runs is as it would be if nobody could ever ask.
 */
export class Recorder implements Listener {
  readonly mutations = new MutationRecord();
  readonly #templates = new Map<string, MutationRecord>();
  readonly #policies = new Map<string, PolicyRecord>();
  readonly #entries = new Map<Setting, ExplainedEntry[]>();
  readonly #existing = new Map<Violation, Existing>();
  /** Verdicts of which it is not known yet whether they are in the answer. */
  readonly #open: { readonly original: object; readonly settle: (dropped: boolean) => void }[] = [];
  readonly #program: Program;
  readonly #now: number;
  #change: Change | undefined;
  #current: PolicyRecord | undefined;
  #place: (path: Path) => Path = (path) => path;

  /** @param now in milliseconds since the epoch */
  constructor(program: Program, now: number) {
    this.#program = program;
    this.#now = now;
  }

  /** Mutations have changed the object: where its parts were before. */
  movedBy(place: (path: Path) => Path): void {
    this.#place = place;
  }

  /** For the mutations of the Pods that a template makes; undefined for that of an old object, which nobody asks after. */
  template(path: Path): MutationRecord | undefined {
    const key = path.join('.');
    if (this.#templates.has(key)) return undefined;
    const record = new MutationRecord(path);
    this.#templates.set(key, record);
    return record;
  }

  begin(input: AdmissionInput): void {
    for (const considered of this.#program.consider(input)) {
      this.#policies.set(considered.policy.name, new PolicyRecord(considered, input.operation));
    }
  }

  /** The turn of a policy. */
  policy(candidate: Candidate, change: Change): PolicyRecord {
    const record = this.#policies.get(candidate.policy.name);
    if (record === undefined) throw new Error(`${candidate.policy.name} is none of the policies`);
    this.#change = change;
    this.#current = record;
    record.begin(candidate, change);
    return record;
  }

  expression(expression: ExplainedExpression): void {
    this.#current?.expression(expression);
  }

  ruleBegins(rule: CompiledRule): void {
    this.#current?.ruleBegins(rule);
  }

  itemBegins(path: Path): void {
    this.#current?.itemBegins(path);
  }

  itemEnds(error: string | undefined): void {
    this.#current?.itemEnds(error);
  }

  lacks(message: string): void {
    this.#current?.lacks(message);
  }

  violation(message: string, path: Path, found?: ExplainedViolation['found']): void {
    this.#current?.violation(message, path, found);
  }

  ruleEnds(failure: Failure | undefined): void {
    this.#current?.ruleEnds(failure);
  }

  /** Facts, of which it is taken down who asks for them and what the answer is. */
  asking(facts: Facts): Facts {
    return {
      answer: (request) => {
        const answer = facts.answer(request);
        this.#current?.fact(request, answer);
        return answer;
      },
    };
  }

  /** For the entries of an enforcement. */
  entriesOf(setting: Setting, change: Change): EntryNote {
    const entries: ExplainedEntry[] = [];
    this.#entries.set(setting, entries);
    return ({ action, from, where }, holds, started) => {
      entries.push({
        action,
        ...(from !== undefined && { from }),
        started,
        where: explainCriterion(where, change),
        holds: holdsOf(holds),
        applies: false,
      });
    };
  }

  existing(violation: Violation, why: Existing): void {
    this.#existing.set(violation, why);
  }

  finding(violation: Violation, verdict: Verdict, afterExisting: Action, finding: Finding): void {
    const { candidate, setting, rule, cap } = violation;
    const why = this.#existing.get(violation);
    const steps: VerdictStep[] = [...this.#steps(candidate, setting, rule.name, verdict)];
    if (cap !== undefined) steps.push({ by: 'onUnavailable', onUnavailable: cap, action: verdict.action });
    if (why !== undefined) {
      steps.push({ by: 'existing', existed: finding.existing, why, action: afterExisting });
    }
    if (finding.action !== afterExisting) steps.push({ by: 'controller', action: finding.action });
    this.#add(candidate, { ...finding, path: this.#place(finding.path) }, finding, steps);
  }

  error(candidate: Candidate, setting: Setting, verdict: Verdict, error: EvaluationError): void {
    const { failurePolicy } = candidate.policy;
    const { action, denies } = error;
    const steps: VerdictStep[] = [...this.#steps(candidate, setting, error.rule, verdict)];
    if (verdict.action !== action) steps.push({ by: 'controller', action });
    if (action === 'Deny') steps.push({ by: 'failurePolicy', failurePolicy, denies, action });
    this.#add(candidate, error, error, steps);
  }

  #add(
    { policy }: Candidate,
    of: Finding | EvaluationError,
    original: object,
    steps: readonly VerdictStep[],
  ): void {
    const record = this.#policies.get(policy.name);
    if (record === undefined) return;
    this.#open.push({ original, settle: (dropped) => record.verdicts.push({ of, steps, dropped }) });
  }

  /** What was answered in the end. */
  decided({ findings, errors }: Pick<Decision, 'findings' | 'errors'>): void {
    const kept = new Set<object>([...findings, ...errors]);
    for (const { original, settle } of this.#open.splice(0)) settle(!kept.has(original));
  }

  /** Everything that was taken down, beside what came of it. */
  explanation(input: AdmissionInput, { mutation, decision }: Admission): Explanation {
    const policies = [...this.#policies.values()].map(({ explained }): ExplainedPolicy => explained);
    const mutations = [this.mutations, ...this.#templates.values()].flatMap(({ explained }) => explained);
    return { input, now: this.#now, mutation, decision, policies, mutations };
  }

  #steps(
    candidate: Candidate,
    setting: Setting,
    rule: string | undefined,
    { enforced, excepted, overridden, exempted }: Verdict,
  ): readonly VerdictStep[] {
    const entries = this.#entries.get(setting) ?? [];
    const winner = entries.find(
      ({ action, holds, started }) => started && holds !== 'no' && action === enforced.action,
    );
    const exceptions = this.#exceptions(candidate, rule, exempted?.excepted.name);
    const { action, deniesFrom } = enforced;
    const { ceiling } = this.#program;
    return [
      {
        by: 'enforcement',
        entries: entries.map((entry) => ({ ...entry, applies: entry === winner })),
        ...(deniesFrom !== undefined && { deniesFrom }),
        action,
      },
      ...(exceptions.length === 0 ? [] : [{ by: 'exception', exceptions, action: excepted } as const]),
      ...(overridden === undefined ? [] : [{ by: 'override', action: overridden } as const]),
      ...(ceiling === undefined
        ? []
        : [{ by: 'ceiling', action: milder(overridden ?? excepted, ceiling) } as const]),
    ];
  }

  #exceptions(
    { policy, exceptions = [] }: Candidate,
    rule: string | undefined,
    counting: string | undefined,
  ): readonly ExplainedException[] {
    const change = this.#change;
    if (change === undefined) return [];
    const all = this.#program.consider(change.input).find((one) => one.policy === policy)?.exceptions ?? [];
    return all.map((exception): ExplainedException => {
      const { name, reason, ticket, expires, cap, rules, holds, end } = exception;
      return {
        name,
        reason,
        ...(ticket !== undefined && { ticket }),
        ...(expires !== undefined && { expires }),
        action: cap,
        expired: end <= this.#now,
        reaches: exceptions.includes(exception),
        ofRule: rules === undefined || (rule !== undefined && rules.has(rule)),
        match: explainCriterion(holds, change),
        holds: holdsOf(holds(change)),
        applies: name === counting,
      };
    });
  }
}
