import { isMapping } from '../../fields/index.ts';
import type { LintRule, PolicyInQuestion } from '../lint-rule.ts';

/** Root variables whose fields a policy declares. */
const declared = new Set(['variables', 'params', 'facts', 'image']);

/**
 * What is read by something that is worked out at all, as `variables.x` and `params.x`; the name alone for all of it.
 * Undefined where that is not known, for an expression that cannot be read may read anything.
 */
function used({ expressions, isComplete }: PolicyInQuestion): ReadonlySet<string> | undefined {
  if (!isComplete) return undefined;
  const reads = new Set<string>();
  const byName = Map.groupBy(
    expressions.filter(({ name }) => name !== undefined),
    ({ name }) => name,
  );
  const waiting = expressions.filter(({ name }) => name === undefined);
  const all = [...byName.values()].flat();
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const { variable, path } of next.program.reads) {
      if (!declared.has(variable)) continue;
      const [name] = path;
      const read = name === undefined ? variable : `${variable}.${name}`;
      if (reads.has(read)) continue;
      reads.add(read);
      if (variable === 'variables') waiting.push(...(name === undefined ? all : (byName.get(name) ?? [])));
    }
  }
  return reads;
}

/** A variable that nothing reads, or nothing but other such variables. */
export const unusedVariables: LintRule = {
  code: 'AB1612',
  severity: 'warning',
  *policy(question) {
    const reads = used(question);
    if (reads === undefined || reads.has('variables')) return;
    for (const [index, { name }] of (question.policy.spec.variables ?? []).entries()) {
      if (reads.has(`variables.${name}`)) continue;
      const path = ['spec', 'variables', index, 'name'];
      yield { path, message: `nothing reads the variable \`${name}\``, help: 'leave it out' };
    }
  },
};

/** A parameter that can be set and changes nothing. */
export const unusedParameters: LintRule = {
  code: 'AB1613',
  severity: 'warning',
  *policy(question) {
    const properties = question.policy.spec.parameters?.schema['properties'];
    const reads = used(question);
    if (!isMapping(properties) || reads === undefined || reads.has('params')) return;
    for (const name of Object.keys(properties)) {
      if (reads.has(`params.${name}`)) continue;
      yield {
        path: ['spec', 'parameters', 'schema', 'properties', name],
        part: 'key',
        message: `nothing reads the parameter \`${name}\``,
        help: 'leave it out: whoever sets it changes nothing',
      };
    }
  },
};

/** A fact that is asked for, of a registry or a cluster, and read by nothing. */
export const unusedFacts: LintRule = {
  code: 'AB1626',
  severity: 'warning',
  *policy(question) {
    const reads = used(question);
    if (reads === undefined || reads.has('facts')) return;
    const readsImages = [...reads].some((read) => read === 'image' || read.startsWith('image.'));
    for (const [index, { name, source }] of (question.policy.spec.facts ?? []).entries()) {
      if (reads.has(`facts.${name}`) || (readsImages && source.name === 'image')) continue;
      const path = ['spec', 'facts', index, 'name'];
      yield {
        path,
        message: `nothing reads the fact \`${name}\``,
        help: 'leave it out: it is asked for in vain',
      };
    }
  },
};

/** A parameter of which nobody is told what it does. */
export const undescribedParameters: LintRule = {
  code: 'AB1615',
  severity: 'note',
  *policy({ policy }) {
    const properties = policy.spec.parameters?.schema['properties'];
    if (!isMapping(properties)) return;
    for (const [name, schema] of Object.entries(properties)) {
      if (isMapping(schema) && Object.hasOwn(schema, 'description')) continue;
      yield {
        path: ['spec', 'parameters', 'schema', 'properties', name],
        part: 'key',
        message: `the parameter \`${name}\` has no description`,
        help: 'say in `description` what it is for, to whoever writes a binding',
      };
    }
  },
};
