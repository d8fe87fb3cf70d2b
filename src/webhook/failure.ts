import type { FastifyReply } from 'fastify';
import type { Endpoint, ShedReason } from './metrics.ts';
import type { WebhookOptions } from './options.ts';
import { type RequestError, renderRequestError, requestErrors } from './request-error.ts';

/** Answers a request that cannot be judged. */
export function sendError(reply: FastifyReply, error: RequestError): void {
  reply
    .code(requestErrors[error.reason].status)
    .header('content-type', 'application/json; charset=utf-8')
    .send(renderRequestError(error));
}

const shedding = { full: 'Overloaded', late: 'TooLate' } as const;

/**
 * Leaves a request to the webhook's failurePolicy: for the API server this is a failed call. Without `Retry-After`, for
 * client-go would wait and call again within the same timeout (client-go rest/with_retry.go).
 */
export function shed(
  { metrics }: Pick<WebhookOptions, 'metrics'>,
  endpoint: Endpoint,
  reply: FastifyReply,
  reason: ShedReason,
): void {
  metrics.shed(endpoint, reason);
  sendError(reply, { reason: shedding[reason] });
}

/** Answers a request that met a bug: a failed call, so that the API server follows the webhook's failurePolicy. */
export function fail(
  { metrics, log }: WebhookOptions,
  endpoint: Endpoint,
  reply: FastifyReply,
  error: unknown,
  uid: string | undefined,
  started: number,
): void {
  metrics.answered(endpoint, undefined, 'failed', (performance.now() - started) / 1000);
  log.error({ uid, endpoint, error: stackOf(error) }, 'failed to judge a request, which is a bug');
  sendError(reply, uid === undefined ? { reason: 'InternalError' } : { reason: 'InternalError', uid });
}

// The message is left out: it may quote the object.
function stackOf(error: unknown): unknown {
  if (!(error instanceof Error)) return typeof error;
  const frames = error.stack?.split('\n').filter((line) => line.startsWith('    at ')) ?? [];
  return { name: error.name, frames: frames.slice(0, 10).map((line) => line.trim()) };
}
