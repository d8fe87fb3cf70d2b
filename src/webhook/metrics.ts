import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Program } from '../compile/index.ts';
import { actions, type Decision, type MutationResult, type Operation, operations } from '../model/index.ts';

/** Where an admission request may be posted. */
export type Endpoint = 'validate' | 'mutate' | 'check';

export const endpoints: readonly Endpoint[] = ['validate', 'mutate', 'check'];

/** What became of a request: `invalid` ones were no requests that could be judged, `failed` ones met a bug. */
export type Outcome = 'allowed' | 'denied' | 'invalid' | 'failed';

/** Everything that /metrics tells, of one server. */
export interface Metrics {
  readonly contentType: string;
  /** The text format of Prometheus. */
  render(): Promise<string>;
  /**
   * A request was answered.
   * @param operation undefined where the request was too broken to have one
   * @param seconds from when the body was there to when the answer was
   */
  answered(endpoint: Endpoint, operation: Operation | undefined, outcome: Outcome, seconds: number): void;
  /** A request was judged. */
  decided(decision: Decision): void;
  /** An object was mutated for good. */
  mutated(result: MutationResult): void;
  /**
   * A fact was asked for.
   * @param outcome `hit`: it was known; `found` or `absent`: it was found out; `late`, `failed`: it was not
   * @param seconds how long that took
   */
  fact(source: string, outcome: string, seconds: number): void;
  /** A program is in force from now on. Counters of policies start anew, so that those gone leave nothing behind. */
  loaded(program: Program): void;
  /** A certificate is served that is valid until then. */
  certificate(notAfter: Date): void;
  /** The documents of the cluster were considered: what became of each. */
  documents(fates: readonly string[]): void;
  /** How old what is known of the cluster's documents is, in seconds; 0 while changes arrive. */
  cacheAge(age: () => number): void;
  /** A set of policies was refused and the former one is still in force. */
  refused(): void;
}

/** In seconds: from what an ordinary request takes to what the API server would wait for at most by default. */
const buckets = [
  0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
];

/** Metrics of their own registry, so that two servers in one process do not add up. */
export function webhookMetrics(version: string): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const requests = new Counter({
    name: 'abatis_requests_total',
    help: 'Admission requests by endpoint, operation (none: not readable) and outcome.',
    labelNames: ['endpoint', 'operation', 'outcome'],
    registers,
  });
  const duration = new Histogram({
    name: 'abatis_request_duration_seconds',
    help: 'From when the body of an admission request was there to when its answer was.',
    labelNames: ['endpoint'],
    buckets,
    registers,
  });
  const findings = new Counter({
    name: 'abatis_findings_total',
    help: 'Findings by policy, rule and the action they had.',
    labelNames: ['policy', 'rule', 'action'],
    registers,
  });
  const mutations = new Counter({
    name: 'abatis_mutations_total',
    help: 'Objects that a mutation changed (applied) or would have changed (reported), by policy and mutation.',
    labelNames: ['policy', 'mutation', 'result'],
    registers,
  });
  const errors = new Counter({
    name: 'abatis_policy_errors_total',
    help: 'Policies that could not be evaluated, by policy and whether that denied the request.',
    labelNames: ['policy', 'denied'],
    registers,
  });
  const facts = new Counter({
    name: 'abatis_facts_total',
    help: 'Facts that policies asked for, by source and what became of it (hit, found, absent, late, failed, unknown).',
    labelNames: ['source', 'outcome'],
    registers,
  });
  const factDuration = new Histogram({
    name: 'abatis_fact_duration_seconds',
    help: 'How long it took to find facts out that were not known yet.',
    labelNames: ['source'],
    buckets,
    registers,
  });
  const reloads = new Counter({
    name: 'abatis_policy_loads_total',
    help: 'Sets of policies that were loaded or refused.',
    labelNames: ['result'],
    registers,
  });
  const loadedAt = new Gauge({
    name: 'abatis_policies_loaded_timestamp_seconds',
    help: 'When the policies in force were loaded.',
    registers,
  });
  const inForce = new Gauge({
    name: 'abatis_policies',
    help: 'Policies in force by their enforcement.',
    labelNames: ['enforcement'],
    registers,
  });
  const documents = new Gauge({
    name: 'abatis_policy_documents',
    help: 'Documents of the cluster by what became of them: accepted, former, broken, hidden.',
    labelNames: ['state'],
    registers,
  });
  let documentAge = (): number => 0;
  new Gauge({
    name: 'abatis_policy_cache_age_seconds',
    help: 'Since when changes of the documents of the cluster do not arrive; 0 while they do.',
    registers,
    collect() {
      this.set(documentAge());
    },
  });
  const certificateEnd = new Gauge({
    name: 'abatis_certificate_expiry_timestamp_seconds',
    help: 'When the certificate that is served expires; 0 while there is none.',
    registers,
  });
  new Gauge({
    name: 'abatis_build_info',
    help: 'The version that runs.',
    labelNames: ['version', 'node'],
    registers,
  }).set({ version, node: process.versions.node }, 1);
  processMetrics(registry);

  // Label sets are bound once: prom-client hashes those of every call that brings its own.
  const ofOutcome = (endpoint: Endpoint, outcome: Outcome) =>
    new Map([...operations, 'none' as const].map((name) => [name, requests.labels(endpoint, name, outcome)]));
  const ofEndpoint = (endpoint: Endpoint) => ({
    allowed: ofOutcome(endpoint, 'allowed'),
    denied: ofOutcome(endpoint, 'denied'),
    invalid: ofOutcome(endpoint, 'invalid'),
    failed: ofOutcome(endpoint, 'failed'),
  });
  const ofRequest = {
    validate: ofEndpoint('validate'),
    mutate: ofEndpoint('mutate'),
    check: ofEndpoint('check'),
  };
  const durations = {
    validate: duration.labels('validate'),
    mutate: duration.labels('mutate'),
    check: duration.labels('check'),
  };
  const ofFinding = new Map<string, Counter.Internal>();
  const loads = { loaded: reloads.labels('loaded'), refused: reloads.labels('refused') };
  loads.loaded.inc(0);
  loads.refused.inc(0);

  return {
    contentType: registry.contentType,
    render: () => registry.metrics(),
    answered(endpoint, operation, outcome, seconds) {
      ofRequest[endpoint][outcome].get(operation ?? 'none')?.inc();
      durations[endpoint].observe(seconds);
    },
    decided(decision) {
      for (const { policy, rule, action } of decision.findings) {
        const key = `${policy}/${rule}/${action}`;
        let counter = ofFinding.get(key);
        if (counter === undefined) {
          counter = findings.labels(policy, rule, action);
          ofFinding.set(key, counter);
        }
        counter.inc();
      }
      for (const { policy, denies } of decision.errors) errors.inc({ policy, denied: String(denies) });
    },
    mutated(result) {
      for (const [kind, list] of [
        ['applied', result.applied],
        ['reported', result.reported],
      ] as const) {
        const seen = new Set<string>();
        for (const { policy, mutation } of list) {
          const key = `${policy}/${mutation}`;
          if (!seen.has(key)) mutations.inc({ policy, mutation, result: kind });
          seen.add(key);
        }
      }
      for (const { policy, denies } of result.errors) errors.inc({ policy, denied: String(denies) });
    },
    fact(source, outcome, seconds) {
      facts.inc({ source, outcome });
      if (outcome !== 'hit') factDuration.observe({ source }, seconds);
    },
    loaded({ policies }) {
      loads.loaded.inc();
      loadedAt.setToCurrentTime();
      for (const action of actions) {
        inForce.set({ enforcement: action }, policies.filter((policy) => policy.action === action).length);
      }
      ofFinding.clear();
      findings.reset();
      errors.reset();
      mutations.reset();
      for (const { name, action, rules, mutations: made } of policies) {
        for (const { name: mutation } of made) {
          const result = action === 'Audit' ? 'reported' : 'applied';
          mutations.inc({ policy: name, mutation, result }, 0);
        }
        for (const rule of rules) findings.inc({ policy: name, rule: rule.name, action }, 0);
      }
    },
    certificate(notAfter) {
      certificateEnd.set(notAfter.getTime() / 1000);
    },
    documents(fates) {
      for (const state of ['accepted', 'former', 'broken', 'hidden']) {
        documents.set({ state }, fates.filter((fate) => fate === state).length);
      }
    },
    cacheAge(age) {
      documentAge = age;
    },
    refused() {
      loads.refused.inc();
    },
  };
}

/** What prom-client's default metrics would tell and an operator asks for, read only when asked. */
function processMetrics(registry: Registry): void {
  const registers = [registry];
  new Gauge({
    name: 'process_resident_memory_bytes',
    help: 'Resident memory.',
    registers,
    collect() {
      this.set(process.memoryUsage.rss());
    },
  });
  new Gauge({
    name: 'process_start_time_seconds',
    help: 'When the process started.',
    registers,
  }).set(Math.round(performance.timeOrigin / 1000));
  let counted = 0;
  new Counter({
    name: 'process_cpu_seconds_total',
    help: 'User and system CPU time.',
    registers,
    collect() {
      const { user, system } = process.cpuUsage();
      const total = (user + system) / 1e6;
      this.inc(total - counted);
      counted = total;
    },
  });
  let before = performance.eventLoopUtilization();
  new Gauge({
    name: 'nodejs_eventloop_utilization',
    help: 'The share of time that the event loop was busy since the last scrape.',
    registers,
    collect() {
      const now = performance.eventLoopUtilization();
      this.set(performance.eventLoopUtilization(now, before).utilization);
      before = now;
    },
  });
}
