import type { JsonObject, Path } from '../model/index.ts';
import type { DocumentProblem } from '../yaml/index.ts';
import { criteriaProblems } from './criteria.ts';
import { enforcementProblems } from './enforcement.ts';
import { factProblems } from './facts.ts';
import { mutationProblems } from './mutations.ts';
import type { Vocabulary } from './schema.ts';
import { at, isMapping, itemsAt, mappingAt, textAt, textsAt } from './tolerant.ts';
import { oneOf, quoted } from './words.ts';

/** What is wrong with a policy that its schema cannot say. */
export function meaningProblems(document: JsonObject, vocabulary: Vocabulary): readonly DocumentProblem[] {
  const spec = mappingAt(document, 'spec');
  const problems: DocumentProblem[] = [];
  for (const side of ['match', 'exclude']) {
    problems.push(...criteriaProblems(mappingAt(spec, side), ['spec', side]));
  }
  problems.push(...enforcementProblems(spec));
  problems.push(...criteriaProblems(mappingAt(spec, 'override'), ['spec', 'override']));
  if (textAt(spec, 'target') === 'pod') problems.push(...connectProblems(spec));
  problems.push(...duplicateProblems(mappingAt(spec, 'match'), 'conditions', ['spec', 'match']));
  problems.push(...duplicateProblems(spec, 'variables', ['spec']));
  problems.push(...duplicateProblems(spec, 'facts', ['spec']), ...factProblems(spec, vocabulary.facts));
  problems.push(...mutationProblems(spec, vocabulary.mutations), ...withoutContent(document));
  const names = new Map<string, number>();
  for (const [index, rule] of itemsAt(spec, 'rules')) {
    if (!isMapping(rule)) continue;
    const path = ['spec', 'rules', index];
    problems.push(...checkProblems(rule, path, vocabulary));
    const name = textAt(rule, 'name');
    if (name === undefined) continue;
    const first = names.get(name);
    if (first === undefined) names.set(name, index);
    else {
      problems.push({
        code: 'AB1114',
        message: `the policy has two rules named ${quoted(name)}`,
        help: `\`spec.rules[${first}]\` is the other`,
        path: [...path, 'name'],
      });
    }
  }
  return problems;
}

/** A policy that neither requires nor changes anything. */
function withoutContent(document: JsonObject): readonly DocumentProblem[] {
  const spec = at(document, 'spec');
  if (!isMapping(spec) || Object.hasOwn(spec, 'rules') || Object.hasOwn(spec, 'mutations')) return [];
  return [
    {
      code: 'AB1106',
      message: '`spec.rules` is missing',
      help: 'rules: the requirements; a policy may have `mutations` instead',
      path: ['spec'],
      part: 'key',
    },
  ];
}

/** Items of a list of named expressions whose name an earlier one has. */
function duplicateProblems(holder: JsonObject, field: string, path: Path): readonly DocumentProblem[] {
  const names = new Map<string, number>();
  const problems: DocumentProblem[] = [];
  for (const [index, item] of itemsAt(holder, field)) {
    const name = isMapping(item) ? textAt(item, 'name') : undefined;
    if (name === undefined) continue;
    const first = names.get(name);
    if (first === undefined) {
      names.set(name, index);
      continue;
    }
    problems.push({
      code: 'AB1308',
      message: `\`${[...path, field].join('.')}\` has ${quoted(name)} twice`,
      help: `\`${[...path, field].join('.')}[${first}]\` is the other`,
      path: [...path, field, index, 'name'],
    });
  }
  return problems;
}

/** On CONNECT the object is the options of the connection, which carries no pod. */
function connectProblems(spec: JsonObject): readonly DocumentProblem[] {
  const listed = textsAt(mappingAt(spec, 'match'), 'operations').filter(
    ([, operation]) => operation === 'CONNECT',
  );
  return listed.map(([index]) => ({
    code: 'AB1204',
    message: 'there is no pod in a CONNECT, and a pod is the target of this policy',
    help: 'leave CONNECT out, or write `target: object`',
    path: ['spec', 'match', 'operations', index],
  }));
}

function checkProblems(rule: JsonObject, path: Path, { checks }: Vocabulary): readonly DocumentProblem[] {
  const known = checks.map(({ name }) => name);
  const found = known.filter((name) => Object.hasOwn(rule, name));
  if (found.length === 1) return [];
  const name = textAt(rule, 'name');
  const which = name === undefined ? 'the rule' : `the rule ${quoted(name)}`;
  if (found.length === 0) {
    return [
      {
        code: 'AB1115',
        message: `${which} checks nothing`,
        help: `give it ${oneOf(known.map((check) => `\`${check}\``))}`,
        path,
      },
    ];
  }
  const list = oneOf(found.map((check) => `\`${check}\``)).replace(' or ', ' and ');
  const second = found[1] ?? '';
  return [
    {
      code: 'AB1116',
      message: `${which} has ${list}, and a rule has one check`,
      help: 'make a rule of each',
      path: [...path, second],
      part: 'key',
    },
  ];
}
