import { describe, expect, it } from 'vitest';
import {
  type Compiled,
  type CompileOptions,
  compile,
  type Program,
  vocabulary,
} from '../../src/compile/index.ts';
import { load } from '../../src/load/index.ts';

const policy = (name: string, spec: object = {}): object => ({
  apiVersion: 'abatis.dev/v1alpha1',
  kind: 'Policy',
  metadata: { name },
  spec: {
    match: { kinds: ['ConfigMap'] },
    parameters: { schema: { type: 'object', properties: { most: { type: 'integer', default: 3 } } } },
    rules: [{ name: 'r', expression: 'size(object.data) <= params.most' }],
    ...spec,
  },
});
const binding = (most: unknown): object => ({
  apiVersion: 'abatis.dev/v1alpha1',
  kind: 'PolicyBinding',
  metadata: { name: 'b' },
  spec: { policy: 'a', match: { namespaces: ['shop'] }, parameters: { most } },
});
const exception = {
  apiVersion: 'abatis.dev/v1alpha1',
  kind: 'PolicyException',
  metadata: { name: 'e', namespace: 'shop' },
  spec: { policies: ['a'], match: {}, reason: 'it is old' },
};

function compiled(documents: readonly object[], options: CompileOptions = {}): Compiled {
  const sources = documents.map((document, index) => ({
    file: `${index}.yaml`,
    text: JSON.stringify(document),
  }));
  return compile(load(sources, vocabulary), options);
}

function program(documents: readonly object[], options?: CompileOptions): Program {
  const result = compiled(documents, options);
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics));
  return result.program;
}

const policyOf = (from: Program, name: string) => from.policies.find((each) => each.name === name);

describe('what has not changed is taken over from the former program', () => {
  const former = program([policy('a'), policy('b')]);

  it.each<readonly [string, boolean, readonly object[], CompileOptions]>([
    ['the same policy', true, [policy('a')], {}],
    ['the same policy beside others, in another file', true, [policy('c'), policy('a')], {}],
    ['another rule', false, [policy('a', { rules: [{ name: 'r', expression: 'true' }] })], {}],
    ['another name', false, [policy('c')], {}],
    ['a binding', false, [policy('a'), binding(5)], {}],
    ['an exception, which is apart from the policy', true, [policy('a'), exception], {}],
    [
      'other kinds',
      false,
      [policy('a')],
      { kinds: [{ group: 'x.dev', kind: 'X', resource: 'xs', scope: 'Cluster' }] as never },
    ],
    ['another version of Kubernetes', false, [policy('a')], { kubernetes: '1.30' }],
  ])('%s: %s', (_what, isSame, documents, options) => {
    const next = program(documents, { ...options, former });
    const names = next.policies.map(({ name }) => name);
    const name = names.includes('a') ? 'a' : 'c';
    expect(policyOf(next, name) === policyOf(former, 'a')).toBe(isSame);
  });

  it('is taken over again and again', () => {
    const second = program([policy('a')], { former });
    const third = program([policy('a'), policy('b')], { former: second });
    expect(policyOf(third, 'a')).toBe(policyOf(former, 'a'));
    // The second one had none.
    expect(policyOf(third, 'b')).not.toBe(policyOf(former, 'b'));
  });

  it('tells numbers apart that JSON does not', () => {
    const schema = (limit: string) =>
      compile(
        load(
          [
            {
              file: 'a.yaml',
              text: JSON.stringify(
                policy('a', { rules: [{ name: 'r', schema: { maximum: 'LIMIT' } }] }),
              ).replace('"LIMIT"', limit),
            },
          ],
          vocabulary,
        ),
        last === undefined ? {} : { former: last },
      );
    let last: Program | undefined;
    const seen = [
      '9007199254740993',
      '9007199254740992.0',
      '{"value":9007199254740992}',
      '"integer 9007199254740993"',
      '"\\u0000integer 9007199254740993"',
    ].map((limit) => {
      const result = schema(limit);
      if (result.ok) last = result.program;
      return result.ok ? policyOf(result.program, 'a') : result.diagnostics.length;
    });
    expect(new Set(seen).size).toBe(3);
  });
});

describe('what is said about documents is said again', () => {
  const warned = policy('a', { match: { kinds: ['example.dev/Unknown'] } });

  it('of a policy, at its place in the file that it is in now', () => {
    const first = compiled([warned]);
    if (!first.ok) throw new Error('refused');
    const again = compiled([policy('b'), warned], { former: first.program });
    expect(first.diagnostics.map(({ code, file }) => [code, file])).toEqual([['AB1202', '0.yaml']]);
    expect(again.diagnostics.map(({ code, file }) => [code, file])).toEqual([['AB1202', '1.yaml']]);
  });

  it('of a binding', () => {
    const former = program([policy('a')]);
    const first = compiled([policy('a'), binding('many')], { former });
    const again = compiled([binding('many'), policy('a')], { former });
    expect([first.ok, again.ok]).toEqual([false, false]);
    expect(first.diagnostics.map(({ file }) => file)).toEqual(['1.yaml']);
    expect(again.diagnostics.map(({ file }) => file)).toEqual(['0.yaml']);
  });
});
