import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { globSync } from 'tinyglobby';
import { describe, expect, it } from 'vitest';
import { compile, type Program, vocabulary } from '../../src/compile/index.ts';
import { evaluate } from '../../src/engine/index.ts';
import { Double } from '../../src/json/index.ts';
import { load } from '../../src/load/index.ts';
import type { AdmissionInput, JsonObject } from '../../src/model/index.ts';

const now = Date.UTC(2026, 10, 21);

function programOf(sources: readonly { readonly file: string; readonly text: string }[]): Program {
  const compiled = compile(load(sources, vocabulary));
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.diagnostics));
  return compiled.program;
}

/** The same program, of which every rule goes through its items. */
function unscreened(program: Program): Program {
  const bare = new Map(
    program.policies.map((policy) => [
      policy,
      { ...policy, isScreened: false, rules: policy.rules.map(({ screen: _, ...rule }) => rule) },
    ]),
  );
  return {
    ...program,
    candidates: (input) =>
      program.candidates(input).map(({ group: _, ...candidate }) => ({
        ...candidate,
        policy: bare.get(candidate.policy) ?? candidate.policy,
      })),
  };
}

function created(object: JsonObject): AdmissionInput {
  return {
    operation: 'CREATE',
    kind: { group: '', version: 'v1', kind: 'Pod' },
    resource: { group: '', version: 'v1', resource: 'pods' },
    subresource: '',
    name: 'web',
    namespace: 'shop',
    namespaced: true,
    object,
    oldObject: null,
    userInfo: { username: 'alice', groups: [] },
    namespaceObject: null,
    dryRun: false,
  };
}

function ruleOf(check: object, each?: readonly string[]): Program {
  const document = {
    apiVersion: 'abatis.dev/v1alpha1',
    kind: 'Policy',
    metadata: { name: 'p' },
    spec: {
      match: { kinds: ['Pod'] },
      target: 'pod',
      enforcement: 'Deny',
      rules: [{ name: 'r', ...(each !== undefined && { each }), ...check }],
    },
  };
  return programOf([{ file: 'p.yaml', text: JSON.stringify(document) }]);
}

describe('a rule is screened', () => {
  it.each<readonly [string, object, readonly string[] | undefined, boolean]>([
    ['a schema of the pod', { schema: { required: ['spec'] } }, undefined, true],
    ['a schema of containers', { schema: { required: ['name'] } }, ['containers', 'initContainers'], true],
    ['a path that is required', { require: 'resources.limits.memory' }, ['containers'], true],
    ['paths that are forbidden', { forbid: ['spec.hostNetwork', 'spec.hostPID'] }, undefined, true],
    ['items of items', { forbid: 'hostPort' }, ['$.spec.containers[*].ports[*]'], true],
    ['a reference', { schema: { $ref: '#/$defs/a', $defs: { a: true } } }, ['containers'], false],
    ['a path with a wildcard', { forbid: 'ports[*].hostPort' }, ['containers'], false],
    ['items by a filter', { forbid: 'image' }, ['$.spec.containers[?(@.name=="a")]'], false],
    ['names that every object has', { forbid: 'constructor' }, ['containers'], false],
    ['a name that a number may have', { require: 'value' }, ['containers'], false],
    ['that name, forbidden', { forbid: 'value' }, ['$.spec.containers[*].env[*]'], true],
    ['an expression', { expression: 'item.name != "a"' }, ['containers'], false],
    ['when', { when: 'item.name == "a"', forbid: 'image' }, ['containers'], false],
  ])('%s', (_what, check, each, isScreened) => {
    expect(ruleOf(check, each).policies[0]?.rules[0]?.screen !== undefined).toBe(isScreened);
  });
});

const leaf = fc.constantFrom<unknown>(new Double(1.5), null, true, false, 0, '', 'x', [], {}, [null], {
  value: 1,
});
const { node } = fc.letrec<{ node: unknown }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.dictionary(fc.constantFrom('a', 'b', 'c', 'constructor', 'value'), tie('node'), { maxKeys: 3 }),
    fc.array(tie('node'), { maxLength: 3 }),
  ),
}));
const path = fc
  .array(fc.constantFrom('a', 'b', 'c', 'constructor', 'value'), { minLength: 1, maxLength: 3 })
  .map((names) => names.join('.'));
const items = fc
  .tuple(fc.constantFrom('a', 'b', 'c'), fc.array(fc.constantFrom('.a', '.b', '[*]'), { maxLength: 3 }))
  .map(([first, rest]) => `$.spec.${first}${rest.join('')}`);
const check = fc.oneof(
  fc.record({ require: fc.array(path, { minLength: 1, maxLength: 2 }) }),
  fc.record({ forbid: fc.array(path, { minLength: 1, maxLength: 2 }) }),
  fc.record({
    schema: fc.constantFrom(
      { required: ['a'] },
      { type: 'string' },
      { properties: { a: { type: 'object' } } },
      { not: { type: 'object' } },
      { items: { not: { type: 'null' } } },
    ),
  }),
);

describe('patterns that are searched for together', () => {
  it.each<readonly [readonly string[], string]>([
    [['\\Qa', '\\Qx\\E'], 'a'],
    [['\\Qa', '\\Qx\\E'], 'x'],
    [['(?i)key', 'x'], 'KEY'],
    [['a|b', 'c'], 'c'],
    [['^a$', '^b'], 'bc'],
  ])('%j in %j', (patterns, text) => {
    const anyOf = patterns.map((pattern) => ({ pattern }));
    const program = ruleOf({ schema: { not: { anyOf } } }, ['$.spec.hostname']);
    const input = created({ apiVersion: 'v1', kind: 'Pod', metadata: {}, spec: { hostname: text } });
    expect(evaluate(program, input, now).findings).toHaveLength(1);
    expect(evaluate(program, input, now)).toEqual(evaluate(unscreened(program), input, now));
  });
});

describe('a screen changes no answer', { timeout: 60_000 }, () => {
  it('of any check on any object', () => {
    fc.assert(
      fc.property(
        check,
        fc.option(fc.array(items, { minLength: 1, maxLength: 2 }), { nil: undefined }),
        node,
        (form, each, spec) => {
          const program = ruleOf(form, each);
          const input = created({ apiVersion: 'v1', kind: 'Pod', metadata: {}, spec } as JsonObject);
          expect(evaluate(program, input, now)).toEqual(evaluate(unscreened(program), input, now));
        },
      ),
      { numRuns: 400 },
    );
  });

  it('of the stock policies on parts of pods', () => {
    const root = join(import.meta.dirname, '../..');
    const sources = globSync('policies/*/*/policy.yaml', { cwd: root }).map((file) => ({
      file,
      text: readFileSync(join(root, file), 'utf8'),
    }));
    const program = programOf(sources);
    expect(
      program.policies.flatMap(({ rules }) => rules).filter(({ screen }) => screen !== undefined).length,
    ).toBeGreaterThan(40);
    const groups = new Set(program.candidates(created({})).flatMap(({ group }) => group ?? []));
    expect(groups.size).toBeGreaterThan(2);
    const bare = unscreened(program);
    const context = fc.option(
      fc.dictionary(
        fc.constantFrom('runAsNonRoot', 'privileged', 'runAsUser', 'allowPrivilegeEscalation', 'procMount'),
        leaf,
      ),
      { nil: undefined },
    );
    const container = fc.record(
      {
        name: fc.constant('c'),
        image: fc.constantFrom('web', 'web:latest', 'example.com/web:1'),
        securityContext: context,
        resources: fc.constantFrom<unknown>(undefined, {}, { limits: { memory: '1Gi' } }, { limits: null }),
        ports: fc.constantFrom<unknown>(undefined, [{ hostPort: 80 }], [null], {}),
      },
      { requiredKeys: ['name'] },
    );
    const spec = fc.record(
      {
        containers: fc.array(fc.oneof({ weight: 9, arbitrary: container }, leaf), { maxLength: 2 }),
        initContainers: fc.oneof(fc.array(container, { maxLength: 1 }), leaf),
        securityContext: context,
        hostNetwork: leaf,
        volumes: fc.oneof(fc.constant([{ name: 'v', hostPath: { path: '/' } }]), leaf),
      },
      { requiredKeys: ['containers'] },
    );
    fc.assert(
      fc.property(spec, (drawn) => {
        const object = JSON.parse(
          JSON.stringify({ apiVersion: 'v1', kind: 'Pod', metadata: {}, spec: drawn }),
        );
        const input = created(object);
        expect(evaluate(program, input, now)).toEqual(evaluate(bare, input, now));
      }),
      { numRuns: 150 },
    );
  });
});
