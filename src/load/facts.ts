import type { FactDocument, JsonObject } from '../model/index.ts';
import { parseDuration } from '../time/index.ts';
import type { DocumentProblem } from '../yaml/index.ts';
import { identifier, object, text } from './fields.ts';
import type { CheckVocabulary } from './schema.ts';
import { at, isMapping, itemsAt, mappingAt, textAt } from './tolerant.ts';
import { oneOf, quoted } from './words.ts';

/** How facts behave, whatever their source is; written beside the source or in it. */
const conduct = {
  onUnavailable: {
    description: 'What it means that the fact cannot be had; an error of the policy unless given.',
    enum: ['Allow', 'Warn', 'Deny'],
  },
  within: { ...text, description: 'How long to wait for it, such as `2s`.' },
} as const;

/** JSON Schema of one fact. */
export function factSchema(sources: readonly CheckVocabulary[]): JsonObject {
  const withConduct = ({ name, schema }: CheckVocabulary) => {
    const properties = { ...((schema['properties'] ?? {}) as JsonObject), ...conduct };
    return [name, { ...schema, properties }] as const;
  };
  return object(
    'Something about the world beyond the request.',
    {
      name: { ...identifier, description: 'Expressions read it as `facts.<name>`.' },
      ...Object.fromEntries(sources.map(withConduct)),
      ...conduct,
    },
    ['name'],
  );
}

/** The longest that a request can wait: Kubernetes' limit for `timeoutSeconds`. */
const longestWait = 30_000;

/** What is wrong with the facts of a policy that its schema cannot say. */
export function factProblems(
  spec: JsonObject,
  sources: readonly CheckVocabulary[],
): readonly DocumentProblem[] {
  const problems: DocumentProblem[] = [];
  for (const [index, fact] of itemsAt(spec, 'facts')) {
    if (!isMapping(fact)) continue;
    const path = ['spec', 'facts', index];
    const known = sources.map(({ name }) => name);
    const found = known.filter((name) => Object.hasOwn(fact, name));
    const name = textAt(fact, 'name');
    const which = name === undefined ? 'the fact' : `the fact ${quoted(name)}`;
    if (found.length !== 1) {
      const list = oneOf((found.length === 0 ? known : found).map((source) => `\`${source}\``));
      problems.push({
        code: 'AB1311',
        message:
          found.length === 0
            ? `${which} says nowhere where it comes from`
            : `${which} has ${list.replace(' or ', ' and ')}, and a fact has one source`,
        help: found.length === 0 ? `give it ${list}` : 'make a fact of each',
        path,
      });
    }
    for (const place of [[], ...found.map((source) => [source])]) {
      const holder = place[0] === undefined ? fact : mappingAt(fact, place[0]);
      const within = textAt(holder, 'within');
      if (within === undefined || milliseconds(within) !== undefined) continue;
      problems.push({
        code: 'AB1312',
        message: `${quoted(within)} is not a time to wait`,
        help: 'write it as Go does, at most `30s`: `500ms`, `2s`',
        path: [...path, ...place, 'within'],
      });
    }
  }
  return problems;
}

function milliseconds(text: string): number | undefined {
  const duration = parseDuration(text);
  const value = duration === undefined ? 0 : duration.seconds * 1000 + duration.nanos / 1_000_000;
  return value > 0 && value <= longestWait ? value : undefined;
}

/** Makes a fact of a part of a document that has been found without fault. */
export function toFact(document: JsonObject, sources: readonly CheckVocabulary[]): FactDocument {
  const source = sources.find(({ name }) => Object.hasOwn(document, name));
  if (source === undefined) throw new Error('a fact without a source was found without fault');
  const value = mappingAt(document, source.name);
  const onUnavailable = at(value, 'onUnavailable') ?? at(document, 'onUnavailable');
  const within = milliseconds(textAt(value, 'within') ?? textAt(document, 'within') ?? '');
  return {
    name: String(at(document, 'name')),
    source: { name: source.name, value },
    ...(onUnavailable !== undefined && {
      onUnavailable: onUnavailable as NonNullable<FactDocument['onUnavailable']>,
    }),
    ...(within !== undefined && { within }),
  };
}
