import { context, propagation, trace } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { afterEach, describe, expect, test } from 'vitest';
import { configMap, goodConfigMap, ownerPolicy, policy, programOf, review, webhook } from './server.ts';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const spanId = '00f067aa0ba902b7';
const traceparent = `00-${traceId}-${spanId}-01`;

afterEach(() => {
  trace.disable();
  propagation.disable();
  context.disable();
});

/** As an SDK would that is loaded before us. */
function collecting() {
  const exporter = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  trace.setGlobalTracerProvider(provider);
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  return exporter;
}

describe('spans', () => {
  test('are one a request, in the trace of the API server, with one a phase beneath it', async () => {
    const exporter = collecting();
    const { post } = webhook();
    await post('/validate', review(configMap), { traceparent });
    const spans = exporter.getFinishedSpans();
    const root = spans.find(({ name }) => name === 'abatis validate');
    expect(root?.spanContext().traceId).toBe(traceId);
    expect(root?.parentSpanContext?.spanId).toBe(spanId);
    expect(root?.attributes).toEqual({
      'abatis.uid': '705ab4f5-6393-11e8-b7cc-42010a800002',
      'abatis.operation': 'CREATE',
      'abatis.resource': 'v1/configmaps',
      'abatis.namespace': 'shop',
      'abatis.name': 'settings',
      'abatis.dry_run': false,
      'abatis.allowed': false,
      'abatis.findings': 3,
      'abatis.errors': 0,
    });
    const beneath = spans.filter(
      ({ parentSpanContext }) => parentSpanContext?.spanId === root?.spanContext().spanId,
    );
    expect(beneath.map(({ name }) => name)).toEqual(['parse', 'evaluate', 'answer']);
    // In order, and about now.
    const starts = beneath.map(({ startTime: [seconds, nanos] }) => seconds * 1e3 + nanos / 1e6);
    expect(starts).toEqual(starts.toSorted((a, b) => a - b));
    expect(Math.abs((starts[0] ?? 0) - Date.now())).toBeLessThan(60_000);
  });

  test('are of /mutate, too, and begin a trace where there is none', async () => {
    const exporter = collecting();
    const { post } = webhook();
    await post('/mutate', review(goodConfigMap));
    const root = exporter.getFinishedSpans().find(({ name }) => name === 'abatis mutate');
    expect(root?.parentSpanContext).toBeUndefined();
    expect(root?.attributes).toMatchObject({ 'abatis.allowed': true });
  });

  test('show what is waited for, and that a policy failed', async () => {
    const exporter = collecting();
    const broken = policy('broken', {
      match: { kinds: ['ConfigMap'] },
      rules: [{ name: 'r', check: { name: 'expression', value: 'object.nothing == 1' }, message: 'no' }],
    });
    const program = programOf(ownerPolicy, broken);
    const { post } = webhook({
      current: () => program,
      namespaces: { get: () => undefined, fetch: async () => ({ metadata: { name: 'shop' } }) },
    });
    await post('/validate', review(configMap));
    const spans = exporter.getFinishedSpans();
    expect(spans.map(({ name }) => name)).toEqual(expect.arrayContaining(['wait']));
    // SpanStatusCode.ERROR
    expect(spans.find(({ name }) => name === 'abatis validate')?.status.code).toBe(2);
  });

  test('hold nothing of the object', async () => {
    const exporter = collecting();
    const { post } = webhook();
    await post('/validate', review(configMap));
    const text = JSON.stringify(
      exporter.getFinishedSpans().map(({ name, attributes, events }) => [name, attributes, events]),
    );
    expect(text).not.toContain('correct horse');
  });

  test('are none where nobody collects them', async () => {
    const { post } = webhook();
    const exporter = collecting();
    await post('/validate', review(configMap), { traceparent });
    expect(exporter.getFinishedSpans()).toEqual([]);
  });
});
