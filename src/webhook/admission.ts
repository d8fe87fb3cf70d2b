import type { FastifyReply, FastifyRequest } from 'fastify';
import { parseExact } from '../json/index.ts';
import type { AdmissionInput, JsonObject } from '../model/index.ts';
import { readBody } from './body.ts';
import { fail, sendError } from './failure.ts';
import type { Question } from './judge.ts';
import type { Endpoint } from './metrics.ts';
import type { WebhookOptions } from './options.ts';
import { patienceOf } from './patience.ts';
import { type Review, readReview } from './review.ts';

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<void> | void;

/** Answers one change in JSON; at once, unless facts have to be found out. */
export type Respond = (question: Question) => string | Promise<string>;

/**
 * An endpoint that the API server asks: an AdmissionReview in, an AdmissionReview out. Waits for nothing but a
 * Namespace that the cache does not have yet, and facts that a policy asks for, so that an ordinary request is answered in the turn of the event loop
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
    url: string,
  ): void | Promise<void> {
    const { uid, input } = review;
    let text: string | Promise<string>;
    try {
      text = answer({
        endpoint,
        input: withNamespace(input, namespaceObject),
        exactly: () => withNamespace(readAgain(body, input), namespaceObject),
        uid,
        started,
        patience: patienceOf(url),
      });
    } catch (error) {
      fail(options, endpoint, reply, error, uid, started);
      return;
    }
    if (typeof text === 'string') return write(reply, text);
    return text.then(
      (settled) => write(reply, settled),
      (error: unknown) => fail(options, endpoint, reply, error, uid, started),
    );
  }

  function write(reply: FastifyReply, text: string): void {
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
    const { url } = request;
    const { namespace, namespaced } = read.review.input;
    if (!namespaced) return respond(reply, read.review, text, null, started, url);
    const known = namespaces?.get(namespace);
    if (known !== undefined || namespaces === undefined)
      return respond(reply, read.review, text, known, started, url);
    return namespaces
      .fetch(namespace)
      .then((found) => respond(reply, read.review, text, found, started, url));
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
