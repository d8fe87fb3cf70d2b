import { compileGlobs } from '../../glob/index.ts';
import { parseTimestamp } from '../../time/index.ts';
import type { LintRule } from '../lint-rule.ts';
import { disjoint } from '../matching/disjoint.ts';

/** An exception from a policy that is not about what it selects, or that selects what is out of its reach. */
export const exceptsNothing: LintRule = {
  code: 'AB1621',
  severity: 'warning',
  *exception({ namespace, spec }, { kinds, policy, options }) {
    const selected = spec.match?.namespaces;
    if (namespace !== options.namespace && selected !== undefined && !compileGlobs(selected)(namespace)) {
      yield {
        path: ['spec', 'match', 'namespaces'],
        message: `the exception reaches its own namespace alone, \`${namespace}\`, and selects others`,
        help: `write it in the namespace that it is about; one in \`${options.namespace}\` reaches all of them`,
      };
      return;
    }
    for (const [index, text] of spec.policies.entries()) {
      const [name = ''] = text.split('/');
      const about = policy(name)?.policy.spec;
      if (about === undefined) continue;
      const path = ['spec', 'policies', index];
      const isLocal = namespace !== options.namespace;
      const why =
        (spec.match === undefined ? undefined : disjoint(spec.match, about.match, kinds)) ??
        (isLocal && about.match.namespaces?.length && !compileGlobs(about.match.namespaces)(namespace)
          ? `it is not about the namespace \`${namespace}\``
          : undefined);
      const keys = Object.keys(about.exclude ?? {});
      const isLeftOut =
        isLocal && keys.length === 1 && compileGlobs(about.exclude?.namespaces ?? [])(namespace);
      if (why !== undefined)
        yield { path, message: `\`${name}\` finds nothing of what the exception selects: ${why}` };
      else if (isLeftOut)
        yield { path, message: `\`${name}\` leaves the namespace \`${namespace}\` out by itself` };
    }
  },
};

/** An exception that is there until somebody thinks of it. */
export const endless: LintRule = {
  code: 'AB1622',
  severity: 'note',
  *exception({ name, spec }) {
    if (spec.expires !== undefined) return;
    yield {
      path: ['metadata', 'name'],
      message: `the exception \`${name}\` never ends`,
      help: 'give it `spec.expires`',
    };
  },
};

/** An exception that lets nothing through any more. */
export const ended: LintRule = {
  code: 'AB1623',
  severity: 'warning',
  *exception({ name, spec }, { options: { now } }) {
    const end = spec.expires === undefined ? undefined : parseTimestamp(spec.expires);
    if (now === undefined || end === undefined || typeof end === 'string') return;
    if (end.seconds * 1000 + end.nanos / 1_000_000 >= now) return;
    const message = `the exception \`${name}\` has ended, at ${spec.expires}`;
    yield { path: ['spec', 'expires'], message, help: 'delete it, or ask for it anew' };
  },
};
