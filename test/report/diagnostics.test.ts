import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../../src/model/index.ts';
import { renderDiagnostics } from '../../src/report/index.ts';

const text = 'kind: Policy\nspec:\n  mach: {}\n';
const diagnostic: Diagnostic = {
  code: 'AB1001',
  severity: 'error',
  message: 'unknown field `mach`',
  help: 'did you mean `match`?',
  file: 'p.yaml',
  span: { start: { line: 3, column: 3, offset: 21 }, end: { line: 3, column: 7, offset: 25 } },
};

function render(...diagnostics: Diagnostic[]): string {
  return renderDiagnostics(diagnostics, {
    colour: false,
    text: (file) => (file === 'p.yaml' ? text : undefined),
  });
}

describe('a diagnostic', () => {
  it('has code, message, place, the line in question and help', () => {
    expect(render(diagnostic)).toBe(
      [
        'error[AB1001]: unknown field `mach`',
        '  at p.yaml:3:3',
        '  3 |   mach: {}',
        '    |   ^^^^',
        '  help: did you mean `match`?',
        '',
      ].join('\n'),
    );
  });

  it('makes do without text, place, file and help', () => {
    const { code, message, file } = diagnostic;
    expect(render({ ...diagnostic, file: 'other.yaml' })).toContain('  at other.yaml:3:3\n  help:');
    expect(render({ code, message, severity: 'warning', file: file ?? '' })).toBe(
      'warning[AB1001]: unknown field `mach`\n  at p.yaml\n',
    );
    expect(render({ code, message, severity: 'error' })).toBe('error[AB1001]: unknown field `mach`\n');
  });

  it('is printed in the order given, and none is nothing', () => {
    expect(render(diagnostic, { ...diagnostic, message: 'second' }).match(/error\[.*/g)).toEqual([
      'error[AB1001]: unknown field `mach`',
      'error[AB1001]: second',
    ]);
    expect(render()).toBe('');
  });
});
