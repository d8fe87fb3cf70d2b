import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../../src/model/index.ts';
import { policy, programOf, review, webhook } from './server.ts';

/** Whatever anybody does. */
const nothingGoes = programOf(
  policy('nothing-goes', {
    match: { kinds: ['*'], operations: ['*'] },
    rules: [{ name: 'no', check: { name: 'expression', value: 'false' }, message: 'nothing goes' }],
  }),
);
const nothing = programOf();
const document = { apiVersion: 'abatis.dev/v1alpha1', kind: 'Policy', metadata: { name: 'p' }, spec: {} };
const definition = { kind: 'CustomResourceDefinition', metadata: { name: 'policies.abatis.dev' } };
const resources = {
  Policy: { group: 'abatis.dev', version: 'v1alpha1', resource: 'policies' },
  CustomResourceDefinition: {
    group: 'apiextensions.k8s.io',
    version: 'v1',
    resource: 'customresourcedefinitions',
  },
};
type Stored = { readonly kind: string; readonly metadata: { readonly name: string } };

async function answer(
  object: Stored,
  operation: 'CREATE' | 'DELETE',
  diagnostics: readonly Diagnostic[] | undefined,
  program = nothing,
) {
  const resource = resources[object.kind as keyof typeof resources];
  const request = {
    kind: { group: resource.group, version: resource.version, kind: object.kind },
    resource,
    operation,
    namespace: '',
    ...(operation === 'DELETE' && { object: null, oldObject: object }),
  };
  const app = webhook({ current: () => program, reviewDocument: () => diagnostics });
  return (await app.post('/validate', review(object, request))).json().response;
}

const error: Diagnostic = {
  code: 'AB1305',
  severity: 'error',
  message: 'there is no variable `tru`',
  help: 'did you mean\n`true`?',
  path: ['spec', 'rules', 0, 'expression'],
};

describe('a document of ours that is stored', () => {
  it('is refused when it is at fault, a cause and a line for each fault', async () => {
    const line = 'AB1305: there is no variable `tru` (spec.rules[0].expression); did you mean `true`?';
    const one = await answer(document, 'CREATE', [error]);
    expect(one).toMatchObject({
      allowed: false,
      status: {
        code: 403,
        message: line,
        details: {
          causes: [{ reason: 'FieldValueInvalid', message: line, field: 'spec.rules[0].expression' }],
        },
      },
    });
    const two = await answer(document, 'CREATE', [error, error]);
    expect(two.status.message).toBe(`the document is not accepted\n- ${line}\n- ${line}`);
  });

  it('is let in with a warning where it may yet be right', async () => {
    const { allowed, warnings } = await answer(document, 'CREATE', [{ ...error, severity: 'warning' }]);
    expect({ allowed, warnings }).toEqual({ allowed: true, warnings: [expect.stringMatching(/^AB1305: /)] });
  });

  it('is judged by policies as anything else is, in the same answer', async () => {
    const { status } = await answer(document, 'CREATE', [error], nothingGoes);
    expect(status.message).toContain('AB1305');
    expect(status.message).toContain('nothing goes');
  });

  it.each<[string, Stored, boolean]>([
    ['it', document, true],
    ['the definition of its kind', definition, true],
    ['other definitions', { ...definition, metadata: { name: 'widgets.notabatis.dev' } }, false],
  ])('can be taken away whatever policies say: %s', async (_, object, allowed) => {
    expect((await answer(object, 'DELETE', undefined, nothingGoes)).allowed).toBe(allowed);
  });

  it('counts its faults', async () => {
    const faults = Array.from({ length: 60 }, () => error);
    const { status } = await answer(document, 'CREATE', faults);
    expect(status.details.causes).toHaveLength(50);
    expect(status.message).toMatch(/\n- … and 10 more$/);
  });
});
