import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { answer } from '../../src/engine/index.ts';
import type { Decision, EvaluationError, Finding } from '../../src/model/index.ts';

function finding(parts: Partial<Finding> = {}): Finding {
  return {
    policy: 'limits',
    rule: 'memory',
    action: 'Deny',
    severity: 'medium',
    message: 'container `web` has no memory limit',
    help: 'set resources.limits.memory',
    path: ['spec', 'containers', 0, 'resources', 'limits', 'memory'],
    assumed: false,
    existing: false,
    ...parts,
  };
}

function decision(findings: readonly Finding[], errors: readonly EvaluationError[] = []): Decision {
  const allowed = !findings.some(({ action }) => action === 'Deny') && !errors.some(({ denies }) => denies);
  return { allowed, findings, errors, evaluated: [], imprecise: false };
}

const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

describe('an answer', () => {
  test('of no findings is empty', () => {
    expect(answer(decision([]))).toEqual({ allowed: true, causes: [], warnings: [], auditAnnotations: {} });
  });

  test('of one denial is one line: what, where, how to mend it', () => {
    const line =
      'limits/memory: container `web` has no memory limit (spec.containers[0].resources.limits.memory); set resources.limits.memory';
    expect(answer(decision([finding()]))).toMatchObject({
      allowed: false,
      message: line,
      causes: [
        { reason: 'FieldValueForbidden', message: line, field: 'spec.containers[0].resources.limits.memory' },
      ],
    });
  });

  test('of several denials names each, with what it said beside them as warnings', () => {
    const both = answer(
      decision([
        finding(),
        finding({ rule: 'cpu', runbook: 'https://wiki.example/x' }),
        finding({ action: 'Warn', policy: 'labels' }),
      ]),
    );
    expect(both.message?.split('\n')).toEqual([
      '2 findings',
      expect.stringMatching(/^- limits\/memory: /),
      expect.stringMatching(/^- limits\/cpu: .*; see https:\/\/wiki\.example\/x$/),
    ]);
    expect(both.causes).toHaveLength(2);
    expect(both.warnings).toEqual([expect.stringMatching(/^labels\/memory: /)]);
  });

  test('names a hundred and counts the rest', () => {
    const many = answer(decision(Array.from({ length: 130 }, (_, index) => finding({ rule: `r${index}` }))));
    expect(many.message?.split('\n')).toHaveLength(102);
    expect(many.message).toMatch(/… and 30 more$/);
    expect(many.causes).toHaveLength(100);
  });

  test.each<[string, Partial<Finding>, string]>([
    [
      'the place where it fits in 120 characters',
      { path: ['spec'] },
      'limits/memory: container `web` has no memory limit (spec); set resources.limits.memory',
    ],
    ['else not', {}, 'limits/memory: container `web` has no memory limit; set resources.limits.memory'],
    [
      'no brackets for the object itself',
      { path: [] },
      'limits/memory: container `web` has no memory limit; set resources.limits.memory',
    ],
    [
      'what was there before',
      { existing: true, path: [] },
      'limits/memory: container `web` has no memory limit, which was there before; set resources.limits.memory',
    ],
  ])('a warning says %s', (_, parts, expected) => {
    expect(answer(decision([finding({ action: 'Warn', ...parts })])).warnings).toEqual([expected]);
  });

  test('an error that denies says so; one that does not is a warning; one of an audit is noted', () => {
    const error = {
      policy: 'p',
      rule: 'r',
      message: 'too deep',
      action: 'Deny',
      denies: true,
      unknown: false,
    } as const;
    const denied = answer(decision([], [error]));
    expect(denied).toMatchObject({
      allowed: false,
      message: 'p/r could not be evaluated: too deep; it fails closed',
      causes: [{ reason: 'InternalError', field: '' }],
      warnings: [],
    });
    const open = answer(decision([], [{ ...error, denies: false }]));
    expect(open).toMatchObject({ allowed: true, warnings: ['p/r could not be evaluated: too deep'] });
    const noted = answer(decision([], [{ ...error, denies: false, action: 'Audit' }]));
    expect(noted).toMatchObject({
      allowed: true,
      warnings: [],
      auditAnnotations: { 'p.r': 'p/r could not be evaluated: too deep' },
    });
  });

  test('audit findings of a rule share an annotation, whose key has at most 63 characters', () => {
    const long = 'a'.repeat(63);
    const noted = answer(
      decision([
        finding({ action: 'Audit' }),
        finding({ action: 'Audit', message: 'another' }),
        finding({ action: 'Audit', policy: long, rule: 'one' }),
        finding({ action: 'Audit', policy: long, rule: 'two' }),
      ]),
    ).auditAnnotations;
    const keys = Object.keys(noted);
    expect(keys).toHaveLength(3);
    expect(noted['limits.memory']?.split('\n')).toHaveLength(2);
    for (const key of keys) expect(key).toMatch(/^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/);
  });

  test('warnings of any text reach the user: single lines without control characters, within the budget', () => {
    const text = fc.string({ unit: 'binary', maxLength: 400 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(text, fc.option(text, { nil: undefined })), { maxLength: 60 }),
        (texts) => {
          const findings = texts.map(([message, help], index) =>
            finding({ action: 'Warn', rule: `r${index}`, message, ...(help === undefined ? {} : { help }) }),
          );
          const { help: _, ...bare } = finding({ action: 'Warn' });
          const { warnings } = answer(decision([...findings, bare]));
          expect(warnings.length).toBeGreaterThan(0);
          for (const warning of warnings) {
            expect(warning).not.toMatch(unprintable);
            expect(warning.length).toBeLessThanOrEqual(256);
          }
          expect(warnings.join('').length).toBeLessThanOrEqual(4096);
          const last = /^… and (\d+) more warnings$/.exec(warnings.at(-1) ?? '');
          if (last !== null) expect(warnings.length - 1 + Number(last[1])).toBe(texts.length + 1);
          else expect(warnings).toHaveLength(texts.length + 1);
        },
      ),
    );
  });

  test.each([
    ['are the same', 'no limit', 3],
    ['are the same once they are cut', 'v'.repeat(300), 60],
  ])('warnings that %s are one, which says how many there are', (_, message, count) => {
    const findings = Array.from({ length: count }, (_unused, index) => {
      const { help: _help, ...bare } = finding({ action: 'Warn' });
      return { ...bare, message, path: ['spec', 'x'.repeat(120), index] };
    });
    const { warnings } = answer(decision([...findings, finding({ action: 'Warn', rule: 'another' })]));
    expect(warnings).toHaveLength(2);
    expect(warnings[0]).toMatch(new RegExp(`^limits/memory: ${message.slice(0, 8)}.* \\(${count} times\\)$`));
    for (const warning of warnings) expect(warning.length).toBeLessThanOrEqual(256);
  });

  test('a denial of any text is free of control characters but for its own line breaks', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'binary', maxLength: 3000 }), { minLength: 1, maxLength: 5 }),
        (messages) => {
          const { message = '' } = answer(
            decision(messages.map((text, index) => finding({ rule: `r${index}`, message: text }))),
          );
          const lines = message.split('\n');
          expect(lines).toHaveLength(messages.length === 1 ? 1 : messages.length + 1);
          for (const line of lines) expect(line).not.toMatch(unprintable);
        },
      ),
    );
  });
});
