import { describe, expect, test } from 'vitest';
import { answer } from '../../src/engine/index.ts';
import type { JsonObject } from '../../src/model/index.ts';
import { judge, policyText, programOf, type Request } from './world.ts';

const annotation = 'override.abatis.dev/p';
const admin = { username: 'ada', groups: ['platform-admins'] };
const user = { username: 'bob', groups: ['devs'] };
const controller = { username: 'system:kube-controller-manager', groups: [] };

function pod(reason?: unknown, metadata: JsonObject = {}): JsonObject {
  const annotations = reason === undefined ? {} : { [annotation]: reason };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', namespace: 'shop', annotations, ...metadata },
    spec: {},
  };
}

function deployment(reason?: string): JsonObject {
  const { metadata, spec } = pod(reason) as { metadata: JsonObject; spec: JsonObject };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'shop' },
    spec: { template: { metadata: { annotations: metadata['annotations'] }, spec } },
  };
}

const entitled = '{subjects: [{kind: Group, name: platform-admins}]}';

function run(
  request: Request,
  { override = entitled, enforcement = 'Deny', more = '' } = {},
): readonly string[] {
  const spec = `  target: pod\n  enforcement: ${enforcement}\n  override: ${override}\n${more}  rules: [{name: r, forbid: $.spec, message: bad}]`;
  const { findings } = judge(programOf(policyText(spec)), request);
  return findings.map(
    ({ action, rule, message, overridden, assumed }) =>
      `${action} ${rule}: ${message}${overridden === undefined ? '' : ` [${overridden.by ?? ''}: ${overridden.reason}]`}${assumed ? ' ?' : ''}`,
  );
}

describe('an override', () => {
  test.each<[string, Request, readonly string[]]>([
    ['nobody brings changes nothing', { object: pod(), user: admin }, ['Deny r: bad']],
    [
      'by who may makes a warning of a denial',
      { object: pod('why'), user: admin },
      ['Warn r: bad [ada: why]'],
    ],
    [
      'by who may not is a finding itself',
      { object: pod('why'), user },
      ['Deny override: `bob` may not override this policy', 'Deny r: bad'],
    ],
    [
      'without a reason is a finding',
      { object: pod(' '), user: admin },
      ['Deny override: an override needs a reason', 'Deny r: bad'],
    ],
    [
      'that is no text is a finding',
      { object: pod(true), user: admin },
      ['Deny override: an override needs a reason', 'Deny r: bad'],
    ],
    [
      'that was there stays valid when others update the object',
      { operation: 'UPDATE', object: pod('why'), oldObject: pod('why'), user },
      ['Warn r: bad [: why]'],
    ],
    [
      'that is changed must be by who may',
      { operation: 'UPDATE', object: pod('why not'), oldObject: pod('why'), user },
      ['Deny override: `bob` may not override this policy', 'Warn r: bad'],
    ],
    [
      'that is added must be by who may, though the object is old',
      { operation: 'UPDATE', object: pod('why'), oldObject: pod(), user },
      ['Deny override: `bob` may not override this policy', 'Warn r: bad'],
    ],
    ['in CI counts, assumed', { object: pod('why') }, ['Warn r: bad [: why] ?']],
    ['reaches from a template', { object: deployment('why'), user: admin }, ['Warn r: bad [ada: why]']],
    [
      'on what a controller makes is honoured as it stands, its warning only noted',
      { object: pod('why', { ownerReferences: [{ controller: true }] }), user: controller },
      ['Audit r: bad [: why]'],
    ],
    [
      'is not honoured for who only claims to be owned',
      { object: pod('why', { ownerReferences: [{ controller: true }] }), user },
      ['Deny override: `bob` may not override this policy', 'Deny r: bad'],
    ],
  ])('%s', (_, request, expected) => {
    expect(run(request)).toEqual(expected);
  });

  test("without subjects is anybody's", () => {
    expect(run({ object: pod('why'), user }, { override: '{}' })).toEqual(['Warn r: bad [bob: why]']);
    expect(run({ object: pod('why') }, { override: '{}' })).toEqual(['Warn r: bad [: why]']);
  });

  test.each([
    ['Deny', 'Warn'],
    ['Warn', 'Audit'],
    ['Audit', 'Audit'],
    ['[{action: Warn}, {action: Deny, from: 2100-01-01T00:00:00Z}]', 'Audit'],
  ])('lowers %s to %s', (enforcement, lowered) => {
    expect(run({ object: pod('why'), user: admin }, { enforcement })).toEqual([
      `${lowered} r: bad [ada: why]`,
    ]);
  });

  test('counts on the deletion of the object that has it', () => {
    const request: Request = { operation: 'DELETE', oldObject: pod('why'), user };
    expect(run(request, { more: '  match: {operations: [DELETE]}\n' })).toEqual(['Warn r: bad [: why]']);
  });

  test('of another policy, or of one that has none, changes nothing', () => {
    expect(
      run({ object: pod(undefined, { annotations: { 'override.abatis.dev/q': 'why' } }), user: admin }),
    ).toEqual(['Deny r: bad']);
    const plain = programOf(policyText('  enforcement: Deny\n  rules: [{name: r, forbid: $.spec}]'));
    expect(judge(plain, { object: pod('why'), user: admin }).allowed).toBe(false);
  });

  test('lowers an error as it would the finding', () => {
    const program = programOf(
      policyText(
        '  enforcement: Deny\n  override: {}\n  rules: [{name: r, expression: object.nothing == 1}]',
      ),
    );
    expect(judge(program, { object: pod(), user }).allowed).toBe(false);
    expect(judge(program, { object: pod('why'), user })).toMatchObject({
      allowed: true,
      errors: [{ action: 'Warn' }],
    });
  });

  test('is told with its reason, on one line', () => {
    const program = programOf(
      policyText('  enforcement: Deny\n  override: {}\n  rules: [{name: r, forbid: $.spec, message: bad}]'),
    );
    const decision = judge(program, { object: pod('two\nlines'), user });
    expect(answer(decision).warnings).toEqual(['p/r: bad, overridden by `bob`: two lines (spec)']);
  });
});

describe('a denial says how it may be overridden', () => {
  const policy = (more: string) =>
    programOf(
      policyText(
        `  match: {kinds: [Pod]}\n${more}  rules: [{name: a, expression: 'false', message: bad}, {name: b, expression: 'false', message: bad, help: do better}]`,
      ),
    );
  const advice = (more: string, request: Request) =>
    judge(policy(more), request).findings.map(({ rule, overridable }) => [rule, overridable]);
  const how = 'if it must be, give the reason in the annotation `override.abatis.dev/p`';

  test.each<[string, string, Request, readonly unknown[]]>([
    [
      'with who may',
      `  enforcement: Deny\n  override: ${entitled}\n`,
      { object: pod(), user },
      [
        ['a', `${how} (Group \`platform-admins\` may)`],
        ['b', `${how} (Group \`platform-admins\` may)`],
      ],
    ],
    [
      'where everybody may, by that alone',
      '  enforcement: Deny\n  override: {}\n',
      { object: pod() },
      [
        ['a', how],
        ['b', how],
      ],
    ],
    [
      'not where the policy takes none',
      '  enforcement: Deny\n',
      { object: pod(), user },
      [
        ['a', undefined],
        ['b', undefined],
      ],
    ],
    [
      'not where somebody has tried',
      `  enforcement: Deny\n  override: ${entitled}\n`,
      { object: pod('why'), user },
      [
        ['a', undefined],
        ['b', undefined],
        ['override', undefined],
      ],
    ],
    [
      'not of warnings',
      '  enforcement: Warn\n  override: {}\n',
      { object: pod(), user },
      [
        ['a', undefined],
        ['b', undefined],
      ],
    ],
  ])('%s', (_, more, request, expected) => {
    expect(advice(more, request)).toEqual(expected);
  });

  test('not of a CONNECT, whose options have no annotations', () => {
    const exec = programOf(
      policyText(
        "  match: {kinds: [Pod/exec], operations: [CONNECT]}\n  enforcement: Deny\n  override: {}\n  rules: [{name: a, expression: 'false', message: bad}]",
      ),
    );
    const { findings } = judge(exec, {
      operation: 'CONNECT',
      object: { apiVersion: 'v1', kind: 'PodExecOptions' },
      resourceKind: { group: '', kind: 'Pod' },
      subresource: 'exec',
      name: 'web',
      user,
    });
    expect(findings).toMatchObject([{ action: 'Deny', rule: 'a' }]);
    expect(findings[0]).not.toHaveProperty('overridable');
  });

  test('in its message, once for each policy', () => {
    const decision = judge(policy('  enforcement: Deny\n  override: {}\n'), { object: pod(), user });
    expect(answer(decision).message?.split('\n')).toEqual([
      '2 findings',
      `- p/a: bad; ${how}`,
      '- p/b: bad; do better',
    ]);
  });
});
