import type { JsonObject, Mutation, Path } from '../model/index.ts';
import type { DocumentProblem } from '../yaml/index.ts';
import type { CheckVocabulary } from './schema.ts';
import { at, isMapping, itemsAt, mappingAt, textAt, textsAt } from './tolerant.ts';
import { oneOf, quoted } from './words.ts';

/** What an object is when nothing of it can be changed any more, or is not there to be changed. */
const immutable: ReadonlySet<string> = new Set(['DELETE', 'CONNECT']);

/** What is wrong with the mutations of a policy that its schema cannot say. */
export function mutationProblems(
  spec: JsonObject,
  forms: readonly CheckVocabulary[],
): readonly DocumentProblem[] {
  const problems: DocumentProblem[] = [];
  const names = new Map<string, number>();
  for (const [index, mutation] of itemsAt(spec, 'mutations')) {
    if (!isMapping(mutation)) continue;
    const path = ['spec', 'mutations', index];
    problems.push(...formProblems(mutation, path, forms), ...positionProblems(mutation, path));
    const name = textAt(mutation, 'name');
    if (name === undefined) continue;
    const first = names.get(name);
    if (first === undefined) names.set(name, index);
    else {
      problems.push({
        code: 'AB1503',
        message: `the policy has two mutations named ${quoted(name)}`,
        help: `\`spec.mutations[${first}]\` is the other`,
        path: [...path, 'name'],
      });
    }
  }
  if (itemsAt(spec, 'mutations').length > 0) problems.push(...operationProblems(spec));
  return problems;
}

function formProblems(
  mutation: JsonObject,
  path: Path,
  forms: readonly CheckVocabulary[],
): readonly DocumentProblem[] {
  const known = forms.map(({ name }) => name);
  const found = known.filter((name) => Object.hasOwn(mutation, name));
  if (found.length === 1) return [];
  const name = textAt(mutation, 'name');
  const which = name === undefined ? 'the mutation' : `the mutation ${quoted(name)}`;
  if (found.length === 0) {
    return [
      {
        code: 'AB1501',
        message: `${which} changes nothing`,
        help: `give it ${oneOf(known.map((form) => `\`${form}\``))}`,
        path,
      },
    ];
  }
  const list = oneOf(found.map((form) => `\`${form}\``)).replace(' or ', ' and ');
  return [
    {
      code: 'AB1502',
      message: `${which} has ${list}, and a mutation is written in one form`,
      help: 'make a mutation of each; they are made in their order',
      path: [...path, found[1] ?? ''],
      part: 'key',
    },
  ];
}

function positionProblems(mutation: JsonObject, path: Path): readonly DocumentProblem[] {
  if (at(mutation, 'position') === undefined) return [];
  if (Object.hasOwn(mutation, 'merge') || Object.hasOwn(mutation, 'mergeExpression')) return [];
  return [
    {
      code: 'AB1508',
      message: 'only what a merge adds to a list has a `position`',
      help: 'leave it out; a `jsonPatch` says the place in its path: `/spec/containers/0`, or `-` for the end',
      path: [...path, 'position'],
      part: 'key',
    },
  ];
}

/** A policy with rules may be about more operations than its mutations are. */
function operationProblems(spec: JsonObject): readonly DocumentProblem[] {
  const listed = textsAt(mappingAt(spec, 'match'), 'operations');
  const path: Path = ['spec', 'match', 'operations'];
  const isPod = textAt(spec, 'target') === 'pod';
  const fits = (operation: string): boolean =>
    operation === '*' || (isPod ? operation === 'CREATE' : !immutable.has(operation));
  if (listed.length === 0 || listed.some(([, operation]) => fits(operation))) return [];
  const help = isPod
    ? 'add CREATE: a Pod is mutated when it is created, for most of it cannot be changed after'
    : 'add CREATE or UPDATE';
  return [
    {
      code: 'AB1504',
      message: `nothing is mutated on ${oneOf(listed.map(([, operation]) => operation))}`,
      help,
      path,
    },
  ];
}

/** Makes a mutation of a part of a document that has been found without fault. */
export function toMutation(document: JsonObject, forms: readonly CheckVocabulary[]): Mutation {
  const form = forms.find(({ name }) => Object.hasOwn(document, name));
  if (form === undefined) throw new Error('a mutation without a form was found without fault');
  const each = at(document, 'each');
  const when = at(document, 'when');
  const position = at(document, 'position');
  return {
    name: String(at(document, 'name')),
    ...(each !== undefined && { each: (Array.isArray(each) ? each : [each]) as readonly string[] }),
    ...(when !== undefined && { when: String(when) }),
    form: { name: form.name, value: at(document, form.name) },
    ...(position !== undefined && { position: position as 'first' | 'last' }),
  };
}
