import { describe, expect, test } from 'vitest';
import { lookedUpKinds } from '../../src/compile/index.ts';
import { admit, answer, evaluate, mutate } from '../../src/engine/index.ts';
import type { FactAnswer, FactRequest, Facts, JsonObject } from '../../src/model/index.ts';
import { inputOf, policyText, programOf, type Request } from './world.ts';

const now = Date.UTC(2026, 10, 21);

/** What is known, by source and key; what is not listed has not been asked for yet. */
function known(answers: Readonly<Record<string, FactAnswer>>): Facts {
  return { answer: ({ source, key }) => answers[`${source} ${key}`] };
}

const value = (object: JsonObject | null): FactAnswer => ({ status: 'known', value: object });
const unavailable: FactAnswer = { status: 'unavailable', reason: 'not yet inspected' };
const unknown: FactAnswer = { status: 'unknown' };

function pod(...images: readonly string[]): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', namespace: 'shop' },
    spec: {
      imagePullSecrets: [{ name: 'pull' }],
      containers: images.map((image, index) => ({ name: `c${index}`, image })),
    },
  };
}

const noShells = (image = '{}', spec = '') =>
  policyText(`  target: pod
  facts: [{name: image, image: ${image}}]
${spec}
  rules:
    - name: shells
      each: images
      expression: image.shells.size() == 0
      message: "\`{{ item }}\` brings {{ image.shells.join(', ') }}"`);

function run(text: string, request: Request, facts?: Facts) {
  const decision = evaluate(programOf(text), inputOf(request), now, facts);
  return {
    wanted: (decision.wanted ?? []).map(({ source, key }) => `${source} ${key}`),
    findings: decision.findings.map(({ action, message }) => `${action} ${message}`),
    errors: decision.errors.map(({ message, unknown }) => `${message}${unknown ? ' ?' : ''}`),
  };
}

interface Outcome {
  readonly wanted: readonly string[];
  readonly findings: readonly string[];
  readonly errors: readonly string[];
}

const nothing: Outcome = { wanted: [], findings: [], errors: [] };

describe('the fact image', () => {
  test('is asked for of every image of the pod at once, with what it is pulled with', () => {
    const input = inputOf({ object: pod('nginx:1', 'busybox:1', 'nginx:1') });
    const { wanted } = evaluate(programOf(noShells('{within: 2s}')), input, now, known({}));
    const context = { namespace: 'shop', serviceAccount: 'default', pullSecrets: 'pull' };
    expect(wanted).toEqual<FactRequest[]>([
      { source: 'image', key: 'nginx:1', context: { ...context, reference: 'nginx:1' }, within: 2000 },
      { source: 'image', key: 'busybox:1', context: { ...context, reference: 'busybox:1' }, within: 2000 },
    ]);
  });

  test('is of the platform that the policy says', () => {
    expect(run(noShells('{platform: linux/arm64}'), { object: pod('a') }, known({})).wanted).toEqual([
      'image a linux/arm64',
    ]);
  });

  test('is not asked for where the policy does not match', () => {
    const elsewhere = noShells('{}', '  match: {namespaces: [elsewhere]}');
    expect(run(elsewhere, { object: pod('a') }, known({}))).toEqual(nothing);
    const never = noShells('{}', '  match: {conditions: [{name: never, expression: "false"}]}');
    expect(run(never, { object: pod('a') }, known({}))).toEqual(nothing);
  });

  test('is `image` in rules about images', () => {
    const facts = known({
      'image a': value({ shells: ['/bin/sh'] }),
      'image b': value({ shells: [] }),
    });
    expect(run(noShells(), { object: pod('a', 'b') }, facts)).toEqual({
      ...nothing,
      findings: ['Warn `a` brings /bin/sh'],
    });
  });

  test('is found by reference elsewhere', () => {
    const text = policyText(`  target: pod
  facts: [{name: inside, image: {}}]
  variables: [{name: user, expression: 'facts.inside[pod.spec.containers[0].image].user'}]
  rules:
    - {name: root, expression: variables.user != 'root', message: "runs as {{ variables.user }}"}`);
    const facts = known({ 'image a': value({ user: 'root' }) });
    expect(run(text, { object: pod('a') }, facts).findings).toEqual(['Warn runs as root']);
  });

  test.each([
    ['an error of the policy', '{}', unavailable, { errors: ['image `a` is not known: not yet inspected'] }],
    ['nothing', '{onUnavailable: Allow}', unavailable, {}],
    [
      'a warning',
      '{onUnavailable: Warn}',
      unavailable,
      { findings: ['Warn image `a` is not known: not yet inspected'] },
    ],
    [
      'a denial',
      '{onUnavailable: Deny}',
      unavailable,
      { findings: ['Deny image `a` is not known: not yet inspected'] },
    ],
    [
      'left open where nobody can know',
      '{onUnavailable: Deny}',
      unknown,
      { errors: ['image `a` is not known here ?'] },
    ],
  ])('that is not to be had is %s', (_, image, answer, expected) => {
    const text = noShells(image, '  enforcement: Deny');
    expect(run(text, { object: pod('a') }, known({ 'image a': answer }))).toEqual({
      ...nothing,
      ...expected,
    });
  });

  test('that is not to be had is never more than a finding would be', () => {
    const text = noShells('{onUnavailable: Deny}', '  enforcement: Audit');
    const { findings } = run(text, { object: pod('a') }, known({ 'image a': unavailable }));
    expect(findings).toEqual(['Audit image `a` is not known: not yet inspected']);
  });

  test('that is not to be had of one image keeps nothing from being said of another', () => {
    const facts = known({ 'image a': unavailable, 'image b': value({ shells: ['/bin/ash'] }) });
    expect(run(noShells('{onUnavailable: Warn}'), { object: pod('a', 'b') }, facts).findings).toEqual([
      'Warn image `a` is not known: not yet inspected',
      'Warn `b` brings /bin/ash',
    ]);
  });

  test('says how to go on where it is not there yet', () => {
    const decision = evaluate(
      programOf(noShells('{onUnavailable: Deny}', '  enforcement: Deny')),
      inputOf({ object: pod('a') }),
      now,
      known({ 'image a': unavailable }),
    );
    expect(answer(decision).message).toBe(
      'p/shells: image `a` is not known: not yet inspected (spec.containers[0].image); try again in a while',
    );
  });

  test('is asked for of an existing object as of a new one', () => {
    const facts = known({ 'image a': value({ shells: ['/bin/sh'] }) });
    const request: Request = { operation: 'UPDATE', object: pod('a'), oldObject: pod('a') };
    const text = noShells('{}', '  enforcement: Deny');
    expect(run(text, request, facts).findings).toEqual(['Deny `a` brings /bin/sh']);
  });

  test('is asked for of no more images than pods have', () => {
    const many = pod(...Array.from({ length: 101 }, (_, index) => `i${index}`));
    expect(run(noShells(), { object: many }, known({})).errors).toEqual([
      expect.stringContaining('the pod has more than 100 images'),
    ]);
    expect(run(noShells(), { object: pod('x'.repeat(601)) }, known({})).errors).toEqual([
      expect.stringContaining('too long'),
    ]);
  });
});

describe('a lookup', () => {
  const text = policyText(`  match: {kinds: [ConfigMap]}
  facts:
    - name: lease
      lookup:
        kind: coordination.k8s.io/v1/Lease
        nameExpression: object.metadata.?annotations[?'lock'].orValue('')
  enforcement: Deny
  rules:
    - {name: held, expression: "facts.lease == null || facts.lease.spec.holderIdentity == 'me'", message: "held by {{ facts.lease.spec.holderIdentity }}"}`);
  const object = (lock?: string): JsonObject => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'c', namespace: 'shop', ...(lock !== undefined && { annotations: { lock } }) },
  });
  const key = 'lookup coordination.k8s.io/v1/Lease shop/l';

  test.each<[string, JsonObject, Facts, Partial<Outcome>]>([
    ['is wanted by kind, namespace and name', object('l'), known({}), { wanted: [key] }],
    ['of an empty name is null, and nobody is asked', object(), known({}), {}],
    ['of what is not there is null', object('l'), known({ [key]: value(null) }), {}],
    [
      'is the object',
      object('l'),
      known({ [key]: value({ spec: { holderIdentity: 'you' } }) }),
      { findings: ['Deny held by you'] },
    ],
    [
      'that is not to be had is an error of the policy',
      object('l'),
      known({ [key]: { status: 'unavailable', reason: 'the cluster is away' } }),
      { errors: ['`coordination.k8s.io/v1/Lease shop/l` is not known: the cluster is away'] },
    ],
  ])('%s', (_, configMap, facts, expected) => {
    expect(run(text, { object: configMap }, facts)).toEqual({ ...nothing, ...expected });
  });

  test.each([
    ['by its name alone where its kind is in no namespace', 'v1/Node', {}, 'v1/Node l'],
    [
      'by its namespace where no table knows its kind',
      'example.com/v1/Lock',
      {},
      'example.com/v1/Lock shop/l',
    ],
    [
      'by its name alone where the cluster says that its kind is in no namespace',
      'example.com/v1/Lock',
      { kinds: [{ group: 'example.com', kind: 'Lock', resource: 'locks', namespaced: false }] },
      'example.com/v1/Lock l',
    ],
  ])('is wanted %s', (_, kind, options, wanted) => {
    const program = programOf(text.replace('coordination.k8s.io/v1/Lease', kind), options);
    const decision = evaluate(program, inputOf({ object: object('l') }), now, known({}));
    expect(decision.wanted?.map(({ key }) => key)).toEqual([wanted]);
    expect(lookedUpKinds(program)).toEqual([kind]);
  });

  test('may be found by what another one says', () => {
    const chained = policyText(`  match: {kinds: [ConfigMap]}
  facts:
    - {name: first, lookup: {kind: v1/ConfigMap, nameExpression: "'a'"}}
    - {name: second, lookup: {kind: v1/Secret, namespaceExpression: "'other'", nameExpression: facts.first.data.next}}
  rules: [{name: r, expression: facts.second == null}]`);
    const first = { 'lookup v1/ConfigMap shop/a': value({ data: { next: 'b' } }) };
    expect(lookedUpKinds(programOf(chained))).toEqual(['v1/ConfigMap', 'v1/Secret']);
    expect(run(chained, { object: object() }, known({})).wanted).toEqual(['lookup v1/ConfigMap shop/a']);
    expect(run(chained, { object: object() }, known(first)).wanted).toEqual(['lookup v1/Secret other/b']);
    const both = { ...first, 'lookup v1/Secret other/b': value(null) };
    expect(run(chained, { object: object() }, known(both))).toEqual(nothing);
  });

  test('cannot be read in match', () => {
    const inMatch = text.replace(
      'match: {kinds: [ConfigMap]}',
      'match: {conditions: [{name: c, expression: facts.lease != null}]}',
    );
    expect(() => programOf(inMatch)).toThrow(/facts/);
  });
});

describe('a mutation', () => {
  const pin = `apiVersion: abatis.dev/v1alpha1
kind: Policy
metadata: {name: pin}
spec:
  target: pod
  facts: [{name: image, image: {onUnavailable: Warn}}]
  mutations:
    - name: digest
      each: containers
      set: {path: image, valueExpression: "item.image + '@' + facts.image[item.image].digest"}
`;

  test('can write what a fact says', () => {
    const facts = known({
      'image a': value({ digest: 'sha256:1' }),
      'image a@sha256:1': value({ digest: 'sha256:1' }),
    });
    const once = pin.replace(
      'each: containers',
      'each: containers\n      when: "!item.image.contains(\'@\')"',
    );
    const input = inputOf({ object: pod('a') });
    expect(mutate(programOf(once), input, now, known({})).wanted?.map(({ key }) => key)).toEqual(['a']);
    const { patch, errors } = mutate(programOf(once), input, now, facts);
    expect(errors).toEqual([]);
    expect(patch).toEqual([{ op: 'replace', path: '/spec/containers/0/image', value: 'a@sha256:1' }]);
  });

  test('is left undone where the policy says what it means that nothing is known', () => {
    const result = mutate(
      programOf(pin),
      inputOf({ object: pod('a') }),
      now,
      known({ 'image a': unavailable }),
    );
    expect(result).toMatchObject({ patch: [], errors: [], allowed: true });
  });

  test('wants nothing to be judged before it is made', () => {
    const { decision } = admit(programOf(pin), inputOf({ object: pod('a') }), now, known({}));
    expect(decision.wanted?.map(({ key }) => key)).toEqual(['a']);
  });
});
