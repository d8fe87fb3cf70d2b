import { describe, expect, test } from 'vitest';
import { serverLog } from '../../../src/cli/serving/log.ts';

function written(format: 'json' | 'text', level = 'info') {
  const lines: string[] = [];
  return { lines, log: serverLog({ level, format, write: (line) => void lines.push(line) }) };
}

describe('the log as JSON', () => {
  test('is one object a line, with its level by name and its time', () => {
    const { lines, log } = written('json');
    log.warn({ user: 'jane', findings: ['a/b:Deny'] }, 'denied');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^[^\n]+\n$/);
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      level: 'warn',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      user: 'jane',
      findings: ['a/b:Deny'],
      msg: 'denied',
    });
  });

  test('leaves out what is below the level', () => {
    const { lines, log } = written('json', 'error');
    log.warn({}, 'denied');
    expect(lines).toEqual([]);
  });
});

describe('the log as text', () => {
  const line = (fields: object, message: string) => {
    const { lines, log } = written('text');
    log.info(fields, message);
    return lines.join('');
  };

  test('is time, level, message and what there is to know', () => {
    expect(
      line({ user: 'jane', milliseconds: 0.2, findings: ['a/b:Warn'] }, 'allowed with a warning'),
    ).toMatch(
      /^\d\d:\d\d:\d\d info {2}allowed with a warning {2}user=jane milliseconds=0\.2 findings=\["a\/b:Warn"\]\n$/,
    );
  });

  test('leaves out what says nothing', () => {
    expect(line({ namespace: '', dryRun: false, errors: [] }, 'denied')).toMatch(/info {2}denied\n$/);
  });

  test.each(['a\nb', 'a\u001b[31mb', 'a\u0085b', 'a\rb'])(
    'gives no name power over the terminal: %j',
    (name) => {
      const text = line({ name, names: [name] }, name);
      expect(text).toMatch(/^[^\p{Cc}]*a\\[^\p{Cc}]*b[^\p{Cc}]*\n$/u);
    },
  );

  test('quotes what is in a list, too', () => {
    expect(line({ findings: ['a\u001b[31m\n'] }, 'x')).toMatch(/findings=\["a\\u001b\[31m\\n"\]\n$/);
  });
});
