import { afterEach } from 'vitest';
import { compile, type Program } from '../../src/compile/index.ts';
import type { JsonObject, Policy, PolicySpec } from '../../src/model/index.ts';
import {
  type Denial,
  type Emergency,
  type FactFinder,
  type Log,
  type NamespaceSource,
  type ReadinessCheck,
  type ReviewDocument,
  webhookApp,
  webhookMetrics,
} from '../../src/webhook/index.ts';

/** A policy of the given name whose rules are what the test is about. */
export function policy(name: string, spec: Partial<PolicySpec> & Pick<PolicySpec, 'rules'>): Policy {
  return {
    name,
    spec: {
      severity: 'medium',
      target: 'object',
      match: {},
      enforcement: [{ action: 'Deny' }],
      existingViolations: 'Warn',
      failurePolicy: 'Ignore',
      exceptions: 'Allow',
      bindingRequired: false,
      ...spec,
    },
    source: { file: `${name}.yaml`, index: 0 },
  };
}

/** Denies what has no label `owner`. */
export const ownerPolicy = policy('owner', {
  match: { kinds: ['ConfigMap', 'Pod'] },
  rules: [
    {
      name: 'label',
      check: { name: 'require', value: ['metadata.labels.owner'] },
      message: '`{{ object.metadata.name }}` has no owner',
      help: 'set the label owner',
    },
  ],
});

/** Warns of what has no label `team`. */
export const teamPolicy = policy('team', {
  match: { kinds: ['ConfigMap'] },
  enforcement: [{ action: 'Warn' }],
  rules: [{ name: 'label', check: { name: 'require', value: ['metadata.labels.team'] }, message: 'no team' }],
});

/** Notes what has no annotation `note`. */
export const notePolicy = policy('note', {
  match: { kinds: ['ConfigMap'] },
  enforcement: [{ action: 'Audit' }],
  rules: [
    {
      name: 'annotation',
      check: { name: 'require', value: ['metadata.annotations.note'] },
      message: 'no note',
    },
  ],
});

export function programOf(...policies: readonly Policy[]): Program {
  const compiled = compile({ policies });
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.diagnostics));
  return compiled.program;
}

export interface LogLine {
  readonly level: keyof Log;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly message: string;
}

export interface ServerSetup {
  readonly current?: () => Program;
  readonly readiness?: () => readonly ReadinessCheck[];
  readonly namespaces?: NamespaceSource;
  readonly facts?: FactFinder;
  readonly logAllowed?: number;
  readonly maxInFlight?: number;
  readonly emergency?: () => Emergency | undefined;
  readonly reviewDocument?: ReviewDocument;
  readonly onDenied?: (denial: Denial) => void;
  readonly https?: { readonly cert: string; readonly key: string };
}

/** The webhook with the three policies of this file, closed after the test. */
export function webhook(setup: ServerSetup = {}) {
  const program = programOf(ownerPolicy, teamPolicy, notePolicy);
  const lines: LogLine[] = [];
  const at = (level: keyof Log) => (fields: object, message: string) =>
    void lines.push({ level, fields: { ...fields }, message });
  const metrics = webhookMetrics('0.0.0-test');
  metrics.loaded((setup.current ?? (() => program))());
  const app = webhookApp({
    current: () => program,
    readiness: () => [],
    metrics,
    log: { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') },
    ...setup,
  });
  opened.push(app);
  return {
    app,
    lines,
    metrics,
    /** The value of a series in /metrics. */
    async metric(series: string): Promise<number | undefined> {
      const { body } = await app.inject({ url: '/metrics' });
      const line = body.split('\n').find((candidate) => candidate.startsWith(`${series} `));
      return line === undefined ? undefined : Number(line.slice(series.length + 1));
    },
    post: (url: string, payload: unknown, headers: Readonly<Record<string, string>> = {}) =>
      app.inject({
        method: 'POST',
        url,
        headers: { 'content-type': 'application/json', ...headers },
        payload: typeof payload === 'string' || Buffer.isBuffer(payload) ? payload : JSON.stringify(payload),
      }),
  };
}

const opened: { close(): unknown }[] = [];

afterEach(async () => {
  for (const app of opened.splice(0)) await app.close();
});

export const configMap = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'settings', namespace: 'shop' },
  data: { password: 'correct horse' },
};

/** An object with everything that the three policies ask for. */
export const goodConfigMap = {
  ...configMap,
  metadata: {
    ...configMap.metadata,
    labels: { owner: 'jane', team: 'shop' },
    annotations: { note: 'seen' },
  },
};

/** What the API server sends when `object` is created. */
export function review(object: JsonObject, request: JsonObject = {}): JsonObject {
  const metadata = object['metadata'] as JsonObject;
  return {
    kind: 'AdmissionReview',
    apiVersion: 'admission.k8s.io/v1',
    request: {
      uid: '705ab4f5-6393-11e8-b7cc-42010a800002',
      kind: { group: '', version: 'v1', kind: object['kind'] },
      resource: { group: '', version: 'v1', resource: `${String(object['kind']).toLowerCase()}s` },
      requestKind: { group: '', version: 'v1', kind: object['kind'] },
      name: metadata['name'],
      namespace: metadata['namespace'],
      operation: 'CREATE',
      userInfo: { username: 'jane', groups: ['developers', 'system:authenticated'] },
      object,
      oldObject: null,
      dryRun: false,
      options: { kind: 'CreateOptions', apiVersion: 'meta.k8s.io/v1' },
      ...request,
    },
  };
}
