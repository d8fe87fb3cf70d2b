import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Program } from '../compile/index.ts';
import {
  actions,
  type Decision,
  type EvaluationError,
  type MutationResult,
  type Operation,
  operations,
} from '../model/index.ts';
import { processMetrics } from './process-metrics.ts';
import { FixedCounters, FixedHistograms } from './series.ts';

/** Where an admission request may be posted. */
export type Endpoint = 'validate' | 'mutate' | 'check';

export const endpoints: readonly Endpoint[] = ['validate', 'mutate', 'check'];

/**
 * What became of a request: `invalid` ones were no requests that could be judged, `shed` ones came when there was no
 * room or no time for them, `failed` ones met a bug.
 */
export type Outcome = (typeof outcomes)[number];

const outcomes = ['allowed', 'denied', 'invalid', 'shed', 'failed'] as const;

/** Where the time of a request goes. */
export type Phase = (typeof phases)[number];

const phases = ['parse', 'evaluate', 'wait', 'answer'] as const;

/** Why a request was not judged although it could have been. */
export type ShedReason = (typeof shedReasons)[number];

const shedReasons = ['full', 'late'] as const;

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
  /** A part of a request's time, in seconds. */
  phase(endpoint: Endpoint, phase: Phase, seconds: number): void;
  /** A request was refused for want of room or time. */
  shed(endpoint: Endpoint, reason: ShedReason): void;
  /** An answer was given when the API server had given up. */
  tooLate(endpoint: Endpoint): void;
  /** How many requests are in flight, and how many may be. */
  inFlight(count: () => number, limit: number): void;
  /** A request was judged for long; `policy` took most of it, where somebody looked. */
  slow(endpoint: Endpoint): void;
  slowest(policy: string): void;
  /** Whether the emergency switch is on, and whether changes of it arrive. */
  emergency(state: () => { readonly on: boolean; readonly watched: boolean }): void;
  /** What became of an Event that was to be written. */
  event(result: string): void;
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
  /** Whether this replica writes for all of them, and what it writes arrives. */
  leading(is: () => boolean): void;
  /** A set of policies was refused and the former one is still in force. */
  refused(): void;
  /** Whether what is written in files now is refused. */
  refusal(is: () => boolean): void;
}

/** In seconds: from what an ordinary request takes to what the API server would wait for at most by default. */
const buckets = [
  0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
];

/** Metrics of their own registry, so that two servers in one process do not add up. */
export function webhookMetrics(version: string): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const requests = new FixedCounters(
    'abatis_requests_total',
    'Admission requests by endpoint, operation (none: not readable) and outcome.',
  );
  const duration = new FixedHistograms(
    'abatis_request_duration_seconds',
    'From when the body of an admission request was there to when its answer was.',
    buckets,
  );
  const phaseDuration = new FixedHistograms(
    'abatis_phase_duration_seconds',
    'The parts of that: parse, evaluate, wait (for facts and Namespaces), answer.',
    buckets,
  );
  const sheds = new FixedCounters(
    'abatis_shed_total',
    'Requests that were left to the failurePolicy of the webhook, for there was no room (full) or no time (late).',
  );
  const late = new FixedCounters(
    'abatis_late_answers_total',
    'Answers that were given when the API server had given up.',
  );
  const slow = new FixedCounters(
    'abatis_slow_evaluations_total',
    'Requests that took long to judge, 50 ms or more without what was waited for.',
  );
  const slowest = new Counter({
    name: 'abatis_slowest_policy_total',
    help: 'Policies that took most of the time of a slow evaluation; looked at once a minute at most.',
    labelNames: ['policy'],
    registers,
  });
  const events = new Counter({
    name: 'abatis_events_total',
    help: 'Events about denials by what became of them: created, updated, dropped, failed.',
    labelNames: ['result'],
    registers,
  });
  let requestsInFlight = (): number => 0;
  new Gauge({
    name: 'abatis_requests_in_flight',
    help: 'Requests whose body is on its way, or that wait for facts or a Namespace.',
    registers,
    collect() {
      this.set(requestsInFlight());
    },
  });
  const limit = new Gauge({
    name: 'abatis_requests_in_flight_limit',
    help: 'How many requests may be in flight before more are refused.',
    registers,
  });
  let emergencyState = (): { readonly on: boolean; readonly watched: boolean } => ({
    on: false,
    watched: false,
  });
  new Gauge({
    name: 'abatis_emergency',
    help: '1 while the emergency switch is on and everything is noted only.',
    registers,
    collect() {
      this.set(emergencyState().on ? 1 : 0);
    },
  });
  new Gauge({
    name: 'abatis_emergency_watched',
    help: '1 while changes of the emergency switch arrive.',
    registers,
    collect() {
      this.set(emergencyState().watched ? 1 : 0);
    },
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
    help: 'Policies that could not be evaluated, by policy, rule or mutation at fault, and whether that denied.',
    labelNames: ['policy', 'rule', 'denied'],
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
  let isRefused = (): boolean => false;
  new Gauge({
    name: 'abatis_policies_refused',
    help: 'Whether the set of policies that is written now is refused, and a former one in force.',
    registers,
    collect() {
      this.set(isRefused() ? 1 : 0);
    },
  });
  let isLeading = (): boolean => false;
  new Gauge({
    name: 'abatis_leading',
    help: 'Whether this replica keeps the registration and the status of documents in step: 1 on one of them.',
    registers,
    collect() {
      this.set(isLeading() ? 1 : 0);
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

  const perEndpoint = <T>(of: (endpoint: Endpoint) => T): Readonly<Record<Endpoint, T>> => ({
    validate: of('validate'),
    mutate: of('mutate'),
    check: of('check'),
  });
  const perName = <N extends string, T>(names: readonly N[], of: (name: N) => T): Readonly<Record<N, T>> =>
    Object.fromEntries(names.map((name) => [name, of(name)])) as Record<N, T>;
  const ofRequest = perEndpoint((endpoint) =>
    perName(outcomes, (outcome) =>
      perName([...operations, 'none' as const], (operation) => requests.of({ endpoint, operation, outcome })),
    ),
  );
  const durations = perEndpoint((endpoint) => duration.of({ endpoint }));
  const ofPhase = perEndpoint((endpoint) =>
    perName(phases, (phase) => phaseDuration.of({ endpoint, phase })),
  );
  const ofShed = perEndpoint((endpoint) => perName(shedReasons, (reason) => sheds.of({ endpoint, reason })));
  const ofLate = perEndpoint((endpoint) => late.of({ endpoint }));
  const ofSlow = perEndpoint((endpoint) => slow.of({ endpoint }));
  const failed = ({ policy, rule, mutation, denies }: EvaluationError): void =>
    errors.inc({ policy, rule: rule ?? mutation ?? '', denied: String(denies) });
  const ofFinding = new Map<string, Counter.Internal>();
  const loads = { loaded: reloads.labels('loaded'), refused: reloads.labels('refused') };
  loads.loaded.inc(0);
  loads.refused.inc(0);

  return {
    contentType: registry.contentType,
    async render() {
      const written = [requests, duration, phaseDuration, sheds, late, slow].map((each) => each.render());
      return [...written, await registry.metrics()].join('\n\n');
    },
    answered(endpoint, operation, outcome, seconds) {
      ofRequest[endpoint][outcome][operation ?? 'none'].inc();
      durations[endpoint].observe(seconds);
    },
    phase(endpoint, phase, seconds) {
      ofPhase[endpoint][phase].observe(seconds);
    },
    shed(endpoint, reason) {
      ofShed[endpoint][reason].inc();
      ofRequest[endpoint].shed.none.inc();
    },
    tooLate(endpoint) {
      ofLate[endpoint].inc();
    },
    inFlight(count, most) {
      requestsInFlight = count;
      limit.set(most);
    },
    slow(endpoint) {
      ofSlow[endpoint].inc();
    },
    slowest(policy) {
      slowest.inc({ policy });
    },
    emergency(state) {
      emergencyState = state;
    },
    event(result) {
      events.inc({ result });
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
      decision.errors.forEach(failed);
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
      result.errors.forEach(failed);
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
      slowest.reset();
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
    leading(is) {
      isLeading = is;
    },
    refused() {
      loads.refused.inc();
    },
    refusal(is) {
      isRefused = is;
    },
  };
}
