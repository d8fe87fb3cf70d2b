import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { evaluate } from '../../src/engine/index.ts';
import { type Action, actions, type EvaluationError, type JsonObject } from '../../src/model/index.ts';
import { inputOf, programOf } from './world.ts';

const now = Date.parse('2026-11-21T12:00:00Z');
const page = readFileSync(resolve(import.meta.dirname, '../../docs/precedence.md'), 'utf8');

interface Row {
  readonly policy: string;
  readonly binding: string;
  readonly exception: string;
  readonly override: string;
  readonly before: string;
}

/** The rows of the page's table, each a list of its cells. */
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .slice(2)
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

/** `Warn, Deny from 2027-03-01` as a ramp in YAML. */
function ramp(text: string): string {
  const entries = text.split(', ').map((entry) => {
    const [action, from] = entry.split(' from ');
    return `{action: ${action}${from === undefined ? '' : `, from: ${from}T00:00:00Z`}}`;
  });
  return `[${entries.join(', ')}]`;
}

function documents(row: Row, check: string, failurePolicy: string): string {
  const { policy, binding, exception, before } = row;
  const parts = [
    `apiVersion: abatis.dev/v1alpha1
kind: Policy
metadata: {name: p}
spec:
  enforcement: ${ramp(policy)}
  failurePolicy: ${failurePolicy}
  existingViolations: ${before === 'yes, Deny' ? 'Deny' : 'Warn'}
  override: {subjects: [{kind: User, name: ada}]}
  rules: [{name: r, ${check}}]`,
  ];
  if (binding !== '—') {
    parts.push(`apiVersion: abatis.dev/v1alpha1
kind: PolicyBinding
metadata: {name: b}
spec: {policy: p, enforcement: ${ramp(binding)}}`);
  }
  if (exception !== '—') {
    const isExpired = exception === 'expired';
    parts.push(`apiVersion: abatis.dev/v1alpha1
kind: PolicyException
metadata: {name: e, namespace: shop}
spec:
  policies: [p]
  reason: why
  expires: ${isExpired ? '2026-01-01' : '2028-01-01'}T00:00:00Z
  action: ${isExpired ? 'Audit' : exception}`);
  }
  return parts.join('\n---\n');
}

/** An update, of an object that has the fault and may have had it before. */
function decide(row: Row, check: string, failurePolicy: string) {
  const object = (data: JsonObject, reason?: string): JsonObject => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: 'c',
      namespace: 'shop',
      ...(reason !== undefined && { annotations: { 'override.abatis.dev/p': reason } }),
    },
    data,
  });
  const input = inputOf({
    operation: 'UPDATE',
    object: object({ bad: 'yes' }, row.override === '—' ? undefined : 'reason'),
    oldObject: object(row.before === '—' ? {} : { bad: 'yes' }),
    user: { username: row.override === 'refused' ? 'bob' : 'ada', groups: [] },
  });
  return evaluate(programOf(documents(row, check, failurePolicy)), input, now);
}

function findingOf(row: Row): string {
  const found = decide(row, 'forbid: data.bad', 'Fail').findings.find(({ rule }) => rule === 'r');
  if (found === undefined) return 'none';
  const { action, deniesFrom } = found;
  return `${action}${deniesFrom === undefined ? '' : `, denied from ${deniesFrom.slice(0, 10)}`}`;
}

function errorOf(row: Row, failurePolicy: string): string {
  const { errors, allowed } = decide(row, "expression: object.data.missing == 'x'", failurePolicy);
  const [error] = errors;
  if (error === undefined) return 'none';
  if (row.override !== 'refused') expect(allowed).toBe(!error.denies);
  return weight(error);
}

const weight = ({ denies, action }: EvaluationError): string =>
  denies ? 'denies' : action === 'Audit' ? 'noted' : 'warns';

function toRow([
  policy = '',
  binding = '',
  exception = '',
  override = '',
  before = '',
]: readonly string[]): Row {
  return { policy, binding, exception, override, before };
}

describe('the table of precedence holds', () => {
  test('and has rows', () => expect(rows.length).toBeGreaterThan(40));

  test.each(rows.map((cells) => [cells.slice(0, 5).join(' | '), cells] as const))('%s', (_, cells) => {
    const row = toRow(cells);
    expect([findingOf(row), errorOf(row, 'Fail'), errorOf(row, 'Ignore')]).toEqual(cells.slice(5));
  });
});

/** The order of precedence once more, in its shortest form. */
function expected({ policy, binding, exception, override, before }: Row): readonly [Action, string, string] {
  const rank = (action: Action): number => actions.indexOf(action);
  const entries = (binding === '—' ? policy : binding).split(', ').map((entry) => entry.split(' from '));
  let action: Action = 'Audit';
  for (const [name, from] of entries) {
    if (from === '2027-03-01') continue;
    if (rank(name as Action) > rank(action)) action = name as Action;
  }
  if (exception === 'Audit') action = 'Audit';
  if (exception === 'Warn' && action === 'Deny') action = 'Warn';
  if (override === 'valid') action = action === 'Deny' ? 'Warn' : 'Audit';
  const error = action === 'Deny' ? 'denies' : action === 'Warn' ? 'warns' : 'noted';
  const lenient = action === 'Audit' ? 'noted' : 'warns';
  return [action === 'Deny' && before === 'yes' ? 'Warn' : action, error, lenient];
}

const choices = {
  policy: ['Audit', 'Warn', 'Deny', 'Warn, Deny from 2027-03-01', 'Warn, Deny from 2026-01-01'],
  binding: ['—', 'Audit', 'Warn', 'Deny', 'Audit, Deny from 2027-03-01'],
  exception: ['—', 'Audit', 'Warn', 'expired'],
  override: ['—', 'valid', 'refused'],
  before: ['—', 'yes', 'yes, Deny'],
};

const combinations = choices.policy.flatMap((policy) =>
  choices.binding.flatMap((binding) =>
    choices.exception.flatMap((exception) =>
      choices.override.flatMap((override) =>
        choices.before.map((before): Row => ({ policy, binding, exception, override, before })),
      ),
    ),
  ),
);

describe('the order of precedence holds for every combination', () => {
  test.each(choices.policy)('of a policy that says %s', (policy) => {
    const ofPolicy = combinations.filter((row) => row.policy === policy);
    expect(ofPolicy).toHaveLength(180);
    const shown = (row: Row, answers: readonly string[]) => `${Object.values(row).join(' | ')}: ${answers}`;
    expect(
      ofPolicy.map((row) =>
        shown(row, [findingOf(row).split(',')[0] ?? '', errorOf(row, 'Fail'), errorOf(row, 'Ignore')]),
      ),
    ).toEqual(ofPolicy.map((row) => shown(row, expected(row))));
  });
});
