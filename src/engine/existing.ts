import { type Change, type CompiledRule, Scope, type Setting } from '../compile/index.ts';
import { equal, valueAt } from '../jsonpatch/index.ts';
import type { PodFinder } from './as-mutated.ts';
import type { Recorder } from './explaining/recorder.ts';
import { stableName } from './place.ts';
import { Runner } from './run.ts';
import type { Violation } from './violation.ts';

/**
 * Of violations that would deny an update, those that the old object had too: of the same rule, in the same item
 * by its list key, with an equal value. Each of the old object's excuses one of the new, so that a second one of
 * the same form beside it is new. Rules that read the request or the old object are not asked of an old one.
 */
export function existedBefore(
  violations: readonly Violation[],
  change: Change,
  pods: PodFinder,
  now: number,
  recorder?: Recorder,
): ReadonlySet<Violation> {
  const { operation, object, oldObject } = change.input;
  const excused = new Set<Violation>();
  if (operation !== 'UPDATE' || oldObject === null) return excused;
  const runner = new Runner(new Scope(change, oldObject, null, now));
  const known = new Map<Setting, Map<CompiledRule, OldViolations>>();
  for (const violation of violations) {
    const { rule, candidate } = violation;
    if (!candidate.policy.sparesExisting || rule.needs.request) {
      recorder?.existing(violation, rule.needs.request ? 'readsRequest' : 'policy');
      continue;
    }
    const ofSetting = known.get(violation.setting) ?? new Map<CompiledRule, OldViolations>();
    known.set(violation.setting, ofSetting);
    const old = ofSetting.get(rule) ?? oldViolations(violation, pods, runner);
    ofSetting.set(rule, old);
    const values = old.get(stableName(object, violation.path));
    const value = valueAt(object, violation.path);
    const at = values?.findIndex((candidateValue) => equal(candidateValue, value)) ?? -1;
    recorder?.existing(violation, at >= 0 ? 'existed' : 'new');
    if (at >= 0) {
      values?.splice(at, 1);
      excused.add(violation);
    }
  }
  return excused;
}

/** By the stable name of their place, the values the old object had there. */
type OldViolations = Map<string, unknown[]>;

function oldViolations(
  { candidate, setting, rule }: Violation,
  pods: PodFinder,
  runner: Runner,
): OldViolations {
  const { scope } = runner;
  const found: OldViolations = new Map();
  scope.enter(candidate.policy.variables, setting.params);
  const pod = candidate.podPath === undefined ? undefined : pods.find(scope.object, candidate.podPath);
  scope.aim(pod === undefined ? scope.object : pod.pod, pod !== undefined);
  const failed = runner.run(rule, (_message, path) => {
    const place = pod === undefined ? path : pod.place(path);
    const name = stableName(scope.object, place);
    const value = valueAt(scope.object, place);
    const values = found.get(name);
    if (values === undefined) found.set(name, [value]);
    else values.push(value);
  });
  // What could not be told of the old object excuses nothing.
  return failed === undefined ? found : new Map();
}
