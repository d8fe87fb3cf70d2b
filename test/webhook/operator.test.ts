import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Denial } from '../../src/webhook/index.ts';
import { Recurring } from '../../src/webhook/recurring.ts';
import { sampler } from '../../src/webhook/sampling.ts';
import { FixedCounters, FixedHistograms } from '../../src/webhook/series.ts';
import {
  configMap,
  goodConfigMap,
  notePolicy,
  ownerPolicy,
  programOf,
  review,
  teamPolicy,
  webhook,
} from './server.ts';

describe('the emergency', () => {
  const emergency = { since: '2026-11-21T03:00:00Z', by: 'kubectl-create', reason: 'INC-42\nall is lost' };

  function inEmergency() {
    const program = { ...programOf(ownerPolicy, teamPolicy, notePolicy), ceiling: 'Audit' } as const;
    return webhook({ current: () => program, emergency: () => emergency });
  }

  test('lets through what would be denied, without a word to the user', async () => {
    const { post, metric } = inEmergency();
    const { response } = (await post('/validate', review(configMap))).json();
    expect(response).toMatchObject({ allowed: true });
    expect(response).not.toHaveProperty('warnings');
    expect(await metric('abatis_findings_total{policy="owner",rule="label",action="Audit"}')).toBe(1);
  });

  test.each(['/validate', '/mutate'])('is in the audit annotations of every answer of %s', async (url) => {
    const { response } = (await inEmergency().post(url, review(goodConfigMap))).json();
    expect(response).toEqual({
      uid: response.uid,
      allowed: true,
      auditAnnotations: {
        emergency:
          'the emergency switch is on: everything is noted only since 2026-11-21T03:00:00Z by kubectl-create: INC-42 all is lost',
      },
    });
  });
});

describe('what is allowed without a word', () => {
  test('is logged by the share that was asked for', async () => {
    const { post, lines } = webhook({ logAllowed: 0.25 });
    for (let count = 0; count < 12; count++) await post('/validate', review(goodConfigMap));
    expect(lines.map(({ message }) => message)).toEqual(['allowed', 'allowed', 'allowed']);
    expect(lines[0]?.fields).toMatchObject({
      policies: ['note', 'owner', 'team'],
      findings: [],
      user: 'jane',
    });
  });

  test('is never or always one of those for shares of none and all, and as often as was asked for else', () => {
    const hits = (share: number, count: number) => {
      const isSampled = sampler(share);
      return Array.from({ length: count }, isSampled).filter(Boolean).length;
    };
    expect(hits(0, 1000)).toBe(0);
    expect(hits(1, 1000)).toBe(1000);
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 1, noNaN: true }), (share) => {
        expect(Math.abs(hits(share, 1000) - share * 1000)).toBeLessThanOrEqual(1.01);
      }),
    );
  });
});

describe('whoever wants to hear of denials', () => {
  test('is told what denied, and not of dry runs, warnings or questions', async () => {
    const denials: Denial[] = [];
    const { post } = webhook({ onDenied: (denial) => denials.push(denial) });
    await post('/validate', review(configMap, { dryRun: true }));
    await post('/validate', review(goodConfigMap));
    await post('/check', configMap);
    expect(denials).toEqual([]);
    await post('/validate', review(configMap));
    expect(denials).toMatchObject([
      { input: { name: 'settings' }, findings: [{ policy: 'owner' }], errors: [] },
    ]);
    expect(denials[0]?.findings).toHaveLength(1);
  });
});

describe('what keeps happening', () => {
  test('is told once a minute, with how often it was not', () => {
    const recurring = new Recurring();
    expect(recurring.tell(['a'], 0)).toBe(0);
    expect(recurring.tell(['a'], 1000)).toBeUndefined();
    expect(recurring.tell(['a'], 59_999)).toBeUndefined();
    expect(recurring.tell(['a'], 60_000)).toBe(2);
    expect(recurring.tell(['a'], 60_001)).toBeUndefined();
  });

  test('is told at once where something of it is new', () => {
    const recurring = new Recurring();
    recurring.tell(['a'], 0);
    expect(recurring.tell(['a', 'b'], 1)).toBe(0);
    expect(recurring.tell(['b'], 2)).toBeUndefined();
  });

  test('takes up no more room the more names there are', () => {
    const recurring = new Recurring();
    for (let name = 0; name < 30_000; name++) recurring.tell([String(name)], 0);
    expect(recurring.tell(['0'], 1)).toBe(0);
  });
});

describe('series whose labels are known', () => {
  test('are written as Prometheus reads them', () => {
    const histograms = new FixedHistograms('x_seconds', 'How long.', [0.1, 1]);
    const one = histograms.of({ endpoint: 'validate' });
    histograms.of({ endpoint: 'mutate' });
    for (const value of [0.05, 0.1, 0.5, 1, 2]) one.observe(value);
    expect(histograms.render().split('\n')).toEqual([
      '# HELP x_seconds How long.',
      '# TYPE x_seconds histogram',
      'x_seconds_bucket{le="0.1",endpoint="validate"} 2',
      'x_seconds_bucket{le="1",endpoint="validate"} 4',
      'x_seconds_bucket{le="+Inf",endpoint="validate"} 5',
      'x_seconds_sum{endpoint="validate"} 3.65',
      'x_seconds_count{endpoint="validate"} 5',
    ]);
    const counters = new FixedCounters('x_total', 'How often.');
    counters.of({ a: 'b', c: 'd' }).inc();
    expect(counters.render()).toBe(
      '# HELP x_total How often.\n# TYPE x_total counter\nx_total{a="b",c="d"} 1',
    );
  });

  test('tell where the time of a request goes, in buckets from 100 µs to 10 s', async () => {
    const { app, post, metric } = webhook({
      namespaces: { get: () => undefined, fetch: async () => undefined },
    });
    await post('/validate', review(configMap));
    await post('/check', configMap);
    for (const phase of ['parse', 'evaluate', 'wait', 'answer']) {
      expect(await metric(`abatis_phase_duration_seconds_count{endpoint="validate",phase="${phase}"}`)).toBe(
        1,
      );
    }
    expect(await metric('abatis_phase_duration_seconds_count{endpoint="check",phase="evaluate"}')).toBe(1);
    const { body } = await app.inject({ url: '/metrics' });
    const bounds = [
      ...body.matchAll(/^abatis_phase_\S+_bucket\{le="([^"]*)",endpoint="validate",phase="parse"/gm),
    ];
    expect([bounds[0]?.[1], bounds.at(-2)?.[1], bounds.at(-1)?.[1]]).toEqual(['0.0001', '10', '+Inf']);
  });

  test('have no name of an object, a namespace or a user in them, however many there are', async () => {
    const { app, post } = webhook();
    const series = async () =>
      (await app.inject({ url: '/metrics' })).body.split('\n').filter((line) => !line.startsWith('#')).length;
    await post('/validate', review(configMap));
    const before = await series();
    for (let index = 0; index < 20; index++) {
      const metadata = { name: `n-${index}`, namespace: `ns-${index}` };
      await post('/validate', review({ ...configMap, metadata }, { userInfo: { username: `u-${index}` } }));
    }
    expect(await series()).toBe(before);
  });
});

describe('the lag of the event loop', () => {
  test('is about nothing while nothing is to do, and what it was after that', async () => {
    const { metric } = webhook();
    // It is sampled every 20 ms, from the second time on.
    const pass = () => new Promise((resolve) => setTimeout(resolve, 100));
    await metric('x');
    await pass();
    const start = performance.now();
    while (performance.now() - start < 400);
    await pass();
    expect(await metric('nodejs_eventloop_lag_seconds{statistic="max"}')).toBeGreaterThan(0.3);
    await pass();
    expect(await metric('nodejs_eventloop_lag_seconds{statistic="max"}')).toBeLessThan(0.3);
  });
});
