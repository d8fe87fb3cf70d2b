import type { Decision, Finding, Span } from '../../src/model/index.ts';
import type { JudgedObject, Report } from '../../src/report/index.ts';

export const text = ['kind: Pod', 'metadata: {name: debug}', 'spec:', '  hostPID: true', ''].join('\n');

export const span: Span = {
  start: { line: 4, column: 12, offset: 51 },
  end: { line: 4, column: 16, offset: 55 },
};

export function finding(changes: Partial<Finding> = {}): Finding {
  return {
    policy: 'no-host-namespaces',
    rule: 'host-pid',
    action: 'Deny',
    severity: 'high',
    message: 'the pod sees the processes of its node',
    help: 'remove `hostPID`',
    path: ['spec', 'hostPID'],
    assumed: false,
    existing: false,
    ...changes,
  };
}

export function object(
  findings: readonly Finding[],
  changes: Partial<JudgedObject> = {},
  errors: Decision['errors'] = [],
): JudgedObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    namespace: 'default',
    name: 'debug',
    source: { file: 'debug.yaml', text, index: 0 },
    decision: {
      allowed: findings.every(({ action }) => action !== 'Deny'),
      findings,
      errors,
      evaluated: ['no-host-namespaces'],
      imprecise: false,
    },
    findings: findings.map((each) => ({ finding: each, span })),
    ...changes,
  };
}

export function report(objects: readonly JudgedObject[], changes: Partial<Report> = {}): Report {
  return {
    policies: ['no-host-namespaces', 'resource-limits'],
    objects,
    skipped: { policies: 0, others: 0 },
    diagnostics: [],
    ...changes,
  };
}
