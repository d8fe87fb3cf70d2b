import type { PolicyException } from '../model/index.ts';
import { criteriaProblems } from './criteria.ts';
import type { DocumentKind } from './document-kind.ts';
import { timeProblems } from './enforcement.ts';
import { criteria, documentSchema, listOf, object, ruleReference, text } from './fields.ts';
import { at, mappingAt } from './tolerant.ts';

export const policyException: DocumentKind<PolicyException> = {
  kind: 'PolicyException',
  noun: 'exception',
  namespaced: true,
  schema: () =>
    documentSchema({
      kind: 'PolicyException',
      description: 'Lets something through in spite of policies, for a reason and until a day.',
      namespaced: true,
      spec: object(
        'What is let through by which policies, why, and for how long.',
        {
          policies: listOf(ruleReference, 'Names of policies, or of single rules as `policy/rule`.'),
          match: object('What is let through; everything in its reach unless given.', criteria),
          reason: { ...text, description: 'Why. It is shown with what is let through.' },
          ticket: { ...text, description: 'Where that was decided.' },
          expires: {
            ...text,
            description: 'RFC 3339, such as `2027-03-01T00:00:00Z`: it holds until then.',
          },
          action: {
            description: 'What is left of what the policies do.',
            enum: ['Audit', 'Warn'],
            default: 'Audit',
          },
        },
        ['policies', 'reason'],
      ),
    }),
  problems: (document) => {
    const spec = mappingAt(document, 'spec');
    return [
      ...criteriaProblems(mappingAt(spec, 'match'), ['spec', 'match']),
      ...timeProblems(spec, 'expires', ['spec']),
    ];
  },
  make: (document, source) => {
    const metadata = mappingAt(document, 'metadata');
    return {
      name: String(at(metadata, 'name')),
      namespace: String(at(metadata, 'namespace')),
      spec: {
        action: 'Audit',
        ...(mappingAt(document, 'spec') as unknown as Omit<PolicyException['spec'], 'action'>),
      },
      source,
    };
  },
};
