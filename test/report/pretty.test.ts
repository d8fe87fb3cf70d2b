import { describe, expect, it } from 'vitest';
import { type Report, reporters } from '../../src/report/index.ts';
import { finding, object, report } from './reports.ts';

function render(what: Report, options = {}): string {
  const pretty = reporters.find(({ name }) => name === 'pretty');
  return pretty?.render(what, { colour: false, quiet: false, ...options }) ?? '';
}

describe('the report for people', () => {
  it('says what is wrong, where, and what to do', () => {
    expect(render(report([object([finding()])]))).toBe(
      [
        'debug.yaml',
        '  Pod default/debug',
        '  deny  the pod sees the processes of its node',
        '        debug.yaml:4:12  spec.hostPID',
        '        4 |   hostPID: true',
        '          |            ^^^^',
        '        help: remove `hostPID`',
        '        no-host-namespaces/host-pid (high)',
        '',
        '1 object judged by 2 policies, 0 clean; 1 denial',
        '',
      ].join('\n'),
    );
  });

  it('says how a denial may be overridden', () => {
    const overridable = 'if it must be, give the reason';
    const other = finding({ rule: 'host-ipc', path: ['spec', 'hostIPC'], overridable });
    const text = render(report([object([finding({ overridable }), other])]));
    expect(text).toContain(`        help: remove \`hostPID\`\n        help: ${overridable}\n`);
    expect(text.split(overridable)).toHaveLength(2);
  });

  it('groups by file and object, and leaves the clean ones out', () => {
    const other = { file: 'b.yaml', text: '', index: 0 };
    const lines = render(
      report([
        object([finding()], { name: 'one' }),
        object([], { name: 'clean' }),
        object([finding()], { name: 'two' }),
        object([finding()], { name: 'three', namespace: '', source: other }),
      ]),
    ).split('\n');
    expect(lines.filter((line) => /^ {0,2}\S/.test(line) && !line.startsWith('  deny'))).toEqual([
      'debug.yaml',
      '  Pod default/one',
      '  Pod default/two',
      'b.yaml',
      '  Pod three',
      '4 objects judged by 2 policies, 1 clean; 3 denials',
    ]);
  });

  it('shows a line once for several findings about it', () => {
    const shown = render(report([object([finding(), finding({ rule: 'other' })])]));
    expect(shown.match(/4 \| {3}hostPID/g)).toHaveLength(1);
    expect(shown.match(/debug\.yaml:4:12/g)).toHaveLength(2);
  });

  it('says what it took for granted, what was there before, and where to read on', () => {
    const shown = render(
      report([
        object([finding({ action: 'Warn', assumed: true, existing: true, runbook: 'https://x.example' })]),
      ]),
    );
    expect(shown).toContain('  warn  the pod sees');
    expect(shown).toContain('runbook: https://x.example');
    expect(shown).toContain('(high, assumed, for want of what only the cluster knows, was there before)');
  });

  it('shows a policy that could not be evaluated as an error', () => {
    const error = {
      policy: 'p',
      rule: 'r',
      message: 'it broke',
      action: 'Deny',
      denies: true,
      unknown: false,
    } as const;
    const shown = render(report([object([], {}, [error])]));
    expect(shown).toContain(
      '  error it broke\n        p/r\n        the cluster would refuse the object for this error',
    );
    expect(shown).toContain('; 1 error');
  });

  it("says what could not be known, which is nobody's error", () => {
    const error = {
      policy: 'p',
      rule: 'r',
      message: 'who asks is not known here',
      action: 'Deny',
      denies: true,
      unknown: true,
    } as const;
    const shown = render(report([object([], {}, [error])]));
    expect(shown).toContain('  open  who asks is not known here\n        p/r, to be judged by the cluster');
    expect(shown).toContain('; 1 rule left to the cluster');
    expect(shown).not.toContain('error');
  });

  it('counts what was not judged', () => {
    const untouched = { allowed: true, findings: [], errors: [], evaluated: [], imprecise: false };
    const shown = render(
      report([object([]), object([], { decision: untouched })], { skipped: { policies: 1, others: 2 } }),
    );
    expect(shown).toBe(
      '1 object judged by 2 policies, 1 more that no policy applies to, 1 document of Abatis skipped, ' +
        '2 documents skipped that are no manifests; nothing found\n',
    );
  });

  it('never says that all is well when nothing was judged, or not all of it', () => {
    const broken = { code: 'AB1001', severity: 'error', message: 'not YAML' } as const;
    expect(render(report([], { policies: [] }))).toBe(
      '0 objects judged by 0 policies; nothing was evaluated\n',
    );
    expect(render(report([object([])], { diagnostics: [broken, broken] }))).toBe(
      '1 object judged by 2 policies; nothing found; 2 errors in what was read\n',
    );
  });

  it('is silent about nothing when it is to be quiet', () => {
    expect(render(report([object([])]), { quiet: true })).toBe('');
    expect(render(report([object([finding()])]), { quiet: true })).not.toContain('judged');
  });

  it('uses colours only where they are wanted, and the text is the same', () => {
    const what = report([object([finding(), finding({ action: 'Warn' }), finding({ action: 'Audit' })])]);
    const coloured = render(what, { colour: true });
    const escapes = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g');
    expect(coloured).toMatch(escapes);
    expect(coloured.replace(escapes, '')).toBe(render(what));
    expect(render(what)).not.toMatch(escapes);
  });

  it('lets nobody write to the terminal but itself', () => {
    const evil = '\u001b[2J\nok';
    const shown = render(
      report([
        object(
          [finding({ message: evil, help: evil, policy: evil, rule: evil, path: [evil], runbook: evil })],
          {
            name: evil,
            namespace: evil,
            kind: evil,
            source: { file: evil, text: `${evil}\n${evil}`, index: 0 },
          },
        ),
      ]),
    );
    expect(shown).not.toContain('\u001b');
    expect(shown.split('\n')).not.toContain('ok');
  });
});
