import type { LintRule, Oddity } from '../lint-rule.ts';

/** Root variables that the API server does not have; of `pod` the target tells. */
const ours: Readonly<Record<string, string>> = {
  now: 'a ValidatingAdmissionPolicy cannot ask what time it is',
  item: 'a ValidatingAdmissionPolicy has no items: `all` and `exists` go through a list',
  path: 'a ValidatingAdmissionPolicy has no items: `all` and `exists` go through a list',
  facts: 'a ValidatingAdmissionPolicy sees nothing beyond the request',
  image: 'a ValidatingAdmissionPolicy sees nothing beyond the request',
};

/** What there is to read of an item: of that the rule's `each` tells, where it has one. */
const ofItems = new Set(['item', 'path', 'image']);

/** What the API server's own policies cannot do, or do in another way. */
export const notPortable: LintRule = {
  code: 'AB1624',
  severity: 'note',
  only: 'portable',
  *policy({ policy: { spec }, expressions }): Generator<Oddity> {
    const at = (...path: readonly (string | number)[]): Pick<Oddity, 'path' | 'part'> => ({
      path: ['spec', ...path],
      part: 'key',
    });
    if (spec.target === 'pod') {
      yield {
        path: ['spec', 'target'],
        message: 'a ValidatingAdmissionPolicy has no target but the object',
        help: 'one policy a kind that carries pods',
      };
    }
    for (const side of ['match', 'exclude'] as const) {
      for (const field of ['names', 'namespaces'] as const) {
        if (spec[side]?.[field]?.some((glob) => /[*?]/.test(glob) && glob !== '*') === true) {
          yield {
            ...at(side, field),
            message: `a ValidatingAdmissionPolicy takes no globs in \`${field}\``,
            help: 'a condition on `object.metadata` or labels can say the same',
          };
        }
      }
      if (spec[side]?.subjects !== undefined) {
        yield {
          ...at(side, 'subjects'),
          message: 'a ValidatingAdmissionPolicy has no `subjects`',
          help: 'a condition on `request.userInfo` can say the same',
        };
      }
    }
    if (spec.enforcement.length > 1 || spec.enforcement.some((entry) => Object.keys(entry).length > 1)) {
      yield {
        ...at('enforcement'),
        message: 'a ValidatingAdmissionPolicy has no ramp: its action is that of its binding',
      };
    }
    if (spec.override !== undefined) {
      yield {
        ...at('override'),
        message: 'a ValidatingAdmissionPolicy cannot be overridden',
        help: 'a condition on an annotation comes near to it',
      };
    }
    if (spec.facts !== undefined) {
      yield {
        ...at('facts'),
        message: 'a ValidatingAdmissionPolicy has no facts',
        help: 'one object, the same for all requests, can be its parameters',
      };
    }
    if (spec.parameters !== undefined) {
      yield {
        ...at('parameters'),
        message: 'a ValidatingAdmissionPolicy has no schema of parameters, and no defaults',
        help: 'its parameters are an object of a kind of their own, which its binding names',
      };
    }
    for (const [index, { each, check, message }] of spec.rules.entries()) {
      if (message?.includes('{{') === true) {
        yield {
          ...at('rules', index, 'message'),
          message: 'a ValidatingAdmissionPolicy shows a `message` as it is written',
          help: 'a `messageExpression` can say the same',
        };
      }
      if (each !== undefined) {
        yield {
          ...at('rules', index, 'each'),
          message: 'a ValidatingAdmissionPolicy has no `each`',
          help: '`all` and `exists` go through a list',
        };
      }
      if (check.name !== 'expression') {
        const help = check.name === 'schema' ? undefined : '`has()` and `?.` say the same in an `expression`';
        yield {
          ...at('rules', index, check.name),
          message: `a ValidatingAdmissionPolicy has no \`${check.name}\``,
          ...(help !== undefined && { help }),
        };
      }
    }
    for (const [index] of (spec.mutations ?? []).entries()) {
      yield {
        path: ['spec', 'mutations', index, 'name'],
        message: 'a ValidatingAdmissionPolicy changes nothing',
        help: 'a MutatingAdmissionPolicy does',
      };
    }
    for (const { program, path, offset, rule } of expressions) {
      const isTold = rule !== undefined && spec.rules[rule]?.each !== undefined;
      const foreign = [...new Set(program.reads.map(({ variable }) => variable))].filter(
        (name) => Object.hasOwn(ours, name) && !(isTold && ofItems.has(name)),
      );
      for (const name of foreign) {
        yield { path, offset, length: program.source.length, message: `\`${name}\`: ${ours[name]}` };
      }
    }
  },
};
