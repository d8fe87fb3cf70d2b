import { expect, it, vi } from 'vitest';
import { serve } from '../cli/serving/server.ts';
import { describeWithHelm } from '../helm/index.ts';
import { rendered } from './rendered.ts';

vi.setConfig({ testTimeout: 60_000 });

const values = {
  metrics: { serviceMonitor: { enabled: true }, rules: { enabled: true }, dashboard: { enabled: true } },
};

interface Target {
  readonly expr: string;
}

interface Panel {
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets: readonly Target[];
}

/** Each series of the text format, as its name and labels. */
function seriesOf(text: string): { readonly name: string; readonly labels: readonly string[] }[] {
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({
      name: line.split(/[ {]/)[0] ?? '',
      labels: [...line.matchAll(/([a-z_]+)="/g)].map(([, label = '']) => label),
    }));
}

/** What an expression of PromQL reads: names before `{`, and labels within. */
function readBy(expression: string): { readonly name: string; readonly labels: readonly string[] }[] {
  return [...expression.matchAll(/([a-z_]+)\{([^}]*)\}/g)].map(([, name = '', selector = '']) => ({
    name,
    labels: [...selector.matchAll(/([a-z_]+)(?:=|!)/g)].map(([, label = '']) => label),
  }));
}

/** What Prometheus and its operator put on every series that they take from a pod. */
const ofTheTarget = ['job', 'namespace', 'pod', 'instance', 'le'];

describeWithHelm('monitoring', () => {
  const { one } = rendered(values);
  const alerts: { alert: string; expr: string; annotations: object; labels: object }[] =
    one('PrometheusRule')['spec'].groups[0].rules;
  const dashboard: { panels: readonly Panel[] } = JSON.parse(
    one('ConfigMap', 'abatis-dashboard')['data']['abatis.json'],
  );

  it('reads only metrics and labels that a server has', async () => {
    const server = await serve([]);
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'a' },
      spec: { containers: [{ name: 'a' }] },
    };
    await server.ask('/check', pod);
    const series = seriesOf((await server.ask('/metrics')).body);
    // These have no series until there is something to tell.
    series.push(
      { name: 'abatis_policy_errors_total', labels: ['policy', 'rule', 'denied'] },
      { name: 'abatis_policy_documents', labels: ['state'] },
      { name: 'abatis_mutations_total', labels: ['policy'] },
      { name: 'abatis_shed_total', labels: ['endpoint', 'reason'] },
      { name: 'abatis_late_answers_total', labels: ['endpoint'] },
      { name: 'abatis_slow_evaluations_total', labels: ['endpoint'] },
      { name: 'abatis_slowest_policy_total', labels: ['policy'] },
      { name: 'abatis_events_total', labels: ['result'] },
      { name: 'abatis_phase_duration_seconds_bucket', labels: ['phase', 'le'] },
      { name: 'abatis_facts_total', labels: ['source', 'outcome'] },
      { name: 'abatis_fact_duration_seconds_bucket', labels: ['source', 'le'] },
    );
    const types = new Set(
      [...(await server.ask('/metrics')).body.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name),
    );
    for (const { name } of series.slice(-11)) expect(types).toContain(name.replace(/_bucket$/, ''));
    const expressions = [
      ...alerts.map(({ expr }) => expr),
      ...dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
    ];
    const read = expressions.flatMap(readBy);
    expect(read.length).toBeGreaterThanOrEqual(expressions.length);
    for (const { name, labels } of read) {
      const known = series.find((each) => each.name === name);
      expect(known, name).toBeDefined();
      for (const label of labels) expect([...(known?.labels ?? []), ...ofTheTarget], name).toContain(label);
    }
    for (const expression of expressions) {
      for (const [, grouping = ''] of expression.matchAll(/by \(([^)]*)\)/g)) {
        const [name = ''] = readBy(expression).map((each) => each.name);
        const labels = series.filter((each) => each.name === name).flatMap((each) => each.labels);
        for (const label of grouping.split(', '))
          expect([...labels, ...ofTheTarget], expression).toContain(label);
      }
    }
  });

  it('shows every metric that is ours somewhere', async () => {
    const server = await serve([]);
    const { body } = await server.ask('/metrics');
    const names = [...body.matchAll(/^# TYPE (abatis_\S+)/gm)].map(([, name = '']) => name);
    expect(names.length).toBeGreaterThan(6);
    const text = JSON.stringify(dashboard);
    expect(names.filter((name) => !text.includes(name))).toEqual([]);
  });

  it('alerts with a severity, a summary and what to do', () => {
    expect(alerts.length).toBeGreaterThan(5);
    for (const alert of alerts) {
      expect(alert.labels).toHaveProperty('severity', expect.stringMatching(/^(?:warning|critical)$/));
      expect(alert.annotations).toEqual({ summary: expect.any(String), description: expect.any(String) });
    }
  });

  it('alerts before a certificate expires, and after it should have been renewed', () => {
    const bound = (life: string) =>
      Number(
        rendered({ ...values, certificates: { life, authorityLife: '9000h' } })
          .one('PrometheusRule')
          ['spec'].groups[0].rules.find(
            ({ alert }: { alert: string }) => alert === 'AbatisCertificateExpires',
          )
          .expr.split('<')[1],
      );
    // Renewed when a third is left.
    for (const hours of [24, 168, 720]) {
      expect(bound(`${hours}h`)).toBeGreaterThan(0);
      expect(bound(`${hours}h`)).toBeLessThan((hours * 3600) / 3);
    }
  });

  it('has no panel on top of another', () => {
    const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, index) => `${x + (index % w)}/${y + Math.floor(index / w)}`),
    );
    expect(cells).toHaveLength(new Set(cells).size);
  });

  it('trusts what the server shows', () => {
    const [endpoint] = one('ServiceMonitor')['spec'].endpoints;
    expect(endpoint).toMatchObject({
      port: one('Service')['spec'].ports[0].name,
      scheme: 'https',
      tlsConfig: {
        serverName: 'abatis.abatis-system.svc',
        ca: { secret: { name: 'abatis-tls', key: 'ca.crt' } },
      },
    });
  });
});
