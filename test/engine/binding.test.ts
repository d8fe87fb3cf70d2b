import { describe, expect, test } from 'vitest';
import { compile, vocabulary } from '../../src/compile/index.ts';
import { load } from '../../src/load/index.ts';
import type { JsonObject } from '../../src/model/index.ts';
import { judge, programOf, type Request } from './world.ts';

/** A policy about Deployments of too many replicas; more of its spec and its bindings as given. */
function documents(bindings: Readonly<Record<string, string>>, spec = ''): string {
  const policy = `apiVersion: abatis.dev/v1alpha1
kind: Policy
metadata: {name: p}
spec:
  match: {kinds: [Deployment], namespaces: ["*"]}
  parameters:
    schema:
      properties:
        most: {type: integer, default: 3, maximum: 100}
        word: {type: string, default: too many}
${spec}
  rules:
    - name: replicas
      expression: object.spec.replicas <= params.most
      message: "{{ object.spec.replicas }} of {{ params.most }}: {{ params.word }}"`;
  const others = Object.entries(bindings).map(
    ([name, binding]) =>
      `apiVersion: abatis.dev/v1alpha1\nkind: PolicyBinding\nmetadata: {name: ${name}}\nspec: {policy: p, ${binding}}`,
  );
  return [policy, ...others].join('\n---\n');
}

function deployment(replicas: number, labels: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'shop', labels },
    spec: { replicas },
  };
}

function run(bindings: Readonly<Record<string, string>>, request: Request, spec = ''): readonly string[] {
  return judge(programOf(documents(bindings, spec)), request).findings.map(
    ({ action, message, binding, assumed }) =>
      `${action} ${message}${binding === undefined ? '' : ` [${binding}]`}${assumed ? ' ?' : ''}`,
  );
}

describe('a binding', () => {
  test.each<[string, Readonly<Record<string, string>>, Request, readonly string[]]>([
    ['that is not there leaves the policy', {}, { object: deployment(4) }, ['Warn 4 of 3: too many']],
    [
      'sets parameters, the others keep their defaults',
      { b: 'parameters: {most: 2}' },
      { object: deployment(4) },
      ['Warn 4 of 2: too many [b]'],
    ],
    ['may allow more', { b: 'parameters: {most: 5}' }, { object: deployment(4) }, []],
    [
      'sets the enforcement, parameters stay',
      { b: 'enforcement: Deny' },
      { object: deployment(4) },
      ['Deny 4 of 3: too many [b]'],
    ],
    [
      'is for what it selects',
      { b: 'match: {namespaces: [other]}, enforcement: Deny' },
      { object: deployment(4) },
      ['Warn 4 of 3: too many'],
    ],
    [
      'selects by labels of the namespace',
      { b: 'match: {namespaceSelector: {matchLabels: {tier: production}}}, enforcement: Deny' },
      { object: deployment(4), namespaceLabels: { tier: 'production' } },
      ['Deny 4 of 3: too many [b]'],
    ],
    [
      'is taken to select where that is not known',
      { b: 'match: {namespaceSelector: {matchLabels: {tier: production}}}, enforcement: Deny' },
      { object: deployment(4) },
      ['Deny 4 of 3: too many [b] ?'],
    ],
    [
      'leaves alone what it excludes',
      { b: 'exclude: {names: [web]}, enforcement: Deny' },
      { object: deployment(4) },
      ['Warn 4 of 3: too many'],
    ],
    [
      'leaves kinds alone that it excludes',
      { b: 'exclude: {kinds: [Deployment]}, enforcement: Deny' },
      { object: deployment(4) },
      ['Warn 4 of 3: too many'],
    ],
    [
      'of other kinds is not in the way',
      { b: 'match: {kinds: [StatefulSet]}, enforcement: Deny' },
      { object: deployment(4) },
      ['Warn 4 of 3: too many'],
    ],
    [
      'beside others gives one finding a place, the strictest',
      { a: 'parameters: {most: 1}', b: 'parameters: {most: 2}, enforcement: Deny' },
      { object: deployment(4) },
      ['Deny 4 of 2: too many [b]'],
    ],
    [
      'beside one as strict comes by its name',
      { b: 'parameters: {most: 2}', a: 'parameters: {most: 1}' },
      { object: deployment(4) },
      ['Warn 4 of 1: too many [a]'],
    ],
    [
      'that finds nothing does not hide what another finds',
      { a: 'parameters: {most: 9}, enforcement: Deny', b: 'parameters: {most: 2}, enforcement: Audit' },
      { object: deployment(4) },
      ['Audit 4 of 2: too many [b]'],
    ],
  ])('%s', (_, bindings, request, expected) => {
    expect(run(bindings, request)).toEqual(expected);
  });

  test('cannot widen the policy', () => {
    const service = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 's', namespace: 'shop' },
      spec: {},
    };
    const decision = judge(programOf(documents({ b: 'match: {kinds: [Service]}, enforcement: Deny' })), {
      object: service,
    });
    expect(decision).toMatchObject({ allowed: true, evaluated: [] });
  });

  test('judges what was there before by its own parameters', () => {
    const spec = '  enforcement: Deny';
    const request: Request = { operation: 'UPDATE', object: deployment(4), oldObject: deployment(4) };
    expect(run({ b: 'parameters: {most: 2}' }, request, spec)).toEqual(['Warn 4 of 2: too many [b]']);
    const grown: Request = { operation: 'UPDATE', object: deployment(4), oldObject: deployment(2) };
    expect(run({ b: 'parameters: {most: 2}' }, grown, spec)).toEqual(['Deny 4 of 2: too many [b]']);
  });

  test('is waited for where it is required', () => {
    const required = '  bindingRequired: true';
    expect(run({}, { object: deployment(4) }, required)).toEqual([]);
    const other = { b: 'match: {namespaces: [other]}' };
    expect(judge(programOf(documents(other, required)), { object: deployment(4) }).evaluated).toEqual([]);
    expect(run({ b: 'match: {namespaces: [shop]}' }, { object: deployment(4) }, required)).toEqual([
      'Warn 4 of 3: too many [b]',
    ]);
  });

  test('must give what has no default, where it is required', () => {
    const text = (binding: string) => `apiVersion: abatis.dev/v1alpha1
kind: Policy
metadata: {name: p}
spec:
  bindingRequired: true
  parameters: {schema: {properties: {most: {type: integer}}, required: [most]}}
  rules: [{name: r, expression: params.most > 1}]
---
apiVersion: abatis.dev/v1alpha1
kind: PolicyBinding
metadata: {name: b}
spec: {policy: p${binding}}`;
    const missing = '`most` is missing (see `spec.parameters.schema` of policy `p`)';
    expect(diagnosticsOf(text(''))).toEqual([`AB1403 spec: ${missing}`]);
    expect(diagnosticsOf(text(', parameters: {}'))).toEqual([`AB1403 parameters: ${missing}`]);
    expect(diagnosticsOf(text(', parameters: {most: 2}'))).toEqual([]);
  });
});

function diagnosticsOf(text: string): readonly string[] {
  const loaded = load([{ file: 'b.yaml', text }], vocabulary);
  return [...loaded.diagnostics, ...compile(loaded).diagnostics].map(
    ({ code, message, help, span }) =>
      `${code} ${span === undefined ? 'b.yaml' : text.slice(span.start.offset, span.end.offset).split('\n')[0]}: ${message}${help === undefined ? '' : ` (${help})`}`,
  );
}

describe('a binding that does not fit its policy is refused, at its place', () => {
  test.each([
    ['parameters: {mots: 2}', 'AB1403 mots: policy `p` has no parameter `mots` (did you mean `most`?)'],
    ['parameters: {zebra: 2}', 'AB1403 zebra: policy `p` has no parameter `zebra` (it has `most`, `word`)'],
    [
      'parameters: {most: many}',
      'AB1403 many: `most` must be integer (see `spec.parameters.schema` of policy `p`)',
    ],
    [
      'parameters: {most: 101}',
      'AB1403 101: `most` must be <= 100 (see `spec.parameters.schema` of policy `p`)',
    ],
    ['match: {kinds: [pod]}', /^AB1201 pod: /],
    ['match: {namespaces: ["!a"]}', /^AB1205 !: /],
    ['match: {conditions: []}', /^AB1107 conditions: /],
    ['enforcement: [{action: Deny, from: soon}]', /^AB1309 soon: /],
  ])('%s', (binding, expected) => {
    const found = diagnosticsOf(documents({ b: binding }));
    expect(found).toHaveLength(1);
    if (typeof expected === 'string') expect(found).toEqual([expected]);
    else expect(found[0]).toMatch(expected);
  });

  test('a policy without parameters takes none', () => {
    const text = `apiVersion: abatis.dev/v1alpha1
kind: Policy
metadata: {name: p}
spec: {rules: [{name: r, require: spec}]}
---
apiVersion: abatis.dev/v1alpha1
kind: PolicyBinding
metadata: {name: b}
spec: {policy: p, parameters: {most: 2}}`;
    expect(diagnosticsOf(text)).toEqual(['AB1403 parameters: policy `p` has no parameters']);
  });
});
