import { describe, expect, it } from 'vitest';
import { type Report, reporters } from '../../src/report/index.ts';
import { finding, object, report } from './reports.ts';

function render(what: Report): unknown {
  const json = reporters.find(({ name }) => name === 'json');
  return JSON.parse(json?.render(what, { colour: true, quiet: false }) ?? '');
}

describe('the report for programs', () => {
  it('has every finding with its object and place', () => {
    expect(render(report([object([finding({ runbook: 'https://x.example' })])]))).toEqual({
      version: 1,
      summary: {
        objects: 1,
        evaluated: 1,
        clean: 0,
        amended: 0,
        deny: 1,
        warn: 0,
        audit: 0,
        errors: 0,
        open: 0,
        skippedPolicies: 0,
        skippedOthers: 0,
      },
      policies: ['no-host-namespaces', 'resource-limits'],
      findings: [
        {
          policy: 'no-host-namespaces',
          rule: 'host-pid',
          action: 'Deny',
          severity: 'high',
          message: 'the pod sees the processes of its node',
          help: 'remove `hostPID`',
          runbook: 'https://x.example',
          assumed: false,
          existing: false,
          object: { apiVersion: 'v1', kind: 'Pod', namespace: 'default', name: 'debug' },
          path: 'spec.hostPID',
          file: 'debug.yaml',
          line: 4,
          column: 12,
          endLine: 4,
          endColumn: 16,
        },
      ],
      mutations: [],
      errors: [],
      diagnostics: [],
    });
  });

  it('has errors and diagnostics beside them', () => {
    const error = {
      policy: 'p',
      message: 'it broke',
      action: 'Warn',
      denies: false,
      unknown: false,
    } as const;
    const rendered = render(
      report([object([], {}, [error])], {
        diagnostics: [{ code: 'AB1001', severity: 'error', message: 'not YAML', file: 'x.yaml' }],
      }),
    );
    expect(rendered).toMatchObject({
      summary: { errors: 1, clean: 0 },
      findings: [],
      errors: [{ ...error, object: { name: 'debug' }, file: 'debug.yaml' }],
      diagnostics: [{ code: 'AB1001', severity: 'error', message: 'not YAML', file: 'x.yaml' }],
    });
  });

  it('leaves the place out where there is none', () => {
    const placeless = object([finding()], { findings: [{ finding: finding(), span: undefined }] });
    const { findings } = render(report([placeless])) as { findings: object[] };
    expect(Object.keys(findings[0] ?? {})).not.toContain('line');
  });
});
