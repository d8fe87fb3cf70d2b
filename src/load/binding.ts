import type { PolicyBinding } from '../model/index.ts';
import { criteriaProblems } from './criteria.ts';
import type { DocumentKind } from './document-kind.ts';
import { enforcementProblems, toEnforcement } from './enforcement.ts';
import { criteria, documentSchema, enforcement, label, object } from './fields.ts';
import { at, mappingAt } from './tolerant.ts';

export const policyBinding: DocumentKind<PolicyBinding> = {
  kind: 'PolicyBinding',
  noun: 'binding',
  namespaced: false,
  schema: () =>
    documentSchema({
      kind: 'PolicyBinding',
      description: 'A policy with other parameters or another enforcement, for a part of what it is about.',
      namespaced: false,
      spec: object(
        'Which policy, what of it, and what is different there.',
        {
          policy: { ...label, description: 'The name of the policy.' },
          match: object('What it selects of what the policy is about; all unless given.', criteria),
          exclude: object('What it leaves alone of that.', criteria),
          parameters: {
            description: 'Values of the parameters of the policy; its defaults stand for those not given.',
            type: 'object',
          },
          enforcement,
        },
        ['policy'],
      ),
    }),
  problems: (document) => {
    const spec = mappingAt(document, 'spec');
    return [
      ...criteriaProblems(mappingAt(spec, 'match'), ['spec', 'match']),
      ...criteriaProblems(mappingAt(spec, 'exclude'), ['spec', 'exclude']),
      ...enforcementProblems(spec),
    ];
  },
  make: (document, source) => {
    const { enforcement: given, ...spec } = mappingAt(document, 'spec') as unknown as PolicyBinding['spec'];
    return {
      name: String(at(mappingAt(document, 'metadata'), 'name')),
      spec: { ...spec, ...(given !== undefined && { enforcement: toEnforcement(given) }) },
      source,
    };
  },
};
