import { connect, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { describeWithControlPlane } from '../control-plane/index.ts';
import { register, startWebhook, type Webhook } from './webhook.ts';

/** How an API server begins a call, without its end. */
const beginning = [
  'POST /validate?timeout=10s HTTP/1.1',
  'host: 127.0.0.1',
  'content-type: application/json',
  'content-length: 1000',
  '',
  '{"kind"',
].join('\r\n');

describeWithControlPlane('a webhook that has no room for more', {}, ({ controlPlane }) => {
  let webhook: Webhook;
  beforeAll(async () => {
    webhook = await startWebhook({ args: ['--max-in-flight', '2'] });
  });
  afterAll(() => webhook?.stop());

  const inFlight = () => webhook.count('abatis_requests_in_flight');
  const shed = () => webhook.count('abatis_shed_total', { reason: 'full' });

  async function occupy(): Promise<TLSSocket> {
    const { port } = new URL(webhook.url);
    const socket = connect({ host: '127.0.0.1', port: Number(port), ca: webhook.authority });
    socket.on('error', () => undefined);
    socket.write(beginning);
    return socket;
  }

  it.each([
    {
      failurePolicy: 'Fail' as const,
      code: 1,
      said: /failed calling webhook "fail\.abatis\.dev": .*abatis has no room for more requests/,
    },
    { failurePolicy: 'Ignore' as const, code: 0, said: /^$/ },
  ])('leaves requests to failurePolicy $failurePolicy at once', async ({ failurePolicy, code, said }) => {
    const name = failurePolicy.toLowerCase();
    const registration = { name, failurePolicy, resources: ['configmaps'] };
    await register(controlPlane(), webhook, registration, () => webhook.count('abatis_requests_total'));
    const before = await shed();
    const sockets = await Promise.all([occupy(), occupy()]);
    await vi.waitFor(async () => expect(await inFlight()).toBe(2), 10_000);

    const started = performance.now();
    const during = await controlPlane().kubectl(['create', 'configmap', `during-${name}`]);
    const took = performance.now() - started;
    for (const socket of sockets) socket.destroy();
    await vi.waitFor(async () => expect(await inFlight()).toBe(0), 10_000);
    const after = await controlPlane().kubectl(['create', 'configmap', `after-${name}`]);
    await controlPlane().kubectl(['delete', 'validatingwebhookconfiguration', name]);

    expect(during).toMatchObject({ code, stderr: expect.stringMatching(said) });
    // Once, and not again and again until the timeout of ten seconds.
    expect((await shed()) - before).toBe(1);
    expect(took).toBeLessThan(9000);
    expect(after).toMatchObject({ code: 0 });
  });
});
