import { lookedUpKinds, type Program } from '../compile/index.ts';
import { defaulted, defaultedInput } from '../defaulting/index.ts';
import { admit, givenFacts } from '../engine/index.ts';
import { formatPath } from '../jsonpath/index.ts';
import { kindTable } from '../kinds/index.ts';
import { customKinds, readManifests } from '../manifest/index.ts';
import { type AdmissionInput, actions, type Diagnostic, type JsonObject } from '../model/index.ts';
import { locate, type SourceDocument } from '../yaml/index.ts';
import { isContext } from './context.ts';
import type { Judged, TestCase, TestFinding, TestResult, Verdict } from './model.ts';
import { type AskedWith, mutationProblems } from './mutated.ts';
import type { Policies } from './program.ts';
import { buildRequest } from './request.ts';

/** What became of a test, and the answers that it got. */
export interface JudgedTest {
  readonly result: TestResult;
  readonly answers: readonly Judged[];
}

/** Asks the policies what a test asks, and compares what comes with what was expected. */
export function judgeTest(test: TestCase, policies: Policies, read: readonly Diagnostic[]): JudgedTest {
  const span = locate(test.source, test.path);
  const place = { name: test.name, file: test.source.file, ...(span !== undefined && { span }) };
  const asked = ask(test, policies);
  const diagnostics = [...read, ...asked.diagnostics];
  const { answers } = asked;
  const findings = answers.flatMap((answer) => answer.decision.findings.map((each) => placed(each, answer)));
  const errors = answers.flatMap(({ decision }) =>
    decision.errors.map(({ policy, rule, message }) => `${rule ?? policy}: ${message}`),
  );
  const shown = { ...place, findings, errors, diagnostics };
  if (diagnostics.some(({ severity }) => severity === 'error')) {
    return { result: { ...shown, outcome: 'broken', problems: [] }, answers: [] };
  }
  const problems = compare(test, answers, asked.context);
  return { result: { ...shown, outcome: problems.length === 0 ? 'passed' : 'failed', problems }, answers };
}

interface Asked {
  readonly answers: readonly Judged[];
  readonly diagnostics: readonly Diagnostic[];
  /** Absent where nothing could be asked. */
  readonly context?: AskedWith;
}

function ask(test: TestCase, policies: Policies): Asked {
  const { asks, now } = test;
  const documents = documentsOf(test);
  const kinds = customKinds(documents.map(({ value }) => value));
  const made = policies.programFor(test, kinds);
  if ('problems' in made) return { answers: [], diagnostics: made.problems };
  const { program } = made;
  const facts = givenFacts(test.facts ?? {}, atHand(test, documents, program));
  const context = { program, facts, now };
  const judged = (input: AdmissionInput, source: Judged['source']): Judged => {
    const { decision, mutation } = admit(program, defaultedInput(input), now, facts);
    return { input, source, decision, mutation };
  };
  if ('operation' in asks) {
    const { input, diagnostics } = buildRequest(test, asks, kindTable(kinds));
    const source = (asks.object ?? asks.oldObject)?.document.source ?? test.source;
    return { answers: input === undefined ? [] : [judged(input, source)], diagnostics, context };
  }
  const { manifests, diagnostics } = readManifests(asks, { kinds: program.kinds });
  return { answers: manifests.map(({ input, source }) => judged(input, source)), diagnostics, context };
}

/** The objects of a test can be looked up by each other, as the cluster would have them. */
function atHand(
  { asks }: TestCase,
  documents: readonly SourceDocument[],
  program: Program,
): readonly JsonObject[] {
  if (lookedUpKinds(program).length === 0) return [];
  const namespace = 'operation' in asks ? asks.namespace : undefined;
  const { manifests } = readManifests(documents, {
    kinds: program.kinds,
    ...(namespace !== undefined && { namespace }),
  });
  return manifests.flatMap(({ input: { object, kind } }) =>
    object === null ? [] : [defaulted(object, kind, 'UPDATE')],
  );
}

function documentsOf({ asks }: TestCase): readonly SourceDocument[] {
  if (!('operation' in asks)) return asks;
  return [asks.object, asks.oldObject].flatMap((each) =>
    each === undefined ? [] : [each.document, ...each.context],
  );
}

function compare(
  { expect, asks }: TestCase,
  answers: readonly Judged[],
  context: AskedWith | undefined,
): readonly string[] {
  const program = context?.program;
  if (answers.length === 0) return ['there is no object in it'];
  const asked = answers.filter(({ decision }) => decision.evaluated.length > 0);
  const isTable = 'operation' in asks;
  if (expect.action === 'Unmatched') {
    return asked.map((answer) => `expected that the policy is not asked; it was, about ${named(answer)}`);
  }
  const passedOver = answers.filter(
    (answer) =>
      answer.decision.evaluated.length === 0 && (asked.length === 0 || !isContext(answer.input.object)),
  );
  if (passedOver.length > 0) {
    const meant = isTable ? '`action: Unmatched`' : 'a fixture named `unmatched.…`';
    return [
      ...passedOver.map(
        (answer) => `the policy was not asked about ${named(answer)}: ${why(answer, program)}`,
      ),
      `${meant} says that this is meant`,
    ];
  }
  const problems: string[] = [];
  const findings = asked.flatMap(({ decision }) => decision.findings);
  const errors = asked.flatMap(({ decision }) => decision.errors);
  if (expect.error === undefined) {
    const open = errors.filter(({ unknown }) => unknown);
    // A manifest cannot say who asks. What is left open is none of a fixture's business, unless nothing else is left.
    const isOpen = isTable || (findings.length === 0 && open.length >= rulesOf(asked, program));
    for (const { rule, message, unknown } of errors) {
      const which = rule === undefined ? '' : `rule \`${rule}\`: `;
      if (!unknown) problems.push(`the policy could not be evaluated: ${which}${message}`);
      else if (isOpen)
        problems.push(`it was left open: ${which}${message}${isTable ? '' : '; `tests.yaml` can say it'}`);
    }
  } else if (!errors.some(({ message }) => expect.error?.test(message))) {
    problems.push(`expected an error with \`${expect.error.pattern}\`, got ${countOf(errors, 'error')}`);
  }
  const action = strictest(findings.map((finding) => finding.action));
  if (expect.action !== undefined && expect.action !== action) {
    problems.push(`expected ${expect.action}, got ${action}`);
  }
  if (expect.rules !== undefined) {
    const got = new Set(findings.map(({ rule }) => rule));
    const wanted = new Set(expect.rules);
    if (got.symmetricDifference(wanted).size > 0) {
      problems.push(`expected findings of ${rules(wanted)}, got those of ${rules(got)}`);
    }
  }
  if (expect.message !== undefined && !findings.some(({ message }) => expect.message?.test(message))) {
    problems.push(
      `expected a finding with \`${expect.message.pattern}\` in its message, got ${countOf(findings, 'finding')} without`,
    );
  }
  if (asked.length > 0 && context !== undefined) {
    problems.push(...mutationProblems(expect, expect.objects === undefined ? asked : answers, context));
  }
  return problems;
}

/** How many rules and mutations were asked, each as often as it was. */
function rulesOf(asked: readonly Judged[], program: Program | undefined): number {
  const names = asked.flatMap(({ decision }) => decision.evaluated);
  return names
    .map((name) => {
      const policy = program?.policies.find((each) => each.name === name);
      return (policy?.rules.length ?? 0) + (policy?.mutations.length ?? 0);
    })
    .reduce((sum, count) => sum + count, 0);
}

/** Why none of the policies has anything to say about a request, as far as it can be told. */
function why({ input }: Judged, program: Program | undefined): string {
  const request =
    input.subresource === '' ? input.operation : `${input.operation} of \`${input.subresource}\``;
  if (program?.candidates(input).length === 0) return `its kinds and operations leave out this ${request}`;
  return 'its `match`, `exclude` or a condition leaves it out';
}

function named({ input }: Judged): string {
  const object = input.operation === 'DELETE' ? input.oldObject : input.object;
  const metadata = object?.['metadata'] as { readonly generateName?: unknown } | undefined;
  const name = input.name === '' ? `${metadata?.generateName ?? ''}*` : input.name;
  return `${input.kind.kind} \`${input.namespace === '' ? name : `${input.namespace}/${name}`}\``;
}

function strictest(found: readonly (typeof actions)[number][]): Verdict {
  return actions.findLast((action) => found.includes(action)) ?? 'Allow';
}

function rules(names: ReadonlySet<string>): string {
  if (names.size === 0) return 'no rule';
  return [...names]
    .sort()
    .map((name) => `\`${name}\``)
    .join(', ');
}

function countOf(list: readonly unknown[], what: string): string {
  return list.length === 0 ? `no ${what}` : `${list.length} ${what}${list.length === 1 ? '' : 's'}`;
}

function placed(finding: Judged['decision']['findings'][number], { source }: Judged): TestFinding {
  const span = locate(source, finding.path, typeof finding.path.at(-1) === 'string' ? 'key' : 'value');
  return { finding, file: source.file, ...(span !== undefined && { span }) };
}

/** A finding on one line. */
export function findingLine({ finding, file, span }: TestFinding): string {
  const { action, rule, message, path, assumed } = finding;
  const at = span === undefined ? file : `${file}:${span.start.line}`;
  const where = path.length === 0 ? at : `${formatPath(path)}, ${at}`;
  return `${action} ${rule}: ${message} (${where}${assumed ? ', assumed' : ''})`;
}
