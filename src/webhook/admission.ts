import type { FastifyReply, FastifyRequest } from 'fastify';
import { parseExact } from '../json/index.ts';
import type { AdmissionInput, JsonObject } from '../model/index.ts';
import { readBody } from './body.ts';
import { fail, sendError } from './failure.ts';
import type { Endpoint } from './metrics.ts';
import type { WebhookOptions } from './options.ts';
import { type Review, readReview } from './review.ts';

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<void> | void;

/**
 * Answers one change in JSON.
 * @param exactly the same input, its integers beyond 2^53 as they were written
 * @param started `performance.now()` of when the body was there
 */
export type Respond = (
  input: AdmissionInput,
  exactly: () => AdmissionInput,
  uid: string,
  started: number,
) => string;

/**
 * An endpoint that the API server asks: an AdmissionReview in, an AdmissionReview out. Waits for nothing but a
 * Namespace that the cache does not have yet, so that an ordinary request is answered in the turn of the event loop
 * that its body came in.
 */
export function admissionHandler(options: WebhookOptions, endpoint: Endpoint, answer: Respond): Handler {
  const { metrics, namespaces, closing } = options;

  function respond(
    reply: FastifyReply,
    review: Review,
    body: string | undefined,
    namespaceObject: Namespace,
    started: number,
  ): void {
    const { uid, input } = review;
    let text: string;
    try {
      text = answer(
        withNamespace(input, namespaceObject),
        () => withNamespace(readAgain(body, input), namespaceObject),
        uid,
        started,
      );
    } catch (error) {
      fail(options, endpoint, reply, error, uid, started);
      return;
    }
    // Written past Fastify's reply, whose hooks and serializers there is nothing to do for here.
    reply.hijack();
    reply.raw.writeHead(200, {
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(text),
      ...(closing?.() === true && { connection: 'close' }),
    });
    reply.raw.end(text);
  }

  return (request, reply) => {
    const started = performance.now();
    const text = request.body as string | undefined;
    const body = readBody(text);
    const read = body.ok ? readReview(body.value) : body;
    if (!read.ok) {
      metrics.answered(endpoint, undefined, 'invalid', (performance.now() - started) / 1000);
      sendError(reply, read.error);
      return;
    }
    const { namespace, namespaced } = read.review.input;
    if (!namespaced) return respond(reply, read.review, text, null, started);
    const known = namespaces?.get(namespace);
    if (known !== undefined || namespaces === undefined)
      return respond(reply, read.review, text, known, started);
    return namespaces.fetch(namespace).then((found) => respond(reply, read.review, text, found, started));
  };
}

/** The input once more, read with care for integers that a number cannot hold. */
function readAgain(body: string | undefined, input: Review['input']): Review['input'] {
  const read = readReview(parseExact(body ?? ''));
  return read.ok ? read.review.input : input;
}

type Namespace = JsonObject | null | undefined;

// Written out, for a spread costs more than everything else between parsing and evaluating.
function withNamespace(input: Review['input'], namespaceObject: Namespace): AdmissionInput {
  return {
    operation: input.operation,
    kind: input.kind,
    resource: input.resource,
    subresource: input.subresource,
    name: input.name,
    namespace: input.namespace,
    namespaced: input.namespaced,
    object: input.object,
    oldObject: input.oldObject,
    userInfo: input.userInfo,
    namespaceObject,
    dryRun: input.dryRun,
    options: input.options ?? null,
  };
}
