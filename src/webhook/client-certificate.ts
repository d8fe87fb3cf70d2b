import type { TLSSocket } from 'node:tls';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendError } from './failure.ts';
import type { RequestError } from './request-error.ts';

/**
 * Before anything of a request is read: refuses it unless its connection showed a certificate that the server's `ca`
 * signed and, where names are given, that is for one of them (its common name or a DNS name). Connections without one
 * are accepted, for probes and Prometheus have none.
 */
export function requireClientCertificate(
  names: readonly string[],
  refused: (request: FastifyRequest) => void,
): (request: FastifyRequest, reply: FastifyReply, done: () => void) => void {
  // It stays the same as long as the connection does.
  const known = new WeakMap<object, RequestError | 'welcome'>();
  return (request, reply, done) => {
    const socket = request.raw.socket as TLSSocket;
    let verdict = known.get(socket);
    if (verdict === undefined) {
      verdict = judgeClient(socket, names);
      known.set(socket, verdict);
    }
    if (verdict === 'welcome') return done();
    refused(request);
    sendError(reply, verdict);
  };
}

function judgeClient(socket: TLSSocket, names: readonly string[]): RequestError | 'welcome' {
  const peer = socket.getPeerCertificate?.();
  if (peer === undefined || peer === null || Object.keys(peer).length === 0) {
    return { reason: 'ClientCertificateMissing' };
  }
  if (!socket.authorized) {
    return { reason: 'ClientCertificateRefused', detail: String(socket.authorizationError) };
  }
  if (names.length === 0) return 'welcome';
  const common = [peer.subject?.CN ?? []].flat();
  const alternative = (peer.subjectaltname ?? '')
    .split(', ')
    .flatMap((entry) => /^DNS:(.*)$/.exec(entry)?.[1] ?? []);
  if ([...common, ...alternative].some((name) => names.includes(name))) return 'welcome';
  return { reason: 'ClientCertificateRefused', detail: 'it is for another name' };
}
