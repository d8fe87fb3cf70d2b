import { describe, expect, test, vi } from 'vitest';
import type { EventResult } from '../../src/cluster/events.ts';
import {
  type ClusterClient,
  type ClusterRequest,
  eventRecorder,
  type NotedEvent,
} from '../../src/cluster/index.ts';

/** Milliseconds, on a machine that does other things too. */
const patience = 20_000;

const event = (change: Partial<NotedEvent> = {}): NotedEvent => ({
  type: 'Warning',
  reason: 'Denied',
  action: 'Create',
  regarding: { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name: 'web' },
  note: 'no owner',
  key: 'web',
  ...change,
});

/** A cluster that answers when it is told to. */
function cluster(status = 201) {
  const requests: ClusterRequest[] = [];
  let hold: Promise<void> | undefined;
  const unused = () => Promise.reject(new Error('not asked for'));
  const client: ClusterClient = {
    server: 'https://cluster',
    get: unused,
    lines: unused,
    async send(request) {
      requests.push(request);
      await hold;
      return { status, body: '{}' };
    },
  };
  return {
    client,
    requests,
    bodies: () => requests.map(({ body }) => JSON.parse(body ?? '{}')),
    until(promise: Promise<void>) {
      hold = promise;
    },
  };
}

describe('the recorder of Events', () => {
  test('writes what happens again as a count on the first, and waits for nobody', async () => {
    const { client, requests, bodies } = cluster();
    const recorder = eventRecorder(client, { flushEvery: 60_000 });
    recorder.note(event());
    expect(requests).toHaveLength(0);
    await vi.waitFor(() => expect(requests).toHaveLength(1), patience);
    for (let again = 1; again < 100; again++) recorder.note(event());
    expect(requests).toHaveLength(1);
    await recorder.close(1000);
    expect(requests.map(({ method }) => method)).toEqual(['POST', 'PATCH']);
    expect(bodies()[1]).toMatchObject({ series: { count: 100 } });
    expect(requests[1]?.path).toBe(`${requests[0]?.path}/${bodies()[0].metadata.name}`);
  });

  test('writes the count at once where it happened again before anything was written', async () => {
    const { client, bodies } = cluster();
    const recorder = eventRecorder(client);
    for (let again = 0; again < 5; again++) recorder.note(event());
    await recorder.close(1000);
    expect(bodies()).toMatchObject([{ series: { count: 5 } }]);
  });

  test('drops what there is no room for, and counts it', async () => {
    const { client, requests, until } = cluster();
    const gate = Promise.withResolvers<void>();
    until(gate.promise);
    const results: EventResult[] = [];
    const recorder = eventRecorder(client, { queueLimit: 10, onResult: (result) => results.push(result) });
    for (let count = 0; count < 1000; count++) recorder.note(event({ key: String(count) }));
    expect(results.filter((result) => result === 'dropped').length).toBeGreaterThanOrEqual(989);
    gate.resolve();
    await recorder.close(1000);
    expect(requests.length).toBeLessThanOrEqual(11);
  });

  test('writes no faster than it may', async () => {
    vi.useFakeTimers();
    try {
      const { client, requests } = cluster();
      const recorder = eventRecorder(client, { burst: 3, perSecond: 2 });
      for (let count = 0; count < 9; count++) recorder.note(event({ key: String(count) }));
      await vi.advanceTimersByTimeAsync(10);
      expect(requests).toHaveLength(3);
      await vi.advanceTimersByTimeAsync(1000);
      expect(requests).toHaveLength(5);
      await vi.advanceTimersByTimeAsync(2000);
      expect(requests).toHaveLength(9);
      await recorder.close(0);
    } finally {
      vi.useRealTimers();
    }
  });

  test('begins anew after the window, and after a failure', async () => {
    vi.useFakeTimers();
    try {
      const { client, requests } = cluster();
      const recorder = eventRecorder(client, { window: 1000, flushEvery: 100 });
      recorder.note(event());
      await vi.advanceTimersByTimeAsync(2000);
      recorder.note(event());
      await vi.advanceTimersByTimeAsync(10);
      expect(requests.map(({ method }) => method)).toEqual(['POST', 'POST']);
      await recorder.close(0);
    } finally {
      vi.useRealTimers();
    }
    const { client, requests } = cluster(500);
    const recorder = eventRecorder(client);
    recorder.note(event());
    await vi.waitFor(() => expect(requests).toHaveLength(1), patience);
    await vi.waitFor(() => {
      recorder.note(event());
      expect(requests.length).toBeGreaterThan(1);
    }, patience);
    expect(requests.every(({ method }) => method === 'POST')).toBe(true);
    await recorder.close(1000);
  });

  test('keeps to the limits of Kubernetes, in bytes', async () => {
    const { client, bodies } = cluster();
    const recorder = eventRecorder(client);
    recorder.note(event({ note: 'ä'.repeat(5000), reason: 'x'.repeat(500), action: 'y'.repeat(500) }));
    recorder.note(event({ key: 'long', regarding: { ...event().regarding, name: 'n'.repeat(253) } }));
    await recorder.close(1000);
    for (const { note, reason, action, metadata } of bodies()) {
      expect(Buffer.byteLength(note)).toBeLessThanOrEqual(1024);
      expect(note).not.toContain('\uFFFD');
      expect(reason.length).toBeLessThanOrEqual(128);
      expect(action.length).toBeLessThanOrEqual(128);
      expect(metadata.name).toMatch(/^[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?$/);
    }
  });
});
