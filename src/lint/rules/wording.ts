import { find } from '../../yaml/index.ts';
import type { LintRule } from '../lint-rule.ts';

/** A rule that does not say how to mend what it finds. */
export const withoutHelp: LintRule = {
  code: 'AB1616',
  severity: 'note',
  *policy({ policy }) {
    for (const [index, { name, help }] of policy.spec.rules.entries()) {
      if (help !== undefined) continue;
      const message = `the rule \`${name}\` does not say how to mend what it finds`;
      yield { path: ['spec', 'rules', index, 'name'], message, help: 'give it `help`' };
    }
  },
};

/** A rule that leaves it to its check to say what is wrong. */
export const withoutMessage: LintRule = {
  code: 'AB1617',
  severity: 'note',
  *policy({ policy }) {
    for (const [index, { name, message, messageExpression }] of policy.spec.rules.entries()) {
      if (message !== undefined || messageExpression !== undefined) continue;
      const text = `the rule \`${name}\` does not say in words what is wrong`;
      yield { path: ['spec', 'rules', index, 'name'], message: text, help: 'give it a `message`' };
    }
  },
};

/** What a library tells of each of its policies. */
const wanted = ['title', 'description', 'category', 'severity'] as const;

export const undescribed: LintRule = {
  code: 'AB1618',
  severity: 'warning',
  only: 'strict',
  *policy({ policy }) {
    for (const field of wanted) {
      // A severity is filled in: what is written is in the document alone.
      const isWritten =
        field === 'severity'
          ? policy.source.text === undefined || find(policy.source, ['spec', field])?.steps === 2
          : policy.spec[field] !== undefined;
      if (!isWritten)
        yield { path: ['metadata', 'name'], message: `\`${policy.name}\` has no \`spec.${field}\`` };
    }
  },
};
