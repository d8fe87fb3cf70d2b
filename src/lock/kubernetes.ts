import { formatTimestamp, makeTimestamp, parseTimestamp, Timestamp } from '../time/index.ts';
import type { LeaseRecord, LeaseStore, StoredLease } from './lease.ts';

/** One request to an API server. */
export interface LeaseRequest {
  readonly method: 'GET' | 'POST' | 'PATCH';
  /** Beneath the server's root: `/apis/coordination.k8s.io/v1/…` */
  readonly path: string;
  readonly contentType?: string;
  /** JSON. */
  readonly body?: string;
  readonly signal: AbortSignal;
}

/** Sends a request, and answers with the status, whatever it is, and the body as text. Rejects where there is none. */
export type SendRequest = (
  request: LeaseRequest,
) => Promise<{ readonly status: number; readonly body: string }>;

/**
 * A Lease of coordination.k8s.io/v1, made when it is first needed. Takes the verbs get, create and patch on `leases`.
 * Whatever else is in the Lease, labels and annotations, is left as it is.
 */
export function kubernetesLease(
  send: SendRequest,
  { namespace, name }: { readonly namespace: string; readonly name: string },
): LeaseStore {
  const all = `/apis/coordination.k8s.io/v1/namespaces/${encodeURIComponent(namespace)}/leases`;
  const one = `${all}/${encodeURIComponent(name)}`;
  const head = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease' };

  function written(status: number, body: string): StoredLease | 'conflict' {
    return status === 409 || status === 404 ? 'conflict' : read(status, body);
  }

  return {
    async get(signal) {
      const { status, body } = await send({ method: 'GET', path: one, signal });
      return status === 404 ? undefined : read(status, body);
    },
    async create(record, signal) {
      const lease = { ...head, metadata: { name, namespace }, spec: specOf(record) };
      const { status, body } = await send({
        method: 'POST',
        path: all,
        contentType: 'application/json',
        body: JSON.stringify(lease),
        signal,
      });
      // There is no such namespace, which no retry of another kind would find out.
      if (status === 404) return read(status, body);
      return written(status, body);
    },
    async update(record, resourceVersion, signal) {
      const { status, body } = await send({
        method: 'PATCH',
        path: one,
        contentType: 'application/merge-patch+json',
        body: JSON.stringify({ metadata: { resourceVersion }, spec: specOf(record) }),
        signal,
      });
      return written(status, body);
    },
  };
}

function specOf({ holderIdentity, acquireTime, renewTime, ...counts }: LeaseRecord): object {
  return {
    // In a merge patch null removes; a new Lease always has a holder.
    holderIdentity: holderIdentity === '' ? null : holderIdentity,
    acquireTime: microTime(acquireTime),
    renewTime: microTime(renewTime),
    ...counts,
  };
}

function read(status: number, body: string): StoredLease {
  if (status < 200 || status > 299) {
    throw new Error(`the API server answers ${status}: ${messageOf(body).slice(0, 300)}`);
  }
  const lease: unknown = JSON.parse(body);
  const spec = member(lease, 'spec');
  const resourceVersion = member(member(lease, 'metadata'), 'resourceVersion');
  if (typeof resourceVersion !== 'string') throw new Error('the API server answers no Lease');
  const holder = member(spec, 'holderIdentity');
  return {
    resourceVersion,
    record: {
      holderIdentity: typeof holder === 'string' ? holder : '',
      leaseDurationSeconds: count(member(spec, 'leaseDurationSeconds')),
      acquireTime: microseconds(member(spec, 'acquireTime')),
      renewTime: microseconds(member(spec, 'renewTime')),
      leaseTransitions: count(member(spec, 'leaseTransitions')),
    },
  };
}

function messageOf(body: string): string {
  try {
    const message = member(JSON.parse(body), 'message');
    return typeof message === 'string' ? message : body;
  } catch {
    return body;
  }
}

function count(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : 0;
}

/** meta/v1 MicroTime, which has six digits after the point, always. */
function microTime(value: number): string {
  const seconds = Math.floor(value / 1e6);
  const fraction = String(value - seconds * 1e6).padStart(6, '0');
  const whole = makeTimestamp(seconds, 0);
  if (whole === undefined) throw new RangeError('the clock is far off');
  return `${formatTimestamp(whole).slice(0, -1)}.${fraction}Z`;
}

function microseconds(value: unknown): number {
  const time = typeof value === 'string' ? parseTimestamp(value) : undefined;
  return time instanceof Timestamp ? time.seconds * 1e6 + Math.floor(time.nanos / 1000) : 0;
}

function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as { readonly [key: string]: unknown })[key]
    : undefined;
}
