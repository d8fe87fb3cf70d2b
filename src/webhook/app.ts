import { STATUS_CODES } from 'node:http';
import type { Server } from 'node:https';
import Fastify, { type FastifyError, type FastifyInstance } from 'fastify';

import { checkHandler } from './check.ts';
import { requireClientCertificate } from './client-certificate.ts';
import { BodyTooLarge, collectBody } from './collect.ts';
import { deskOf } from './desk.ts';
import { fail, sendError, shed } from './failure.ts';
import { type Endpoint, endpoints } from './metrics.ts';
import { mutateHandler } from './mutate.ts';
import type { WebhookOptions } from './options.ts';
import { type RequestErrorReason, renderRequestError, requestErrors } from './request-error.ts';
import { validateHandler } from './validate.ts';

/** The API server keeps a connection for 90 seconds after its last use (client-go's transport); we outlast it. */
const keepAliveMilliseconds = 120_000;

/** For a request to come in completely. The API server itself waits 30 seconds at most for the whole call. */
const requestMilliseconds = 30_000;

/** What Node's parser gives up on, by its code, where that is not the form of the request. */
const connectionErrors: ReadonlyMap<unknown, RequestErrorReason> = new Map([
  ['ERR_HTTP_REQUEST_TIMEOUT', 'RequestTimeout'],
  ['HPE_HEADER_OVERFLOW', 'HeadersTooLarge'],
]);

const allowedMethods: { readonly [path: string]: string } = {
  '/validate': 'POST',
  '/mutate': 'POST',
  '/check': 'POST',
  '/healthz': 'GET, HEAD',
  '/readyz': 'GET, HEAD',
  '/metrics': 'GET, HEAD',
};

/**
 * The webhook as an application that does not listen yet: tests inject into it, `serve` opens its port. HTTP/1.1,
 * which is what the API server speaks to a webhook behind a Service.
 */
export function webhookApp(options: WebhookOptions): FastifyInstance<Server> {
  const { https, clientNames, metrics } = options;
  const desk = deskOf(options);
  const { gate } = desk;
  const app = Fastify({
    // Verified, and refused where it matters: a probe has no certificate to show.
    https:
      https === undefined
        ? null
        : { ...https, requestCert: clientNames !== undefined, rejectUnauthorized: false },
    // One line for each request that anybody will ask for is written where it is judged.
    logger: false,
    keepAliveTimeout: keepAliveMilliseconds,
    requestTimeout: requestMilliseconds,
    // While draining, what still comes over an open connection is answered as ever.
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    exposeHeadRoutes: true,
    clientErrorHandler(error, socket) {
      if (socket.destroyed || !socket.writable) return;
      const reason = connectionErrors.get(error.code) ?? 'MalformedHttp';
      const body = renderRequestError({ reason });
      const { status } = requestErrors[reason];
      socket.end(
        `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\ncontent-type: application/json\r\nconnection: close\r\n` +
          `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
      );
    },
    frameworkErrors: (_error, _request, reply) => sendError(reply, { reason: 'NotFound' }),
  });

  // Text as it came: each endpoint parses once and words its own errors.
  app.removeAllContentTypeParsers();
  app.decorateRequest('arrived', 0);
  app.addContentTypeParser('application/json', (request, incoming, done) => {
    request.arrived = performance.now();
    if (gate.enter()) {
      collectBody(incoming, (error, text) => {
        gate.leave();
        done(error, text);
      });
      return;
    }
    // A client that still writes does not read what it is answered.
    incoming.on('error', ignore).resume();
    done(new Full());
  });
  app.addHook('onClose', (_app, done) => {
    desk.turn.stop();
    done();
  });

  const onlyKnown =
    clientNames === undefined
      ? {}
      : {
          onRequest: requireClientCertificate(clientNames, ({ url }) =>
            metrics.answered(endpointOf(url) ?? 'validate', undefined, 'invalid', 0),
          ),
        };
  app.post('/validate', onlyKnown, validateHandler(desk));
  app.post('/mutate', onlyKnown, mutateHandler(desk));
  app.post('/check', onlyKnown, checkHandler(desk));
  app.get('/healthz', (_request, reply) => {
    reply.header('content-type', 'application/json; charset=utf-8').send('{"status":"ok"}');
  });
  app.get('/readyz', (_request, reply) => {
    const checks = options.readiness();
    const ready = checks.every(({ ok }) => ok);
    reply
      .code(ready ? 200 : 503)
      .header('content-type', 'application/json; charset=utf-8')
      .send(JSON.stringify({ ready, checks }));
  });
  app.get('/metrics', async (_request, reply) => {
    const text = await options.metrics.render();
    return reply.header('content-type', options.metrics.contentType).send(text);
  });

  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0] ?? '';
    const allow = Object.hasOwn(allowedMethods, path) ? allowedMethods[path] : undefined;
    if (allow === undefined) return sendError(reply, { reason: 'NotFound' });
    sendError(reply.header('allow', allow), { reason: 'MethodNotAllowed' });
  });

  app.setErrorHandler((error: FastifyError | BodyTooLarge | Full, request, reply) => {
    const started = performance.now();
    if (error instanceof Full) {
      reply.removeHeader('connection');
      return shed(desk, endpointOf(request.url) ?? 'validate', reply, 'full');
    }
    const reason = reasonOf(error);
    if (reason === 'InternalError') {
      fail(options, endpointOf(request.url) ?? 'validate', reply, error, undefined, started);
      return;
    }
    // Fastify would cut the connection while the client still writes, which loses the answer.
    reply.removeHeader('connection');
    const endpoint = endpointOf(request.url);
    if (endpoint !== undefined) options.metrics.answered(endpoint, undefined, 'invalid', 0);
    sendError(reply, { reason });
  });
  return app;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** `performance.now()` of when its headers were read. */
    arrived: number;
  }
}

/** There are as many requests in flight as there may be. */
class Full extends Error {}

function ignore(): void {
  // The answer has been given.
}

function endpointOf(url: string): Endpoint | undefined {
  return endpoints.find((endpoint) => url.startsWith(`/${endpoint}`));
}

function reasonOf(error: FastifyError | BodyTooLarge): RequestErrorReason {
  if (error instanceof BodyTooLarge) return 'BodyTooLarge';
  if (error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return 'UnsupportedContentType';
  const status = error.statusCode ?? 500;
  return status >= 400 && status < 500 ? 'MalformedHttp' : 'InternalError';
}
