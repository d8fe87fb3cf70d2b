import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Case, judge, readRecording } from './cel/verdicts.ts';

const PATH =
  process.env['ABATIS_CEL_VERDICTS'] ??
  new URL('../../../shared/conformance/cel/verdicts.json', import.meta.url).pathname;

describe('the verdicts of a kube-apiserver', () => {
  if (!existsSync(PATH)) {
    console.warn(`NOT RUN: there is no recording of verdicts at ${PATH}; name one in ABATIS_CEL_VERDICTS`);
    test('the recording is absent, so nothing was compared', () => expect(existsSync(PATH)).toBe(false));
    return;
  }
  const recording = readRecording(PATH);
  const groups = new Map<string, Case[]>();
  for (const one of recording.cases) groups.set(one.group, [...(groups.get(one.group) ?? []), one]);

  test('there are as many as were recorded', () => expect(recording.cases).toHaveLength(1702));

  test.each([...groups])('agree on %s', (_group, cases) => {
    const differing = cases
      .map((one) => ({ one, judged: judge(one, recording) }))
      .filter(({ one, judged }) => judged.verdict !== one.verdict)
      .map(
        ({ one, judged }) =>
          `${one.id} ${one.expression}: ${judged.verdict} (${judged.message}), not ${one.verdict}`,
      );
    expect(differing).toEqual([]);
  });
});
