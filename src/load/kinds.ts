import type { PolicySet } from '../model/index.ts';
import { policyBinding } from './binding.ts';
import type { DocumentKind } from './document-kind.ts';
import { policyException } from './exception.ts';
import { meaningProblems } from './meaning.ts';
import { toPolicy } from './policy.ts';
import { policySchema } from './schema.ts';

type Documents = { readonly [K in keyof Required<PolicySet>]: DocumentKind<Required<PolicySet>[K][number]> };

/** The kinds of documents that there are, by where they stand in a set. */
export const documentKinds: Documents = {
  policies: {
    kind: 'Policy',
    noun: 'policy',
    namespaced: false,
    schema: policySchema,
    problems: meaningProblems,
    make: toPolicy,
  },
  bindings: policyBinding,
  exceptions: policyException,
};
