import { printable } from '../../report/index.ts';
import { diagnosticsOf, type FolderResult, failureLines, type TestResult } from '../../testing/index.ts';
import type { TestReporter } from './reporter.ts';

/**
 * For CI systems: JUnit's XML, a `testsuite` for each folder. What is wrong with no single test is a suite of its own,
 * for a system that shows suites only would otherwise show a success.
 */
export const junit: TestReporter = {
  name: 'junit',
  summary: 'for CI systems',
  render(run) {
    const ofTests = new Set(run.folders.flatMap(({ tests }) => tests.flatMap((test) => test.diagnostics)));
    const broken = diagnosticsOf(run).filter((each) => each.severity === 'error' && !ofTests.has(each));
    const suites = [
      ...run.folders.filter(({ tests }) => tests.length > 0).map(suite),
      ...(broken.length === 0
        ? []
        : [
            element(
              'testsuite',
              { name: 'abatis', tests: broken.length, failures: 0, errors: broken.length },
              [
                ...broken.map(({ code, message, file, span }) =>
                  element('testcase', { classname: 'abatis', name: `${code} ${file ?? ''}`.trim() }, [
                    element('error', { message }, [
                      escaped(
                        `${file ?? ''}${span === undefined ? '' : `:${span.start.line}`} ${message}`.trim(),
                      ),
                    ]),
                  ]),
                ),
              ],
            ),
          ]),
    ];
    return `<?xml version="1.0" encoding="UTF-8"?>\n${element('testsuites', { name: 'abatis test' }, suites)}\n`;
  },
};

function suite({ folder, tests }: FolderResult): string {
  const count = (wanted: string) => tests.filter(({ outcome }) => outcome === wanted).length;
  return element(
    'testsuite',
    { name: folder, tests: tests.length, failures: count('failed'), errors: count('broken') },
    tests.map((test) => testCase(folder, test)),
  );
}

function testCase(folder: string, test: TestResult): string {
  const { name, file, span, outcome } = test;
  const attributes = { classname: folder, name, file, ...(span !== undefined && { line: span.start.line }) };
  const lines = failureLines(test);
  if (outcome === 'passed') return element('testcase', attributes, []);
  const kind = outcome === 'broken' ? 'error' : 'failure';
  return element('testcase', attributes, [
    element(kind, { message: lines[0] ?? '' }, [escaped(lines.map(printable).join('\n'))]),
  ]);
}

function element(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  children: readonly string[],
): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(String(value))}"`);
  const open = `<${name}${written.join('')}`;
  const [first] = children;
  if (first === undefined) return `${open}/>`;
  if (!first.startsWith('<')) return `${open}>${first}</${name}>`;
  return `${open}>\n${children.join('\n').replace(/^(?=\s*<)/gm, '  ')}\n</${name}>`;
}

/** Source: XML 1.0, section 2.2 Char: what else there is has no place in a document, escaped or not. */
const noCharacters = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

function escaped(text: string): string {
  return text
    .replace(noCharacters, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
