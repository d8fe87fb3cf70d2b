import {
  type Candidate,
  Change,
  No,
  type Program,
  Scope,
  type Setting,
  Unknown,
  Yes,
} from '../compile/index.ts';
import type { AdmissionInput, Decision, Facts } from '../model/index.ts';
import { PodFinder } from './as-mutated.ts';
import { decide } from './decide.ts';
import type { PolicyRecord } from './explaining/policy-record.ts';
import type { Recorder } from './explaining/recorder.ts';
import { RecordingRunner, RecordingScope } from './explaining/recording.ts';
import { nothingKnown, unique } from './facts.ts';
import { Judge } from './judge.ts';
import { Runner } from './run.ts';
import { settingsOf } from './setting.ts';
import { type Outcome, overrideRule } from './violation.ts';
import { noTime, Watch } from './watch.ts';

const untouched: Decision = { allowed: true, findings: [], errors: [], evaluated: [], imprecise: false };

/**
 * Judges a change by all policies that concern it. Synchronous and pure: it reads no clock, touches no disk and
 * changes nothing of what it is given. It does not throw for anything that an object or a policy holds; what goes
 * wrong in a policy is an error of that policy, beside the answers of the others.
 *
 * What it has to know of the world beyond the request, it does not find out: where `wanted` of the decision has
 * something, that is to be found out, and the same to be asked again.
 * @param now in milliseconds since the epoch
 * @param facts what is known of the world; by default nobody knows anything
 * @param recorder takes down the way, for `explain`
 * @param isLate whether an answer is of no use any more: asked now and then where policies are costly. From then on a
 * policy is not judged, which is an error of it
 */
export function evaluate(
  program: Program,
  input: AdmissionInput,
  now: number,
  facts: Facts = nothingKnown,
  recorder?: Recorder,
  isLate?: () => boolean,
): Decision {
  const candidates = program.candidates(input);
  recorder?.begin(input);
  const answers = recorder === undefined ? facts : recorder.asking(facts);
  if (candidates.length === 0) return untouched;
  const change = new Change(input);
  const controllerMade =
    input.userInfo !== undefined && program.isController(input.userInfo) && change.hasController;
  const { terminating } = change;
  const outcome: Outcome = { violations: [], errors: [], overrides: new Map(), evaluated: [], wanted: [] };
  const [scope, runner] = listening(recorder, change, now);
  const judge = new Judge(runner, outcome);
  const pods = new PodFinder(program, change, now, facts, recorder);
  const watch = new Watch(isLate);
  for (const candidate of candidates) {
    const record = recorder?.policy(candidate, change);
    if (candidate.derived && controllerMade) {
      record?.stop('derived');
      continue;
    }
    if (terminating && !candidate.policy.judgesTerminating) {
      record?.stop('terminating');
      continue;
    }
    const { policy } = candidate;
    const applies = policy.match === undefined ? Yes : policy.match(change);
    if (applies === No) {
      record?.stop('match');
      continue;
    }
    const excluded = candidate.exclude === undefined ? No : candidate.exclude(change);
    if (excluded === Yes) {
      record?.stop('exclude');
      continue;
    }
    const pod = candidate.podPath === undefined ? undefined : pods.find(change.judged, candidate.podPath);
    if (pod !== undefined) {
      if (pod.pod === undefined) {
        record?.stop('noPod');
        continue;
      }
      record?.judges(candidate.podPath ?? [], pod);
    }
    const settings = settingsOf(candidate, change, record);
    if (settings.length === 0) {
      record?.stop('bindingRequired');
      continue;
    }
    scope.aim(pod === undefined ? (change.judged ?? null) : pod.pod, pod !== undefined);
    let asked = false;
    for (const setting of settings) {
      if (watch.late) {
        if (!asked) outcome.evaluated.push(policy.name);
        asked = true;
        outcome.errors.push({ candidate, setting, message: noTime, unknown: false });
        continue;
      }
      scope.enter(policy.variables, setting.params);
      record?.ask(setting, scope.budget.remaining);
      const conditions = policy.conditions === undefined ? Yes : policy.conditions(scope);
      record?.conditionsSay(conditions);
      if (conditions === No) continue;
      if (!asked) begin(candidate, setting, change, controllerMade, outcome, record);
      asked = true;
      if (typeof conditions === 'string') {
        // Of mutations alone it is told where they would be made.
        if (policy.rules.length > 0) {
          outcome.errors.push({ candidate, setting, message: conditions, unknown: false });
        }
        continue;
      }
      if (policy.facts !== undefined && policy.rules.length > 0) {
        const gathered = policy.facts.gather(scope, answers);
        if (Array.isArray(gathered)) {
          outcome.wanted.push(...gathered);
          continue;
        }
      }
      const assumed =
        applies === Unknown ||
        excluded === Unknown ||
        conditions === Unknown ||
        setting.assumed ||
        pod?.assumed === true;
      const passes = record === undefined && candidate.group !== undefined && scope.passes(candidate.group);
      if (passes && policy.isScreened) continue;
      judge.run({ candidate, setting, pod, assumed }, passes, record);
      watch.spend(scope.budget.spent);
      record?.judged(assumed, scope.budget.remaining);
    }
    if (!asked) record?.stop('conditions');
  }
  const imprecise = scope.imprecise || scope.budget.imprecise;
  const mutating = pods.errors;
  const wanted = unique([...outcome.wanted, ...pods.wanted]);
  if (wanted.length > 0) return { ...untouched, evaluated: outcome.evaluated, imprecise, wanted };
  if (outcome.violations.length === 0 && outcome.errors.length === 0) {
    return { ...untouched, errors: mutating, evaluated: outcome.evaluated, imprecise };
  }
  const decision = decide(outcome, change, pods, controllerMade, now, program.ceiling, recorder);
  return { ...decision, errors: [...mutating, ...decision.errors], imprecise };
}

/** What rules see and what runs them; with a recorder, such as tell it of everything. */
function listening(recorder: Recorder | undefined, change: Change, now: number): readonly [Scope, Runner] {
  const { object, oldObject } = change.input;
  if (recorder === undefined) {
    const scope = new Scope(change, object, oldObject, now);
    return [scope, new Runner(scope)];
  }
  const scope = new RecordingScope(recorder, change, object, oldObject, now);
  return [scope, new RecordingRunner(scope, recorder)];
}

/** Puts down that a policy is asked, and what an override on the object says of it. */
function begin(
  candidate: Candidate,
  setting: Setting,
  change: Change,
  controllerMade: boolean,
  { overrides, violations, evaluated }: Outcome,
  record: PolicyRecord | undefined,
): void {
  const { policy, podPath } = candidate;
  evaluated.push(policy.name);
  const state = policy.override?.(change, podPath, controllerMade);
  if (state !== undefined) record?.overridden(state);
  if (state?.kind === 'valid') overrides.set(policy.name, state);
  if (state?.kind !== 'refused') return;
  const { message, help, path } = state;
  violations.push({ candidate, setting, rule: overrideRule, message, help, path, assumed: false });
}
