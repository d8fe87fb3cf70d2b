import type { KindTable } from '../kinds/index.ts';
import type { JsonObject, Policy, PolicyBinding } from '../model/index.ts';
import { nearest } from '../suggest/index.ts';
import { compileEnforcement } from './enforcement.ts';
import type { CompiledParameters } from './expressions/index.ts';
import { compileCriteria } from './match/criteria.ts';
import { compileExclude, compileReach } from './match/reach.ts';
import { beneath, type Problem, within } from './problem.ts';
import type { CompiledBinding, Setting } from './setting.ts';

/** A binding and the problems of its document. */
export interface FaultyBinding {
  readonly binding: PolicyBinding;
  readonly problems: readonly Problem[];
}

/**
 * Compiles the bindings of a policy, in order of name.
 * @param own what the policy itself says
 * @param parameters those that the policy declares; undefined where it has none
 */
export function compileBindings(
  bindings: readonly PolicyBinding[],
  own: Setting,
  parameters: CompiledParameters | undefined,
  table: KindTable,
): { readonly compiled: readonly CompiledBinding[]; readonly faulty: readonly FaultyBinding[] } {
  const faulty: FaultyBinding[] = [];
  const compiled = bindings
    .toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
    .map((binding) => {
      const problems: Problem[] = [];
      const result = compileBinding(binding, own, parameters, table, problems);
      if (problems.length > 0) faulty.push({ binding, problems });
      return result;
    });
  return { compiled, faulty };
}

function compileBinding(
  { name, spec }: PolicyBinding,
  own: Setting,
  parameters: CompiledParameters | undefined,
  table: KindTable,
  problems: Problem[],
): CompiledBinding {
  const { reach, problems: found } = compileReach(spec.match ?? {}, {}, table);
  problems.push(...found.map((problem) => beneath(['spec', 'match'], problem)));
  const exclude = compileExclude(spec.exclude, table, problems);
  const params = within(['spec', 'parameters'], problems, (inParameters) =>
    spec.parameters === undefined && (parameters === undefined || parameters.isComplete)
      ? own.params
      : compileValues(spec.parameters ?? {}, spec.policy, parameters, inParameters),
  );
  const enforcement = spec.enforcement === undefined ? own.enforcement : compileEnforcement(spec.enforcement);
  const setting: Setting = { binding: name, params, enforcement, assumed: false };
  return {
    setting,
    assumed: { ...setting, assumed: true },
    reach,
    match: compileCriteria(spec.match ?? {}, 'match'),
    exclude,
  };
}

/** Values for the parameters of a policy. Problems count from the values. */
function compileValues(
  values: JsonObject,
  policy: string,
  parameters: CompiledParameters | undefined,
  problems: Problem[],
): JsonObject | undefined {
  if (parameters === undefined) {
    problems.push({
      code: 'AB1403',
      path: [],
      message: `policy \`${policy}\` has no parameters`,
      part: 'key',
    });
    return undefined;
  }
  for (const name of Object.keys(values)) {
    if (parameters.names === undefined || parameters.names.has(name)) continue;
    const guess = nearest(name, parameters.names);
    const known = [...parameters.names].map((each) => `\`${each}\``).join(', ');
    const message = `policy \`${policy}\` has no parameter \`${name}\``;
    const help = guess === undefined ? `it has ${known}` : `did you mean \`${guess}\`?`;
    problems.push({ code: 'AB1403', path: [name], part: 'key', message, help });
  }
  const { params, faults } = parameters.withValues(values);
  for (const { path, wording } of faults) {
    problems.push({
      code: 'AB1403',
      path: path.slice(0, 1),
      message: path.length === 0 ? `the parameters ${wording}` : `\`${path.join('.')}\` ${wording}`,
      help: `see \`spec.parameters.schema\` of policy \`${policy}\``,
    });
  }
  return params;
}

/** What is wrong with a binding whose policy is not there. */
export function unknownPolicy({ spec }: PolicyBinding, policies: readonly Policy[]): Problem {
  const names = new Set(policies.map(({ name }) => name));
  const guess = nearest(spec.policy, names);
  return {
    code: 'AB1401',
    path: ['spec', 'policy'],
    message: `there is no policy \`${spec.policy}\``,
    help: guess === undefined ? 'a binding is loaded together with its policy' : `did you mean \`${guess}\`?`,
  };
}
