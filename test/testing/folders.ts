import { testFolder } from '../../src/testing/folder.ts';
import type { FolderResult } from '../../src/testing/index.ts';

/** A policy that finds ConfigMaps with `data.bad`, but for those in kube-system, and asks who brings `data.who`. */
export const policy = `apiVersion: abatis.dev/v1alpha1
kind: Policy
metadata: {name: no-bad}
spec:
  match:
    kinds: [ConfigMap, Pod/exec, Deployment/scale, apps/Deployment]
    operations: ['*']
  exclude: {namespaces: [kube-system]}
  parameters:
    schema: {type: object, properties: {max: {type: integer, default: 1}, word: {type: string, default: x}}}
  enforcement:
    - action: Warn
    - action: Deny
      from: 2027-01-01T00:00:00Z
    - action: Deny
      namespaceSelector: {matchLabels: {tier: production}}
  rules:
    - name: bad
      forbid: [data.bad]
      message: '{{ request.operation }} of \`{{ request.name }}\` by {{ request.userInfo.username }}'
    - name: count
      expression: "size(dyn(object).?data.orValue({})) <= params.max"
      message: more than {{ params.max }}
    - name: who
      when: "'who' in dyn(object).?data.orValue({})"
      expression: "'admins' in request.userInfo.groups"
    - name: broken
      when: "'broken' in dyn(object).?data.orValue({})"
      expression: dyn(object).data.missing == 'x'
`;

/** The same without what only a request can say. */
export const simple = policy
  .replace(' by {{ request.userInfo.username }}', '')
  .replace(/ {4}- action: Deny\n {6}namespaceSelector.*\n/, '')
  .replace(/ {4}- name: who\n.*\n.*\n/, '');

export const configMap = (data: string, rest = '') =>
  `{apiVersion: v1, kind: ConfigMap, metadata: {name: a${rest}}, data: {${data}}}`;

/** What becomes of the tests of a folder that holds that policy and these files below `test`. */
export function results(files: Readonly<Record<string, string>>, text = policy): FolderResult {
  return testFolder(
    {
      folder: 'p',
      policies: [{ file: 'p/policy.yaml', text }],
      tests: Object.entries(files).map(([name, content]) => ({ file: `p/test/${name}`, text: content })),
    },
    () => true,
  );
}

/** What becomes of one test of a table, given in YAML; nobody has labelled its namespace unless it says so. */
export function tableTest(fields: string): {
  outcome: string;
  problems: readonly string[];
  codes: readonly string[];
} {
  const labels = fields.includes('namespaceLabels') ? '' : '\nnamespaceLabels: {}';
  const text = `tests:\n  - name: it\n${(fields + labels).replace(/^(?=.)/gm, '    ')}\n`;
  const { tests, diagnostics } = results({ 'tests.yaml': text });
  const test = tests.at(0);
  return {
    outcome: test?.outcome ?? 'none',
    problems: test?.problems ?? [],
    codes: [...diagnostics, ...(test?.diagnostics ?? [])].map(({ code }) => code),
  };
}
