import { builtinKinds, kindsOf, parseKindPattern } from '../../kinds/index.ts';
import type { Criteria, Operation, Path } from '../../model/index.ts';
import { didYouMean } from '../../suggest/index.ts';
import type { LintRule, Oddity } from '../lint-rule.ts';
import { builtinOf, operationsOf } from '../matching/requests.ts';

/** A criterion about namespaces where all is outside of them. */
export const withoutEffect: LintRule = {
  code: 'AB1605',
  severity: 'warning',
  *policy({ policy }, { kinds: table }) {
    const { match, exclude } = policy.spec;
    if (match.kinds === undefined) return;
    const rows = match.kinds.map((text) => builtinOf(text, table));
    const outside = rows.every((some) =>
      some?.every(({ kind, namespaced }) => !namespaced && kind !== 'Namespace'),
    );
    if (!outside) return;
    for (const [side, criteria] of [
      ['match', match],
      ['exclude', exclude],
    ] as const) {
      for (const field of ['namespaces', 'namespaceSelector'] as const) {
        if (criteria?.[field] === undefined) continue;
        const effect = side === 'match' ? 'keeps nothing out' : 'and so nothing is left out';
        const message = `the kinds of this policy are in no namespace: \`${field}\` ${effect}`;
        yield {
          path: ['spec', side, field],
          part: 'key',
          message,
          help: 'leave it out, or tell objects apart by `names` or labels',
        };
      }
    }
  },
};

/** Kinds and operations that no request has together. */
export const neverRequested: LintRule = {
  code: 'AB1606',
  severity: 'warning',
  *policy({ policy }, { kinds: table }) {
    const { match, rules, mutations = [], target } = policy.spec;
    const wanted = match.operations ?? ['CREATE', 'UPDATE'];
    const possible = (match.kinds ?? []).map((text) => operationsOf(text, table));
    for (const [index, operations] of possible.entries()) {
      if (operations === undefined || wanted.includes('*')) continue;
      if (operations.some((operation) => wanted.includes(operation))) continue;
      const help =
        operations.length === 0
          ? 'nobody is asked about it; leave it out'
          : `add ${operations.join(' or ')} to \`spec.match.operations\``;
      const message = `\`${match.kinds?.[index]}\` never comes with ${wanted.join(' or ')}`;
      yield { path: ['spec', 'match', 'kinds', index], message, help };
    }
    const isKnown = possible.length > 0 && possible.every((operations) => operations !== undefined);
    for (const [index, operation] of (match.operations ?? []).entries()) {
      const path: Path = ['spec', 'match', 'operations', index];
      const never = isKnown && !possible.some((operations) => operations?.includes(operation as Operation));
      if (operation !== '*' && never) {
        yield { path, message: `${operation} never comes with these kinds`, help: 'leave it out' };
      } else if (mutations.length > 0 && rules.length === 0 && cannotMutate(operation, target)) {
        yield {
          path,
          message: `nothing is mutated on ${operation}, and the policy has no rules`,
          help: 'leave it out',
        };
      }
    }
  },
};

/** What is gone, or cannot be changed any more, is not mutated. */
function cannotMutate(operation: Operation | '*', target: 'object' | 'pod'): boolean {
  return operation === 'DELETE' || operation === 'CONNECT' || (target === 'pod' && operation === 'UPDATE');
}

/** A version that no Kubernetes serves, or served, the kind in. */
export const unservedVersions: LintRule = {
  code: 'AB1607',
  severity: 'warning',
  *policy({ policy }, { kinds: table }) {
    for (const { text, path } of patternsOf(policy.spec)) {
      const pattern = parseKindPattern(text);
      if (
        typeof pattern === 'string' ||
        pattern.version === undefined ||
        builtinOf(text, table) === undefined
      )
        continue;
      const { version } = pattern;
      const versions = kindsOf(pattern, table).flatMap(
        ({ group, kind }) => rowOf(group, kind)?.versions ?? [],
      );
      if (versions.includes(version)) continue;
      const all = versions.map((one) => `\`${one}\``).join(', ');
      yield {
        path,
        message: `\`${pattern.kind}\` is served in no version \`${version}\``,
        help: `there is ${all}`,
      };
    }
  },
};

/** A subresource that the kind does not have. */
export const unknownSubresources: LintRule = {
  code: 'AB1608',
  severity: 'warning',
  *policy({ policy }, { kinds: table }) {
    for (const { text, path } of patternsOf(policy.spec)) {
      const pattern = parseKindPattern(text);
      if (
        typeof pattern === 'string' ||
        pattern.subresource === undefined ||
        builtinOf(text, table) === undefined
      )
        continue;
      const { subresource } = pattern;
      const known = kindsOf(pattern, table).flatMap(
        ({ group, kind }) => rowOf(group, kind)?.subresources ?? [],
      );
      if (known.includes(subresource)) continue;
      const help =
        didYouMean(subresource, known) ?? (known.length === 0 ? 'it has none' : `it has ${known.join(', ')}`);
      yield { path, message: `\`${pattern.kind}\` has no subresource \`${subresource}\``, help };
    }
  },
};

function rowOf(group: string, kind: string) {
  return builtinKinds.find((row) => row.group === group && row.kind === kind);
}

function patternsOf({
  match,
  exclude,
}: {
  readonly match: Criteria;
  readonly exclude?: Criteria;
}): readonly (Pick<Oddity, 'path'> & { readonly text: string })[] {
  return (
    [
      ['match', match],
      ['exclude', exclude],
    ] as const
  ).flatMap(([side, criteria]) =>
    (criteria?.kinds ?? []).map((text, index) => ({ text, path: ['spec', side, 'kinds', index] })),
  );
}
