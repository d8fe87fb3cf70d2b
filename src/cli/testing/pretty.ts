import { printable } from '../../report/index.ts';
import {
  type FolderResult,
  failureLines,
  isCovered,
  type MutationCoverage,
  type RuleCoverage,
  type TestResult,
} from '../../testing/index.ts';
import { type Paint, paintOf } from './paint.ts';
import type { TestReporter } from './reporter.ts';

/** For people: a line for each folder, and all about what failed. */
export const pretty: TestReporter = {
  name: 'pretty',
  summary: 'for people',
  render({ folders }, { colour, isFiltered }) {
    const paint = paintOf(colour);
    const blocks = folders.flatMap((folder) => {
      const block = folderLines(folder, paint, isFiltered);
      return block.length === 0 ? [] : [block.join('\n')];
    });
    const tests = folders.flatMap((folder) => folder.tests);
    const count = (wanted: string) => tests.filter(({ outcome }) => outcome === wanted).length;
    const rules = folders.flatMap((folder) => folder.rules);
    const parts = [
      `${counted(tests.length, 'test')} of ${counted(folders.flatMap(({ policies }) => policies).length, 'policy', 'policies')}`,
      ...(count('passed') > 0 ? [paint.good(`${count('passed')} passed`)] : []),
      ...(count('failed') > 0 ? [paint.bad(`${count('failed')} failed`)] : []),
      ...(count('broken') > 0 ? [paint.bad(`${count('broken')} broken`)] : []),
      ...(tests.length === 0 ? [paint.bad('nothing was tested')] : []),
    ];
    const mutations = folders.flatMap((folder) => folder.mutations);
    const coverage =
      isFiltered || tests.length === 0
        ? ''
        : coverageOf(rules, mutations)
            .map((each) => `; ${each}`)
            .join('');
    return `${[...blocks, `${blocks.length === 0 ? '' : '\n'}${parts.join(', ')}${coverage}`].join('\n')}\n`;
  },
};

/** Of rules and of mutations, where there are any. */
function coverageOf(rules: readonly RuleCoverage[], mutations: readonly MutationCoverage[]): string[] {
  return [
    ...(rules.length > 0 || mutations.length === 0
      ? [
          `${rules.filter(isCovered).length} of ${counted(rules.length, 'rule')} both failed and passed by a test`,
        ]
      : []),
    ...(mutations.length > 0
      ? [
          `${mutations.filter(isCovered).length} of ${counted(mutations.length, 'mutation')} both made and left undone by a test`,
        ]
      : []),
  ];
}

function folderLines(
  { folder, tests, rules, mutations }: FolderResult,
  paint: Paint,
  isFiltered: boolean,
): string[] {
  if (tests.length === 0) return [];
  const bad = tests.filter(({ outcome }) => outcome !== 'passed');
  const mark = bad.length === 0 ? paint.good('ok  ') : paint.bad('fail');
  return [
    `${mark} ${paint.strong(printable(folder))}  ${counted(tests.length, 'test')}`,
    ...bad.flatMap((test) => testLines(test, paint)),
    ...(isFiltered
      ? []
      : [...rules, ...mutations].filter((each) => !isCovered(each)).map((each) => coverageLine(each, paint))),
  ];
}

function testLines(test: TestResult, paint: Paint): string[] {
  const { name, file, span, outcome } = test;
  const line = span === undefined ? '' : `:${span.start.line}`;
  const lines = outcome === 'broken' ? ['it could not be judged: see the errors'] : failureLines(test);
  return [
    `     ${paint.bad(outcome)} ${paint.strong(printable(name))}`,
    `       ${paint.faint('at')} ${printable(file)}${line}`,
    ...lines.map((each) => `       ${printable(each)}`),
  ];
}

function coverageLine(coverage: RuleCoverage | MutationCoverage, paint: Paint): string {
  const note = `     ${paint.doubtful('note')} no test has`;
  if ('mutation' in coverage) {
    const { mutation, madeBy, leftBy } = coverage;
    const wanting = [...(madeBy === 0 ? ['made'] : []), ...(leftBy === 0 ? ['left undone'] : [])];
    return `${note} ${wanting.join(' or ')} the mutation \`${printable(mutation)}\``;
  }
  const { rule, failedBy, passedBy } = coverage;
  const wanting = [...(failedBy === 0 ? ['failed'] : []), ...(passedBy === 0 ? ['passed'] : [])];
  return `${note} ${wanting.join(' or ')} the rule \`${printable(rule)}\``;
}

function counted(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}
