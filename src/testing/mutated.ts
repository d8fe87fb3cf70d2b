import type { Program } from '../compile/index.ts';
import { defaultedInput } from '../defaulting/index.ts';
import { mutate } from '../engine/index.ts';
import { isMapping } from '../fields/index.ts';
import { equal, writeJson } from '../jsonpatch/index.ts';
import { formatPath } from '../jsonpath/index.ts';
import { readManifests } from '../manifest/index.ts';
import type { AdmissionInput, Facts, Path } from '../model/index.ts';
import { isContext } from './context.ts';
import type { Expectation, Judged } from './model.ts';

/** With what a test was asked. */
export interface AskedWith {
  readonly program: Program;
  readonly facts: Facts;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Differences of an object that are told; the rest are counted. */
const mostDifferences = 8;

/** What mutations did otherwise than a test expects, and whether they would do something a second time. */
export function mutationProblems(
  { objects, patch, unchanged }: Expectation,
  answers: readonly Judged[],
  asked: AskedWith,
): readonly string[] {
  const changed = answers.filter(({ mutation }) => mutation.patch.length > 0);
  const problems = changed.flatMap((answer) => restless(answer, asked));
  if (patch !== undefined) {
    const made = answers.flatMap(({ mutation }) => mutation.patch);
    if (!equal(made, patch)) {
      problems.push(`expected the patch ${writeJson(patch)}, got ${writeJson(made)}`);
    }
  }
  if (unchanged === true) {
    for (const { input, mutation } of changed) {
      const names = [...new Set(mutation.applied.map(({ mutation: name }) => `\`${name}\``))].join(', ');
      problems.push(
        `expected that nothing is changed; ${names} changed ${keyOf(input)}: ${writeJson(mutation.patch)}`,
      );
    }
    if (changed.length > 0) problems.push('a fixture named `mutate.…` says that this is meant');
  }
  if (objects === undefined) return problems;
  if (changed.length === 0) problems.push('expected that something is changed, and nothing is');
  const { manifests } = readManifests(objects, { kinds: asked.program.kinds });
  const expected = new Map(manifests.map(({ input }) => [keyOf(input), input]));
  for (const answer of answers) {
    const key = keyOf(answer.input);
    const wanted = expected.get(key);
    expected.delete(key);
    if (wanted !== undefined) problems.push(...compared(wanted, answer, key));
    // What is only there to be known need not be said again.
    else if (answer.decision.evaluated.length > 0 || !isContext(answer.input.object)) {
      problems.push(`what becomes of ${key} is not said`);
    }
  }
  problems.push(...[...expected.keys()].map((key) => `expected ${key}, which the fixture does not have`));
  return problems;
}

/** The API server asks again where another webhook has changed something since. */
function restless({ input, mutation }: Judged, { program, facts, now }: AskedWith): readonly string[] {
  const again = defaultedInput({ ...input, object: mutation.object });
  const { patch } = mutate(program, again, now, facts);
  return patch.length === 0 ? [] : [`a second time ${keyOf(input)} is changed again: ${writeJson(patch)}`];
}

/** Both as the API server fills them in, so that an expectation need not. */
function compared(wanted: AdmissionInput, { input, mutation }: Judged, key: string): readonly string[] {
  const filled = defaultedInput({ ...input, object: mutation.object });
  const found = [...differences(defaultedInput(wanted).object, filled.object, [])];
  const lines = found.slice(0, mostDifferences).map((difference) => `${key}: ${difference}`);
  return found.length > mostDifferences
    ? [...lines, `${key}: ${found.length - mostDifferences} more differences`]
    : lines;
}

function* differences(wanted: unknown, got: unknown, path: Path): Generator<string> {
  if (equal(wanted, got)) return;
  if (isMapping(wanted) && isMapping(got)) {
    for (const key of new Set([...Object.keys(wanted), ...Object.keys(got)])) {
      yield* differences(own(wanted, key), own(got, key), [...path, key]);
    }
  } else if (Array.isArray(wanted) && Array.isArray(got) && wanted.length === got.length) {
    for (const [index, item] of wanted.entries()) yield* differences(item, got[index], [...path, index]);
  } else {
    yield `\`${formatPath(path)}\`: expected ${shown(wanted)}, got ${shown(got)}`;
  }
}

function own(mapping: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(mapping, key) ? mapping[key] : undefined;
}

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : writeJson(value);
}

function keyOf({ kind, namespace, name, object }: AdmissionInput): string {
  const metadata = isMapping(object) && isMapping(object['metadata']) ? object['metadata'] : {};
  const named = name === '' ? `${metadata['generateName'] ?? ''}*` : name;
  return `${kind.kind} \`${namespace === '' ? named : `${namespace}/${named}`}\``;
}
