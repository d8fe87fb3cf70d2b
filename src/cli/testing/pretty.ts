import { printable } from '../../report/index.ts';
import {
  type FolderResult,
  failureLines,
  isCovered,
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
    const coverage =
      isFiltered || tests.length === 0
        ? ''
        : `; ${rules.filter(isCovered).length} of ${counted(rules.length, 'rule')} both failed and passed by a test`;
    return `${[...blocks, `${blocks.length === 0 ? '' : '\n'}${parts.join(', ')}${coverage}`].join('\n')}\n`;
  },
};

function folderLines({ folder, tests, rules }: FolderResult, paint: Paint, isFiltered: boolean): string[] {
  if (tests.length === 0) return [];
  const bad = tests.filter(({ outcome }) => outcome !== 'passed');
  const mark = bad.length === 0 ? paint.good('ok  ') : paint.bad('fail');
  return [
    `${mark} ${paint.strong(printable(folder))}  ${counted(tests.length, 'test')}`,
    ...bad.flatMap((test) => testLines(test, paint)),
    ...(isFiltered ? [] : rules.filter((rule) => !isCovered(rule)).map((rule) => coverageLine(rule, paint))),
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

function coverageLine({ rule, failedBy, passedBy }: RuleCoverage, paint: Paint): string {
  const wanting = [...(failedBy === 0 ? ['failed'] : []), ...(passedBy === 0 ? ['passed'] : [])];
  return `     ${paint.doubtful('note')} no test has ${wanting.join(' or ')} the rule \`${printable(rule)}\``;
}

function counted(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}
