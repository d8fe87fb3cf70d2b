import type { IncomingHttpHeaders } from 'node:http';
import {
  type ProxyTracerProvider,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import type { AdmissionInput } from '../model/index.ts';
import type { Endpoint, Phase } from './metrics.ts';

/** Spans of OpenTelemetry, one a request with one a phase beneath it. */
export interface Tracing {
  /**
   * A request that has come. Nothing is handed on before it has its answer.
   * @param headers W3C's `traceparent` among them, where the API server traces, too
   */
  begin(endpoint: Endpoint, headers: IncomingHttpHeaders): Trace;
}

/** One request. Times are those of `performance.now()`. */
export interface Trace {
  phase(phase: Phase, start: number, end: number): void;
  /** Names only, nothing of the object. */
  judged(input: AdmissionInput, uid: string, outcome: TracedOutcome): void;
  end(start: number, end: number): void;
}

export interface TracedOutcome {
  readonly allowed: boolean;
  readonly findings: number;
  readonly errors: number;
}

/**
 * Undefined where nobody has registered anything that collects spans, as an SDK does that is loaded with `--import`
 * before us: then a request pays nothing for it.
 */
export function tracing(): Tracing | undefined {
  const provider = trace.getTracerProvider();
  const { getDelegateTracer } = provider as Partial<ProxyTracerProvider>;
  const isIdle = getDelegateTracer !== undefined && getDelegateTracer.call(provider, 'abatis') === undefined;
  if (isIdle) return undefined;
  const tracer = provider.getTracer('abatis');
  // OpenTelemetry takes milliseconds since the epoch.
  const at = (time: number) => performance.timeOrigin + time;
  return {
    begin(endpoint, headers) {
      const phases: [Phase, number, number][] = [];
      let attributes: Record<string, string | number | boolean> = {};
      let outcome: TracedOutcome | undefined;
      return {
        phase: (...phase) => void phases.push(phase),
        judged(input, uid, result) {
          const { group, version, resource } = input.resource;
          attributes = {
            'abatis.uid': uid,
            'abatis.operation': input.operation,
            'abatis.resource': [group, version, resource, input.subresource].filter(Boolean).join('/'),
            'abatis.namespace': input.namespace,
            'abatis.name': input.name,
            'abatis.dry_run': input.dryRun,
            'abatis.allowed': result.allowed,
            'abatis.findings': result.findings,
            'abatis.errors': result.errors,
          };
          outcome = result;
        },
        end(start, end) {
          const parent = propagation.extract(ROOT_CONTEXT, headers);
          const span = tracer.startSpan(
            `abatis ${endpoint}`,
            { kind: SpanKind.SERVER, startTime: at(start), attributes },
            parent,
          );
          const within = trace.setSpan(parent, span);
          for (const [phase, from, to] of phases) {
            tracer.startSpan(phase, { startTime: at(from) }, within).end(at(to));
          }
          if (outcome === undefined || outcome.errors > 0) span.setStatus({ code: SpanStatusCode.ERROR });
          span.end(at(end));
        },
      };
    },
  };
}
