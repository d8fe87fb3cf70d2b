import type { CheckDocument, JsonObject, Policy, PolicySpec, Rule } from '../model/index.ts';
import type { SourceDocument } from '../yaml/index.ts';
import { toEnforcement } from './enforcement.ts';
import { toFact } from './facts.ts';
import { toMutation } from './mutations.ts';
import type { Vocabulary } from './schema.ts';
import { at, itemsAt, mappingAt } from './tolerant.ts';

/** What is true of a policy that does not say otherwise. */
const defaults = {
  severity: 'medium',
  target: 'object',
  match: {},
  existingViolations: 'Warn',
  failurePolicy: 'Fail',
  exceptions: 'Allow',
  bindingRequired: false,
} as const satisfies Partial<PolicySpec>;

/** Makes a policy of a document that has been found without fault. */
export function toPolicy(
  document: JsonObject,
  source: SourceDocument['source'],
  vocabulary: Vocabulary,
): Policy {
  const spec = mappingAt(document, 'spec');
  return {
    name: String(at(mappingAt(document, 'metadata'), 'name')),
    // The document has been checked against the schema that this type describes.
    spec: {
      ...defaults,
      ...(spec as Partial<PolicySpec>),
      enforcement: toEnforcement(at(spec, 'enforcement') ?? 'Warn'),
      rules: itemsAt(spec, 'rules').map(([, rule]) => toRule(rule as JsonObject, vocabulary)),
      ...(at(spec, 'facts') !== undefined && {
        facts: itemsAt(spec, 'facts').map(([, fact]) => toFact(fact as JsonObject, vocabulary.facts)),
      }),
      ...(at(spec, 'mutations') !== undefined && {
        mutations: itemsAt(spec, 'mutations').map(([, mutation]) =>
          toMutation(mutation as JsonObject, vocabulary.mutations),
        ),
      }),
    },
    source,
  };
}

function toRule(document: JsonObject, { checks }: Vocabulary): Rule {
  const each = at(document, 'each');
  const texts = (['when', 'message', 'messageExpression', 'help'] as const).flatMap((field) => {
    const value = at(document, field);
    return value === undefined ? [] : [[field, String(value)] as const];
  });
  const check = checks.find(({ name }) => Object.hasOwn(document, name));
  if (check === undefined) throw new Error('a rule without a check was found without fault');
  const value: CheckDocument = { name: check.name, value: at(document, check.name) };
  return {
    name: String(at(document, 'name')),
    ...(each !== undefined && { each: (Array.isArray(each) ? each : [each]) as readonly string[] }),
    check: value,
    ...Object.fromEntries(texts),
  };
}
