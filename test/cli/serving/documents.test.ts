import { describe, expect, it } from 'vitest';
import { statusOf } from '../../../src/cli/serving/document-status.ts';
import {
  type ConsideredDocument,
  documentKeeper,
  type HeldDocument,
} from '../../../src/cli/serving/documents.ts';
import { documentReview } from '../../../src/cli/serving/review-document.ts';
import { vocabulary } from '../../../src/compile/index.ts';
import { load } from '../../../src/load/index.ts';
import type { JsonObject, PolicySet } from '../../../src/model/index.ts';
import { inputOf, judge } from '../../engine/world.ts';

const nothing: PolicySet = { policies: [] };
const rules = [{ name: 'r', expression: 'true' }];
const apiVersion = 'abatis.dev/v1alpha1';

function held(kind: string, name: string, spec: JsonObject, more: Partial<HeldDocument> = {}): HeldDocument {
  const { namespace = '', uid = `${kind}/${name}`, generation = 1 } = more;
  const metadata = { name, uid, generation, ...(namespace !== '' && { namespace }) };
  return { kind, namespace, name, uid, generation, object: { apiVersion, kind, metadata, spec } };
}
const policy = (name: string, spec: JsonObject = {}, more: Partial<HeldDocument> = {}) =>
  held('Policy', name, { rules, ...spec }, more);
const broken = { rules: [{ name: 'r', expression: 'tru' }] };

/** `name fate(generation in force)` of each, and what is in force of policies. */
function outcome({ documents, program }: ReturnType<ReturnType<typeof documentKeeper>>) {
  return {
    documents: documents.map(
      ({ document, fate, inForce }) =>
        `${document.name} ${fate}${inForce === undefined ? '' : ` ${inForce.generation}`}`,
    ),
    policies: program?.policies.map(({ name }) => name),
  };
}

describe('documents of a cluster', () => {
  it('are considered one by one: a bad one does not touch the others', () => {
    const keep = documentKeeper();
    expect(outcome(keep(nothing, [policy('a'), policy('b', broken), policy('c')], {}))).toEqual({
      documents: ['a accepted 1', 'b broken', 'c accepted 1'],
      policies: ['a', 'b', 'c'],
    });
  });

  it.each<[string, JsonObject, boolean | undefined]>([
    ['denies by default', { ...broken, enforcement: 'Deny' }, false],
    ['lets through', { ...broken, enforcement: 'Deny', failurePolicy: 'Ignore' }, true],
    [
      'is not in force where it cannot be told what it is about',
      { ...broken, match: { kinds: ['no kind'] } },
      undefined,
    ],
  ])('count as an error of a policy that was never good, which %s', (_, spec, allowed) => {
    const { program, documents } = documentKeeper()(
      nothing,
      [policy('a', { match: { kinds: ['Pod'] }, ...spec })],
      {},
    );
    if (program === undefined) throw new Error('no program');
    expect(documents[0]?.isError).toBe(allowed === undefined ? undefined : true);
    const ask = (kind: string) =>
      judge(program, { object: { apiVersion: 'v1', kind, metadata: { name: 'x' } } });
    expect(ask('ConfigMap')).toMatchObject({ allowed: true, errors: [] });
    expect(ask('Pod')).toMatchObject(
      allowed === undefined
        ? { allowed: true, errors: [] }
        : {
            allowed,
            errors: [{ policy: 'a', message: expect.stringContaining('its document is at fault') }],
          },
    );
  });

  it('keep their last good state when they turn bad, until they are good again', () => {
    const keep = documentKeeper();
    const states = [
      policy('a', { severity: 'low' }),
      policy('a', broken, { generation: 2 }),
      policy('a', { severity: 'enormous' }, { generation: 3 }),
      policy('a', { severity: 'high' }, { generation: 4 }),
      policy('a', broken, { generation: 5 }),
    ].map((document) => keep(nothing, [document], {}));
    expect(states.flatMap((state) => outcome(state).documents)).toEqual([
      'a accepted 1',
      'a former 1',
      'a former 1',
      'a accepted 4',
      'a former 4',
    ]);
    expect(states.map(({ set }) => set.policies[0]?.spec.severity)).toEqual([
      ...['low', 'low', 'low', 'high', 'high'],
    ]);
    expect(states[1]?.documents[0]?.diagnostics).toMatchObject([
      { severity: 'error', file: 'policies.abatis.dev/a', path: ['spec', 'rules', 0, 'expression'] },
    ]);
  });

  it('lose it when they are deleted, even if one of the same name comes', () => {
    const keep = documentKeeper();
    keep(nothing, [policy('a')], {});
    expect(outcome(keep(nothing, [policy('a', broken, { uid: 'another' })], {})).documents).toEqual([
      'a broken',
    ]);
    keep(nothing, [policy('a', {}, { uid: 'another', generation: 2 })], {});
    keep(nothing, [], {});
    expect(outcome(keep(nothing, [policy('a', broken)], {}))).toEqual({
      documents: ['a broken'],
      policies: ['a'],
    });
  });

  it('that need another one wait for it, and fall with it', () => {
    const keep = documentKeeper();
    const binding = held('PolicyBinding', 'b', { policy: 'a', enforcement: 'Deny' });
    expect(outcome(keep(nothing, [binding], {})).documents).toEqual(['b broken']);
    expect(outcome(keep(nothing, [binding, policy('a')], {})).documents).toEqual([
      'b accepted 1',
      'a accepted 1',
    ]);
    const without = outcome(keep(nothing, [binding, policy('z')], {}));
    expect(without).toEqual({ documents: ['b broken', 'z accepted 1'], policies: ['z'] });
  });

  it('come after files, which have the name', () => {
    const keep = documentKeeper();
    const text = JSON.stringify({
      ...policy('a').object,
      metadata: { name: 'a' },
      spec: { rules, title: 'file' },
    });
    const files = load([{ file: 'a.yaml', text }], vocabulary);
    const both = keep(files, [policy('a'), policy('b')], {});
    expect(outcome(both)).toEqual({ documents: ['a hidden', 'b accepted 1'], policies: ['a', 'b'] });
    expect(both.set.policies.find(({ name }) => name === 'a')?.spec.title).toBe('file');
    expect(outcome(keep(nothing, [policy('a'), policy('b')], {})).documents).toEqual([
      'a accepted 1',
      'b accepted 1',
    ]);
  });
});

describe('the status of a document', () => {
  const now = '2026-11-21T00:00:00Z';
  const later = '2026-11-22T00:00:00Z';
  const status = (considered: ConsideredDocument, live: JsonObject = {}, time = now) =>
    statusOf(considered, live, time) as
      | {
          conditions: {
            type: string;
            status: string;
            reason: string;
            message: string;
            lastTransitionTime: string;
          }[];
        }
      | undefined;
  const consider = (...states: readonly HeldDocument[]): ConsideredDocument => {
    const keep = documentKeeper();
    let last: ConsideredDocument | undefined;
    for (const state of states) [last] = keep(nothing, [state], {}).documents;
    if (last === undefined) throw new Error('no document');
    return last;
  };

  it('says what was observed, what is in force and how much of it', () => {
    const enforcement = [{ action: 'Warn' }, { action: 'Deny', from: '2030-01-01T00:00:00Z' }];
    expect(status(consider(policy('a', { enforcement }, { generation: 3 })))).toEqual({
      observedGeneration: 3,
      action: 'Deny',
      rules: 1,
      conditions: [
        {
          type: 'Accepted',
          status: 'True',
          reason: 'Valid',
          message: 'the document is without fault',
          observedGeneration: 3,
          lastTransitionTime: now,
        },
        {
          type: 'Ready',
          status: 'True',
          reason: 'InForce',
          message: 'it is in force',
          observedGeneration: 3,
          lastTransitionTime: now,
        },
      ],
    });
  });

  it.each<[string, readonly HeldDocument[], readonly string[]]>([
    ['of a broken one', [policy('a', broken)], ['Accepted False Invalid', 'Ready False Error']],
    [
      'of one that was good',
      [policy('a'), policy('a', broken, { generation: 2 })],
      ['Accepted False Invalid', 'Ready True FormerInForce'],
    ],
  ])('says so, with the diagnostics: %s', (_, states, expected) => {
    const { conditions = [] } = status(consider(...states)) ?? {};
    expect(conditions.map(({ type, status, reason }) => `${type} ${status} ${reason}`)).toEqual(expected);
    expect(conditions[0]?.message).toMatch(/^AB\d+: .*tru.* \(spec\.rules\[0\]\.expression\)/);
  });

  it('is written when it changes, and not again', () => {
    const good = consider(policy('a'));
    const first = status(good) as unknown as JsonObject;
    expect(status(good, { status: first }, later)).toBeUndefined();
    const conditions = (first['conditions'] as readonly JsonObject[]).toReversed();
    const others = [{ type: 'Theirs', status: 'True' }, ...conditions];
    expect(status(good, { status: { ...first, conditions: others } }, later)).toBeUndefined();
    const next = consider(policy('a'), policy('a', broken, { generation: 2 }));
    expect(
      status(next, { status: first }, later)?.conditions.map(({ lastTransitionTime }) => lastTransitionTime),
    ).toEqual([later, now]);
  });

  it('says of an exception that its time is over', () => {
    const expires = '2026-11-21T12:00:00+01:00';
    const spec = { policies: ['a'], reason: 'a migration', expires };
    const exception = held('PolicyException', 'e', spec, { namespace: 'shop' });
    const keep = documentKeeper();
    const considered = keep(nothing, [policy('a'), exception], {}).documents.find(
      ({ document }) => document === exception,
    );
    if (considered === undefined) throw new Error('no exception');
    const before = status(considered);
    const ready = (at: ReturnType<typeof status>) => at?.conditions.find(({ type }) => type === 'Ready');
    expect(ready(before)).toMatchObject({ status: 'True', reason: 'InForce' });

    const after = status(considered, { status: before as unknown as JsonObject }, later);
    expect(ready(after)).toMatchObject({
      status: 'False',
      reason: 'Expired',
      message: `it held until ${expires}`,
      lastTransitionTime: later,
    });
    expect(status(considered, { status: after as unknown as JsonObject }, later)).toBeUndefined();
  });
});

describe('a document that is about to be stored', () => {
  const { set } = documentKeeper()(nothing, [policy('a')], {});
  const review = (document: HeldDocument, old?: HeldDocument) =>
    documentReview(
      () => set,
      () => ({}),
    )(
      inputOf({
        operation: old === undefined ? 'CREATE' : 'UPDATE',
        object: document.object,
        oldObject: old?.object ?? null,
      }),
    );

  it('is looked at for what is wrong with it, beside what is in force', () => {
    expect(review(policy('new'))).toEqual([]);
    expect(review(policy('new', broken))).toMatchObject([{ severity: 'error' }]);
    expect(review(held('PolicyBinding', 'x', { policy: 'a', parameters: { no: 1 } }))).toMatchObject([
      { severity: 'error' },
    ]);
  });

  it('may come before what it is about', () => {
    expect(review(held('PolicyBinding', 'x', { policy: 'later' }))).toMatchObject([{ severity: 'warning' }]);
  });

  it('may stay as bad as it was', () => {
    const old = policy('a', broken);
    expect(review(policy('a', broken), old)).toMatchObject([{ severity: 'warning' }]);
  });

  it('is one of ours', () => {
    expect(
      review({ ...policy('a'), object: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x' } } }),
    ).toBe(undefined);
  });
});
