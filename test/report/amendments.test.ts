import { expect, test } from 'vitest';
import type { FieldChange, Mutated, MutationResult } from '../../src/model/index.ts';
import { reporters } from '../../src/report/index.ts';
import { finding, object, report } from './reports.ts';

const changes: readonly FieldChange[] = [
  { op: 'add', path: ['spec', 'tty'], value: { a: 1n }, before: undefined },
  { op: 'replace', path: ['metadata', 'labels', 'a/b'], value: 'new\u001b[2J', before: 'old' },
  { op: 'remove', path: ['spec', 'x'], value: undefined, before: ['y'] },
];

function mutation(applied: readonly Mutated[], reported: readonly Mutated[] = []): MutationResult {
  const patch = applied.length === 0 ? [] : [{ op: 'remove' as const, path: '/spec/x' }];
  return {
    object: {},
    patch,
    applied,
    reported,
    errors: [],
    allowed: true,
    evaluated: ['p'],
    imprecise: false,
  };
}

function render(name: string, what: MutationResult, quiet = false): string {
  const reporter = reporters.find((each) => each.name === name);
  return reporter?.render(report([object([], { mutation: what })]), { colour: false, quiet }) ?? '';
}

test('people see each change with what was there, and who made it', () => {
  const lines = render('pretty', mutation([{ policy: 'p', mutation: 'm', changes, assumed: false }])).split(
    '\n',
  );
  expect(lines.slice(2, 7)).toEqual([
    '  amend p/m',
    '        + spec.tty: {"a":1}',
    '        - metadata.labels["a/b"]: old',
    '        + metadata.labels["a/b"]: new\\u001b[2J',
    '        - spec.x: ["y"]',
  ]);
  expect(lines.at(-2)).toBe('1 object judged by 2 policies, 1 amended; nothing found');
});

test('people see what is only noted, and why', () => {
  const noted: Mutated = { policy: 'p', mutation: 'm', changes, assumed: true };
  const off: Mutated = { ...noted, assumed: false, overridden: { reason: 'knows better' } };
  const text = render('pretty', mutation([], [noted, off]));
  expect(text).toContain('  audit p/m (only noted, assumed, for want of what only the cluster knows)\n');
  expect(text).toContain('  audit p/m (switched off, overridden: knows better)\n');
});

test('people who want findings only see none of it', () => {
  expect(render('pretty', mutation([{ policy: 'p', mutation: 'm', changes, assumed: false }]), true)).toBe(
    '',
  );
});

test('of very many changes the first are shown', () => {
  const many = Array.from(
    { length: 500 },
    (_x, index) => ({ ...changes[0], path: ['spec', index] }) as FieldChange,
  );
  const text = render('pretty', mutation([{ policy: 'p', mutation: 'm', changes: many, assumed: false }]));
  expect(text).toContain('        … and 480 more changes\n');
});

test('programs get the patch of the object, and the patches of those who made it', () => {
  const what = mutation([{ policy: 'p', mutation: 'm', changes: changes.slice(0, 1), assumed: false }]);
  expect(JSON.parse(render('json', what)).mutations).toEqual([
    {
      object: { apiVersion: 'v1', kind: 'Pod', namespace: 'default', name: 'debug' },
      file: 'debug.yaml',
      patch: [{ op: 'remove', path: '/spec/x' }],
      applied: [
        {
          policy: 'p',
          mutation: 'm',
          assumed: false,
          patch: [{ op: 'add', path: '/spec/tty', value: { a: 1 } }],
        },
      ],
      reported: [],
    },
  ]);
});

test('findings come after what was changed', () => {
  const what = mutation([{ policy: 'p', mutation: 'm', changes: changes.slice(0, 1), assumed: false }]);
  const pretty = reporters.find(({ name }) => name === 'pretty');
  const text = pretty?.render(report([object([finding()], { mutation: what })]), {
    colour: false,
    quiet: false,
  });
  expect(text?.split('\n').slice(2, 6)).toEqual([
    '  amend p/m',
    '        + spec.tty: {"a":1}',
    '',
    '  deny  the pod sees the processes of its node',
  ]);
});
