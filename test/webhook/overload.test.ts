import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { describe, expect, test, vi } from 'vitest';
import { type FactSource, factDesk } from '../../src/facts/index.ts';
import { deadlineOf, within } from '../../src/webhook/patience.ts';
import { turnClock } from '../../src/webhook/turn.ts';
import { configMap, goodConfigMap, ownerPolicy, policy, programOf, review, webhook } from './server.ts';

/** Milliseconds, on a machine that does other things too. */
const patience = 20_000;

/** A Namespace that nobody answers about until the test says so. */
function slowNamespaces() {
  const answer = Promise.withResolvers<undefined>();
  return { answer, namespaces: { get: () => undefined, fetch: () => answer.promise } };
}

const overloaded = {
  kind: 'Status',
  code: 503,
  reason: 'Overloaded',
  message: 'abatis has no room for more requests',
};

describe('a webhook with as many requests in flight as there may be', () => {
  test('fails further calls at once, and takes them again when there is room', async () => {
    const { answer, namespaces } = slowNamespaces();
    const { post, metric } = webhook({ maxInFlight: 2, namespaces });
    const waiting = [1, 2].map(() => post('/validate', review(configMap)));
    await vi.waitFor(async () => expect(await metric('abatis_requests_in_flight')).toBe(2), patience);

    const refused = await post('/validate', review(configMap));
    expect(refused.statusCode).toBe(503);
    expect(refused.json()).toMatchObject(overloaded);
    // With it, client-go would try again within the same timeout.
    expect(refused.headers).not.toHaveProperty('retry-after');

    answer.resolve(undefined);
    expect((await Promise.all(waiting)).map(({ statusCode }) => statusCode)).toEqual([200, 200]);
    expect((await post('/validate', review(configMap))).statusCode).toBe(200);
    expect(await metric('abatis_requests_in_flight')).toBe(0);
    expect(await metric('abatis_requests_in_flight_limit')).toBe(2);
    expect(await metric('abatis_shed_total{endpoint="validate",reason="full"}')).toBe(1);
    expect(await metric('abatis_requests_total{endpoint="validate",operation="none",outcome="shed"}')).toBe(
      1,
    );
  });

  test.each(['/mutate', '/check'])('does so at %s, too', async (url) => {
    const { answer, namespaces } = slowNamespaces();
    const { post, metric } = webhook({ maxInFlight: 1, namespaces });
    const waiting = post('/check', configMap);
    await vi.waitFor(async () => expect(await metric('abatis_requests_in_flight')).toBe(1), patience);
    expect((await post(url, review(configMap))).json()).toMatchObject(overloaded);
    answer.resolve(undefined);
    expect((await waiting).statusCode).toBe(200);
  });

  test('answers probes and metrics all the same', async () => {
    const { answer, namespaces } = slowNamespaces();
    const { app, post, metric } = webhook({ maxInFlight: 1, namespaces });
    const waiting = post('/validate', review(configMap));
    await vi.waitFor(async () => expect(await metric('abatis_requests_in_flight')).toBe(1), patience);
    expect((await app.inject({ url: '/healthz' })).statusCode).toBe(200);
    expect((await app.inject({ url: '/readyz' })).statusCode).toBe(200);
    answer.resolve(undefined);
    await waiting;
  });

  test('has room for as many, and for more when these are done', async () => {
    const { post, metric } = webhook({ maxInFlight: 50 });
    const answers = await Promise.all(Array.from({ length: 50 }, () => post('/validate', review(configMap))));
    expect(answers.every(({ statusCode }) => statusCode === 200)).toBe(true);
    expect(await metric('abatis_requests_in_flight')).toBe(0);
  });
});

describe('bodies that do not come', () => {
  async function halfSent(port: number): Promise<Socket> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    socket.on('error', () => undefined);
    socket.write(
      'POST /validate?timeout=10s HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{"kind"',
    );
    return socket;
  }

  test('take up room until their connection ends', async () => {
    const { app, post, metric } = webhook({ maxInFlight: 2 });
    await app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = app.server.address() as AddressInfo;
    const sockets = await Promise.all([halfSent(port), halfSent(port)]);
    await vi.waitFor(async () => expect(await metric('abatis_requests_in_flight')).toBe(2), patience);
    expect((await post('/validate', review(configMap))).statusCode).toBe(503);
    for (const socket of sockets) socket.destroy();
    await vi.waitFor(async () => expect(await metric('abatis_requests_in_flight')).toBe(0), patience);
    expect((await post('/validate', review(configMap))).statusCode).toBe(200);
  });

  test('are answered even where there is no room, to who still writes', async () => {
    const { app, metric } = webhook({ maxInFlight: 1 });
    await app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = app.server.address() as AddressInfo;
    const first = await halfSent(port);
    await vi.waitFor(async () => expect(await metric('abatis_requests_in_flight')).toBe(1), patience);
    const second = await halfSent(port);
    const [chunk] = (await once(second, 'data')) as [Buffer];
    expect(chunk.toString()).toMatch(/^HTTP\/1.1 503 /);
    first.destroy();
    second.destroy();
  });
});

describe('the deadline', () => {
  test('is that of the call, less what the way back takes', () => {
    const now = performance.now();
    const left = (url: string) => deadlineOf(now, url).left();
    for (const [url, most] of [
      ['/validate?timeout=2s', 1500],
      ['/validate?timeout=30s', 29_500],
      ['/validate', 9500],
      ['/validate?timeout=0s', 9500],
      ['/validate?timeout=1000s', 9500],
      ['/validate?timeout=2m', 9500],
    ] as const) {
      expect(left(url)).toBeGreaterThan(most - 200);
      expect(left(url)).toBeLessThanOrEqual(most);
    }
    expect(deadlineOf(now - 3000, '/validate?timeout=2s').left()).toBe(0);
  });

  test('ends the wait for a Namespace, which is unknown then', async () => {
    const never = new Promise<undefined>(() => undefined);
    const { post } = webhook({ namespaces: { get: () => undefined, fetch: () => never } });
    const started = performance.now();
    const answer = await post('/validate?timeout=1s', review(configMap));
    expect(performance.now() - started).toBeLessThan(1000);
    expect(answer.json().response.allowed).toBe(false);
  });

  describe('ends the wait for a fact, and the policy that asked says what that means', () => {
    const asking = (failurePolicy: 'Fail' | 'Ignore') =>
      policy('asking', {
        match: { kinds: ['Pod'] },
        target: 'pod',
        failurePolicy,
        facts: [{ name: 'image', source: { name: 'image', value: {} }, within: 60_000 }],
        rules: [
          {
            name: 'shells',
            each: ['images'],
            check: { name: 'expression', value: 'image.shells.size() == 0' },
            message: 'a shell',
          },
        ],
      });
    const never: FactSource = {
      name: 'image',
      late: 'not yet inspected',
      peek: () => undefined,
      find: () => new Promise(() => undefined),
    };
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'web', namespace: 'shop', labels: { owner: 'jane' } },
      spec: { containers: [{ name: 'web', image: 'web' }] },
    };

    test.each([
      ['Fail', false],
      ['Ignore', true],
    ] as const)('%s: allowed is %s', async (failurePolicy, allowed) => {
      const program = programOf(asking(failurePolicy), ownerPolicy);
      const { post, metric } = webhook({ current: () => program, facts: factDesk({ sources: [never] }) });
      const started = performance.now();
      const { response } = (await post('/validate?timeout=1s', review(pod))).json();
      expect(performance.now() - started).toBeLessThan(1000);
      expect(response.allowed).toBe(allowed);
      expect(JSON.stringify(response)).toContain('not yet inspected');
      expect(await metric('abatis_late_answers_total{endpoint="validate"}')).toBeUndefined();
      expect(
        await metric(`abatis_policy_errors_total{policy="asking",rule="shells",denied="${!allowed}"}`),
      ).toBe(1);
      expect(
        await metric('abatis_phase_duration_seconds_sum{endpoint="validate",phase="wait"}'),
      ).toBeGreaterThan(0.3);
    });

    test('the others say what they have to all the same', async () => {
      const program = programOf(asking('Ignore'), ownerPolicy);
      const { post } = webhook({ current: () => program, facts: factDesk({ sources: [never] }) });
      const unlabelled = { ...pod, metadata: { name: 'web', namespace: 'shop' } };
      const { response } = (await post('/validate?timeout=1s', review(unlabelled))).json();
      expect(response.status.message).toContain('owner/label');
      expect(JSON.stringify(response.warnings)).toContain('not yet inspected');
    });
  });

  test('is nothing to a promise that is in time', async () => {
    expect(await within(1000, Promise.resolve('x'))).toBe('x');
    expect(await within(1, new Promise(() => undefined))).toBeUndefined();
  });

  test('counts what may have been waited for while the event loop was busy', () => {
    const clock = turnClock();
    const start = performance.now();
    while (performance.now() - start < 300);
    expect(clock.waited(performance.now())).toBeGreaterThan(200);
    clock.stop();
  });

  test('leaves what has waited for too long to failurePolicy, unjudged', async () => {
    const slow = policy('slow', {
      match: { kinds: ['ConfigMap'] },
      rules: [{ name: 'r', check: { name: 'require', value: ['data.x'] }, message: 'no' }],
    });
    const program = programOf(slow);
    let judged = 0;
    const { app, metric } = webhook({
      current: () => {
        judged++;
        // As a policy would that takes very long.
        const start = performance.now();
        while (performance.now() - start < 700);
        return program;
      },
    });
    judged = 0;
    await app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = app.server.address() as AddressInfo;
    const body = JSON.stringify(review(configMap));
    const sockets = await Promise.all(
      [1, 2, 3].map(async () => {
        const socket = connect(port, '127.0.0.1');
        await once(socket, 'connect');
        return socket;
      }),
    );
    const answers = sockets.map(async (socket) => String((await once(socket, 'data'))[0]).slice(0, 12));
    for (const socket of sockets) {
      socket.write(
        `POST /validate?timeout=1s HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
      );
    }
    const said = (await Promise.all(answers)).sort();
    for (const socket of sockets) socket.destroy();
    expect(said[0]).toBe('HTTP/1.1 200');
    expect(said[2]).toBe('HTTP/1.1 503');
    const late = said.filter((line) => line === 'HTTP/1.1 503').length;
    expect(judged).toBe(3 - late);
    expect(await metric('abatis_shed_total{endpoint="validate",reason="late"}')).toBe(late);
  });
});

describe('a policy that takes long', () => {
  const spinning = policy('spinning', {
    match: { kinds: ['ConfigMap'] },
    // Each has a cost limit of its own.
    rules: Array.from({ length: 40 }, (_, index) => ({
      name: `r${index}`,
      check: {
        name: 'expression' as const,
        value: 'object.data.all(a, object.data.all(b, object.data.all(c, a + b + c != "")))',
      },
      message: 'no',
    })),
  });
  const large = {
    ...configMap,
    metadata: { ...configMap.metadata, labels: { owner: 'jane' } },
    data: Object.fromEntries(Array.from({ length: 90 }, (_, index) => [`key-${index}`, 'x'])),
  };

  test('is named in the log and counted, once for many requests', async () => {
    const program = programOf(ownerPolicy, spinning);
    const { post, lines, metric } = webhook({ current: () => program });
    for (let count = 0; count < 3; count++) await post('/validate', review(large));
    await vi.waitFor(
      () => expect(lines.filter(({ message }) => message === 'a policy takes long')).toHaveLength(1),
      patience,
    );
    expect(lines.find(({ message }) => message === 'a policy takes long')?.fields).toMatchObject({
      policy: 'spinning',
      endpoint: 'validate',
      resource: 'configmaps',
    });
    expect(await metric('abatis_slowest_policy_total{policy="spinning"}')).toBe(1);
    expect(await metric('abatis_slow_evaluations_total{endpoint="validate"}')).toBeGreaterThanOrEqual(1);
  });
});

describe('policies that take all the time there is', () => {
  const data = Object.fromEntries(Array.from({ length: 90 }, (_, index) => [`key-${index}`, 'x']));
  const costly = (name: string) =>
    policy(name, {
      match: { kinds: ['ConfigMap'] },
      failurePolicy: 'Ignore',
      rules: Array.from({ length: 10 }, (_, index) => ({
        name: `r${index}`,
        check: {
          name: 'expression' as const,
          value: 'object.data.all(a, object.data.all(b, object.data.all(c, a + b + c != "")))',
        },
        message: 'no',
      })),
    });
  const closed = {
    ...ownerPolicy,
    name: 'z-closed',
    spec: { ...ownerPolicy.spec, failurePolicy: 'Fail' as const },
  };

  test('leave it to the others what that means, and are answered when there is no time left', async () => {
    // Many seconds of work.
    const spinning = Array.from({ length: 300 }, (_, index) => costly(`spinning-${index}`));
    const program = programOf(ownerPolicy, ...spinning, closed);
    const { post, metric } = webhook({ current: () => program });
    const { response } = (await post('/validate?timeout=1s', review({ ...configMap, data }))).json();
    expect(response.allowed).toBe(false);
    expect(response.status.message).toContain('owner/label');
    expect(response.status.message).toContain('z-closed could not be evaluated: no time is left');
    expect(await metric('abatis_policy_errors_total{policy="z-closed",rule="",denied="true"}')).toBe(1);
    expect(await metric('abatis_policy_errors_total{policy="spinning-99",rule="",denied="false"}')).toBe(1);
  });
});

describe('a policy that cannot be evaluated', () => {
  const broken = (name: string) =>
    policy(name, {
      match: { kinds: ['ConfigMap'] },
      failurePolicy: 'Fail',
      rules: [{ name: 'r', check: { name: 'expression', value: 'object.nothing == 1' }, message: 'no' }],
    });

  test('is logged once, and counted each time; the others say what they have to', async () => {
    const program = programOf(broken('broken'), ownerPolicy);
    const { post, lines, metric } = webhook({ current: () => program });
    for (let count = 0; count < 5; count++) {
      const { response } = (await post('/validate', review(configMap))).json();
      expect(response.status.message).toContain('owner/label');
      expect(response.status.message).toContain('broken/r could not be evaluated');
    }
    expect(lines.map(({ level }) => level)).toEqual(['error', 'warn', 'warn', 'warn', 'warn']);
    expect(await metric('abatis_policy_errors_total{policy="broken",rule="r",denied="true"}')).toBe(5);
  });

  test('is logged again together with one that is news', async () => {
    let program = programOf(broken('first'));
    const { post, lines } = webhook({ current: () => program });
    await post('/validate', review(goodConfigMap));
    await post('/validate', review(goodConfigMap));
    program = programOf(broken('first'), broken('second'));
    await post('/validate', review(goodConfigMap));
    expect(lines.filter(({ level }) => level === 'error').map(({ fields }) => fields['errors'])).toEqual([
      ['first/r'],
      ['first/r', 'second/r'],
    ]);
  });
});
