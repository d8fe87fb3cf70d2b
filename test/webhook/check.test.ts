import { describe, expect, test } from 'vitest';
import { configMap, goodConfigMap, ownerPolicy, policy, programOf, review, webhook } from './server.ts';

describe('POST /check', () => {
  test('answers the decision about an object as if it were created', async () => {
    const response = await webhook().post('/check', configMap);
    expect(response.statusCode).toBe(200);
    expect(response.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(response.json()).toEqual({
      allowed: false,
      message: expect.stringContaining('owner/label'),
      findings: [
        {
          policy: 'owner',
          rule: 'label',
          action: 'Deny',
          severity: 'medium',
          message: '`settings` has no owner',
          help: 'set the label owner',
          path: 'metadata.labels.owner',
          assumed: false,
          existing: false,
        },
        expect.objectContaining({ policy: 'team', action: 'Warn', path: 'metadata.labels.team' }),
        expect.objectContaining({ policy: 'note', action: 'Audit' }),
      ],
      errors: [],
      evaluated: ['note', 'owner', 'team'],
      warnings: [expect.stringContaining('team/label: no team')],
    });
  });

  test('answers nothing but consent about a good object', async () => {
    const response = await webhook().post('/check', goodConfigMap);
    expect(response.json()).toEqual({
      allowed: true,
      findings: [],
      errors: [],
      evaluated: ['note', 'owner', 'team'],
      warnings: [],
    });
    expect(response.headers['warning']).toBeUndefined();
  });

  test.each([
    ['the old object alone', { oldObject: configMap }, 'DELETE'],
    ['a new object of null', { object: null, oldObject: configMap }, 'DELETE'],
    ['both', { object: configMap, oldObject: goodConfigMap }, 'UPDATE'],
    ['the new object alone', { object: configMap }, 'CREATE'],
  ])('takes %s for what it is', async (_what, request, operation) => {
    const program = programOf(
      policy('operation', {
        match: { operations: ['*'] },
        rules: [
          { name: 'r', check: { name: 'expression', value: 'false' }, message: '{{ request.operation }}' },
        ],
      }),
    );
    const response = await webhook({ current: () => program }).post('/check', { request });
    expect(response.json().findings).toMatchObject([{ message: operation }]);
  });

  test('takes an AdmissionReview, too, of any version', async () => {
    const body = { ...review(configMap), apiVersion: 'admission.k8s.io/v1beta1' };
    expect((await webhook().post('/check', body)).json().allowed).toBe(false);
  });

  test.each([
    ['operation', 'kind', { request: { object: configMap } }],
    [
      'operation, for there is an old object',
      'kind',
      { request: { object: configMap, oldObject: goodConfigMap } },
    ],
  ])('needs of a request nothing but the object, no %s and no %s', async (_a, _b, body) => {
    expect((await webhook().post('/check', body)).json()).toMatchObject({ allowed: false });
  });

  test('a request without a user is judged as one of nobody in particular', async () => {
    const program = programOf(
      policy('jane', { ...ownerPolicy.spec, match: { subjects: [{ kind: 'User', name: 'jane' }] } }),
    );
    const { post } = webhook({ current: () => program });
    const { findings } = (await post('/check', configMap)).json();
    expect(findings).toMatchObject([{ policy: 'jane', assumed: true }]);
    const other = { request: { object: configMap, userInfo: { username: 'john' } } };
    expect((await post('/check', other)).json().findings).toEqual([]);
  });

  test.each([
    ['null', null],
    ['a list', [configMap]],
    ['an object without kind', { apiVersion: 'v1', metadata: { name: 'x' } }],
    ['an object without apiVersion', { kind: 'Pod', metadata: { name: 'x' } }],
    ['a policy', { apiVersion: 'abatis.dev/v1alpha1', kind: 'Policy', metadata: { name: 'x' } }],
  ])('gets an error for %s', async (_what, body) => {
    const response = await webhook().post('/check', body);
    expect(response.statusCode).toBe(400);
    expect(response.json()).toMatchObject({ reason: 'NotAnObject', help: expect.stringMatching(/./) });
  });

  test('a bug is a Status, not silence', async () => {
    const program = {
      ...programOf(),
      candidates: () => {
        throw new Error('bug');
      },
    };
    const response = await webhook({ current: () => program }).post('/check', configMap);
    expect(response.statusCode).toBe(500);
    expect(response.json()).toMatchObject({ kind: 'Status', reason: 'InternalError' });
  });
});

describe('its Warning headers', () => {
  const warning = async (message: string) => {
    const program = programOf(
      policy('odd', {
        enforcement: [{ action: 'Warn' }],
        rules: [{ name: 'rule', check: { name: 'require', value: ['metadata.never'] }, message }],
      }),
    );
    const response = await webhook({ current: () => program }).post('/check', configMap);
    expect(response.statusCode).toBe(200);
    const header = response.headers['warning'];
    return Buffer.from(String(header), 'latin1').toString('utf8');
  };

  test.each([
    ['plain text', 'no owner', '299 - "odd/rule: no owner (metadata.never)"'],
    ['quotes and backslashes', 'say "x\\y"', '299 - "odd/rule: say \\"x\\\\y\\" (metadata.never)"'],
    [
      'text beyond Latin-1',
      'größer als 4 GiB → 🪵',
      '299 - "odd/rule: größer als 4 GiB → 🪵 (metadata.never)"',
    ],
  ])('carry %s, in UTF-8 as the API server writes them', async (_what, message, expected) => {
    expect(await warning(message)).toBe(expected);
  });

  test.each(['\r\nx-evil: 1', '\u0000\u001b\u007f\u0085', '\ud800', '\u2028'])(
    'are well-formed for any text: %j',
    async (message) => {
      expect(await warning(`a${message}b`)).toMatch(/^299 - "odd\/rule: a[^\p{Cc}]*b[^\p{Cc}]*"$/u);
    },
  );
});
