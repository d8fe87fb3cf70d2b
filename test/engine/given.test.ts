import { describe, expect, it } from 'vitest';
import { givenFacts } from '../../src/engine/index.ts';
import type { JsonObject } from '../../src/model/index.ts';

const asking = (source: string, key: string) => ({ source, key, context: {}, within: undefined });
const lease: JsonObject = {
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { name: 'a', namespace: 'shop' },
};

const node: JsonObject = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n' } };

describe('facts that somebody wrote down', () => {
  const facts = givenFacts(
    {
      image: {
        'web:1': { digest: 'sha256:1', shells: [] },
        'multi:1': { digest: 'sha256:2', indexDigest: 'sha256:3' },
        'multi:1 linux/arm64': { digest: 'sha256:4', indexDigest: 'sha256:3' },
        'web:2': { digest: 'sha256:5', user: 'tag' },
        'web:2@sha256:5': { digest: 'sha256:5', user: 'digest' },
        'slow:1': { unavailable: 'try later' },
      },
      lookup: { 'v1/ConfigMap shop/a': null },
    },
    [lease, node],
  );

  it.each([
    ['image', 'web:1', { status: 'known', value: { digest: 'sha256:1', shells: [] } }],
    ['image', 'slow:1', { status: 'unavailable', reason: 'try later' }],
    ['image', 'web:9', { status: 'unknown' }],
    ['lookup', 'v1/ConfigMap shop/a', { status: 'known', value: null }],
    ['lookup', 'coordination.k8s.io/v1/Lease shop/a', { status: 'known', value: lease }],
    ['lookup', 'v1/Node n', { status: 'known', value: node }],
    ['lookup', 'coordination.k8s.io/v1/Lease shop/b', { status: 'unknown' }],
  ])('answer for %s %s', (source, key, answer) => {
    expect(facts.answer(asking(source, key))).toEqual(answer);
  });

  it.each([
    ['web:1@sha256:1', { digest: 'sha256:1' }],
    ['multi:1@sha256:3', { digest: 'sha256:2' }],
    ['multi:1@sha256:3 linux/arm64', { digest: 'sha256:4' }],
    ['web:2@sha256:5', { user: 'digest' }],
  ])('answer for an image that a mutation pinned: %s', (key, value) => {
    expect(facts.answer(asking('image', key))).toMatchObject({ status: 'known', value });
  });

  it('say nothing of another digest', () => {
    expect(facts.answer(asking('image', 'web:1@sha256:9'))).toEqual({ status: 'unknown' });
  });
});
