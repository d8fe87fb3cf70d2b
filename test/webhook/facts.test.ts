import { describe, expect, it } from 'vitest';
import { type FactSource, factDesk } from '../../src/facts/index.ts';
import type { FactAnswer } from '../../src/model/index.ts';
import type { FactFinder } from '../../src/webhook/index.ts';
import { policy, programOf, review, webhook } from './server.ts';

const shells = policy('shells', {
  target: 'pod',
  facts: [{ name: 'image', source: { name: 'image', value: {} }, onUnavailable: 'Deny', within: 5 }],
  rules: [
    {
      name: 'none',
      each: ['images'],
      check: { name: 'expression', value: 'image.shells.size() == 0' },
      message: '`{{ item }}` brings a shell',
    },
  ],
});

const pod = (image: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { containers: [{ name: 'web', image }] },
});

const known = (shells: readonly string[]): FactAnswer => ({ status: 'known', value: { shells } });

function images(answers: Readonly<Record<string, FactAnswer>>): FactSource {
  return {
    name: 'image',
    late: 'not yet inspected',
    peek: ({ key }) => (key === 'peeked' ? known(['sh']) : undefined),
    find: ({ key }) => {
      const answer = answers[key];
      return answer === undefined ? new Promise(() => {}) : Promise.resolve(answer);
    },
  };
}

describe('a policy that asks for facts', () => {
  function server() {
    const program = programOf(shells);
    const sources = [images({ bash: known(['bash']), bare: known([]) })];
    const desk: { facts?: FactFinder } = {};
    const served = webhook({
      current: () => program,
      facts: { settle: (ask, budget) => desk.facts?.settle(ask, budget) ?? ask({ answer: () => undefined }) },
    });
    const { metrics } = served;
    desk.facts = factDesk({
      sources,
      observe: (source, outcome, milliseconds) => metrics.fact(source, outcome, milliseconds / 1000),
    });
    return served;
  }

  it.each([
    ['peeked', 'hit', 'shells/none: `peeked` brings a shell (spec.containers[0].image)'],
    ['bash', 'found', 'shells/none: `bash` brings a shell (spec.containers[0].image)'],
    ['bare', 'found', undefined],
    [
      'slow',
      'late',
      'shells/none: image `slow` is not known: not yet inspected (spec.containers[0].image); try again in a while',
    ],
  ])('is answered of the image %s, and that is counted as %s', async (image, outcome, message) => {
    const { post, metric } = server();
    const { response } = (await post('/validate', review(pod(image)))).json();
    expect(response.allowed).toBe(message === undefined);
    expect(response.status?.message).toBe(message);
    expect(await metric(`abatis_facts_total{source="image",outcome="${outcome}"}`)).toBe(1);
  });

  it('is answered by /check as well', async () => {
    const { post } = server();
    expect((await post('/check', pod('bash'))).json()).toMatchObject({ allowed: false });
  });

  it.each(['?timeout=1s', '?timeout=30s', '?timeout=x'])(
    'is answered in time, whatever the URL says: %s',
    async (query) => {
      const { post } = server();
      expect((await post(`/validate${query}`, review(pod('slow')))).json()).toMatchObject({
        response: { allowed: false },
      });
    },
  );
});
