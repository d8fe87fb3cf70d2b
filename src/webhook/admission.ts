import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { parseExact } from '../json/index.ts';
import type { AdmissionInput, JsonObject } from '../model/index.ts';
import { readBody } from './body.ts';
import type { Desk } from './desk.ts';
import { fail, sendError, shed } from './failure.ts';
import type { Question } from './judge.ts';
import type { Endpoint } from './metrics.ts';
import { arrivalOf, type Deadline, deadlineOf, within } from './patience.ts';
import { type Review, readReview } from './review.ts';
import type { Trace } from './tracing.ts';

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<void> | void;

/** Answers one change in JSON; at once, unless facts have to be found out. */
export type Respond = (question: Question) => string | Promise<string>;

/** A request that could be read, on its way to an answer. */
interface Call {
  readonly reply: FastifyReply;
  readonly review: Review;
  readonly body: string | undefined;
  readonly started: number;
  readonly deadline: Deadline;
  readonly trace: Trace | undefined;
}

/**
 * An endpoint that the API server asks: an AdmissionReview in, an AdmissionReview out. Waits for nothing but a
 * Namespace that the cache does not have yet, and facts that a policy asks for, so that an ordinary request is answered
 * in the turn of the event loop that its body came in. What it cannot answer in time it does not begin with.
 */
export function admissionHandler(desk: Desk, endpoint: Endpoint, answer: Respond): Handler {
  const { metrics, namespaces, closing, gate, turn } = desk;

  function respond(call: Call, namespaceObject: Namespace, read: number): void | Promise<void> {
    const { reply, review, body, started, deadline, trace } = call;
    const { uid, input } = review;
    let text: string | Promise<string>;
    try {
      text = answer({
        endpoint,
        input: withNamespace(input, namespaceObject),
        exactly: () => withNamespace(readAgain(body, input), namespaceObject),
        uid,
        started,
        read,
        deadline,
        trace,
      });
    } catch (error) {
      fail(desk, endpoint, reply, error, uid, started);
      return;
    }
    if (typeof text === 'string') return write(call, text);
    return text.then(
      (settled) => write(call, settled),
      (error: unknown) => fail(desk, endpoint, reply, error, uid, started),
    );
  }

  function write({ reply, deadline, trace, started }: Call, text: string): void {
    const judged = performance.now();
    // Written past Fastify's reply, whose hooks and serializers there is nothing to do for here.
    reply.hijack();
    reply.raw.writeHead(200, {
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(text),
      ...(closing?.() === true && { connection: 'close' }),
    });
    reply.raw.end(text);
    const ended = performance.now();
    metrics.phase(endpoint, 'answer', (ended - judged) / 1000);
    if (ended > deadline.end) metrics.tooLate(endpoint);
    trace?.phase('answer', judged, ended);
    trace?.end(started, ended);
  }

  async function fetched(call: Call, read: number): Promise<void> {
    const { namespace } = call.review.input;
    const found = await within(call.deadline.left(), namespaces?.fetch(namespace) ?? unknown);
    const known = performance.now();
    metrics.phase(endpoint, 'wait', (known - read) / 1000);
    call.trace?.phase('wait', read, known);
    return respond(call, found, known);
  }
  function handle(request: FastifyRequest, reply: FastifyReply): void | Promise<void> {
    const started = performance.now();
    const deadline = deadlineOf(arrivalOf(request, started, turn), request.url);
    if (deadline.isOver()) return shed(desk, endpoint, reply, 'late');
    const body = request.body as string | undefined;
    const parsed = readBody(body);
    const read = parsed.ok ? readReview(parsed.value) : parsed;
    if (!read.ok) {
      metrics.answered(endpoint, undefined, 'invalid', (performance.now() - started) / 1000);
      sendError(reply, read.error);
      return;
    }
    const { review } = read;
    const known = performance.now();
    metrics.phase(endpoint, 'parse', (known - started) / 1000);
    const trace = begin(request.headers, started, known);
    const call: Call = { reply, review, body, started, deadline, trace };
    const { namespace, namespaced } = review.input;
    if (!namespaced) return respond(call, null, known);
    const object = namespaces?.get(namespace);
    if (object !== undefined || namespaces === undefined) return respond(call, object, known);
    return fetched(call, known);
  }

  function begin(headers: IncomingHttpHeaders, started: number, known: number): Trace | undefined {
    const trace = desk.tracing?.begin(endpoint, headers);
    trace?.phase('parse', started, known);
    return trace;
  }

  return (request, reply) => {
    const pending = handle(request, reply);
    if (pending === undefined) return;
    gate.stay();
    return pending.finally(gate.leave);
  };
}

const unknown = Promise.resolve(undefined);

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
