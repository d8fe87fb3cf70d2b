import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { review } from '../../webhook/server.ts';
import { abatis, folder, policy } from '../process.ts';
import { serve } from './server.ts';

// Processes are started, on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });

const bad = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { bad: 'x' } };
const good = { ...bad, data: {} };

describe('abatis serve', () => {
  it('turns everything to Audit by a file that comes, and back when it goes', async () => {
    const path = folder({ 'p.yaml': policy('Deny') });
    const file = join(path, 'switch');
    const server = await serve(['--policies', join(path, 'p.yaml'), '--emergency-file', file]);
    const allowed = async () => (await server.ask('/check', bad)).json()['allowed'];
    expect(await allowed()).toBe(false);
    writeFileSync(`${file}.new`, 'Audit\nINC-42\n');
    renameSync(`${file}.new`, file);
    await vi.waitFor(async () => expect(await allowed()).toBe(true), 10_000);
    expect(await server.detail('emergency')).toMatch(/^ON: /);
    expect((await server.ask('/metrics')).body).toMatch(/^abatis_emergency 1$/m);
    rmSync(file);
    await vi.waitFor(async () => expect(await allowed()).toBe(false), 10_000);
    const said = server.lines.filter(({ msg }) => msg.startsWith('EMERGENCY'));
    expect(said).toMatchObject([{ level: 'error', reason: 'INC-42', place: file }, { level: 'warn' }]);
  });

  it('logs every third request that is allowed where it is asked for a third, and says what limits it', async () => {
    const path = folder({ 'p.yaml': policy('Deny') });
    const args = ['--policies', join(path, 'p.yaml'), '--log-allowed', '0.34', '--max-in-flight', '7'];
    const server = await serve(args);
    for (let count = 0; count < 6; count++) await server.ask('/check', good);
    await vi.waitFor(
      () => expect(server.lines.filter(({ msg }) => msg === 'allowed')).toHaveLength(2),
      10_000,
    );
    expect((await server.ask('/metrics')).body).toMatch(/^abatis_requests_in_flight_limit 7$/m);
  });

  it('makes spans where an SDK is loaded before it, in the trace of who calls', async () => {
    const sdk = ['@opentelemetry/api', '@opentelemetry/core', '@opentelemetry/sdk-trace-base'];
    const [api, core, base] = sdk.map((name) => JSON.stringify(import.meta.resolve(name)));
    const path = folder({
      'p.yaml': policy('Deny'),
      'tracing.mjs': `import { appendFileSync } from 'node:fs';
import { propagation, trace } from ${api};
import { W3CTraceContextPropagator } from ${core};
import { BasicTracerProvider, SimpleSpanProcessor } from ${base};
const exporter = {
  export(spans, done) {
    for (const span of spans) appendFileSync(process.env.SPANS, JSON.stringify([span.name, span.spanContext().traceId]) + '\\n');
    done({ code: 0 });
  },
  shutdown: async () => {},
};
trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
propagation.setGlobalPropagator(new W3CTraceContextPropagator());
`,
    });
    const spans = join(path, 'spans');
    vi.stubEnv('NODE_OPTIONS', `--import ${join(path, 'tracing.mjs')}`);
    vi.stubEnv('SPANS', spans);
    const server = await serve(['--policies', join(path, 'p.yaml')]);
    vi.unstubAllEnvs();
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
    await new Promise((resolve, reject) => {
      const headers = {
        'content-type': 'application/json',
        traceparent: `00-${traceId}-00f067aa0ba902b7-01`,
      };
      request(`${server.address}/validate`, {
        method: 'POST',
        headers,
        rejectUnauthorized: false,
        agent: false,
      })
        .on('response', (response) => response.resume().on('end', resolve))
        .on('error', reject)
        .end(JSON.stringify(review(bad)));
    });
    await vi.waitFor(() => {
      const lines = readFileSync(spans, 'utf8').trim().split('\n');
      expect(lines.map((line) => JSON.parse(line))).toEqual([
        ['parse', traceId],
        ['evaluate', traceId],
        ['answer', traceId],
        ['abatis validate', traceId],
      ]);
    }, 10_000);
  });

  it.each([
    [['--events', '--no-cluster'], /`--events` needs a cluster/],
    [['--log-allowed', '2'], /a number from 0 to 1/],
    [['--max-in-flight', '0'], /a whole number from 1/],
    [['--emergency-configmap', 'a/b'], /a name such as `abatis-emergency`/],
  ])('does not start by %j', (args, problem) => {
    const { code, stderr } = abatis(['serve', ...args]);
    expect(stderr).toMatch(problem);
    expect(code).toBe(2);
  });
});
