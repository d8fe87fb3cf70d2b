import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, request as post } from 'node:https';
import type { AddressInfo } from 'node:net';
import { json, text } from 'node:stream/consumers';
import { createAuthority } from '../control-plane/index.ts';

/** What an API server asked a webhook, and what it was told. */
export interface Exchange {
  readonly review: AdmissionReview;
  readonly answer: { readonly response?: AdmissionResponse };
}

/** The parts of admission.k8s.io/v1 AdmissionReview that tests look at. */
export interface AdmissionReview {
  readonly request: {
    readonly uid: string;
    readonly operation: string;
    readonly name?: string;
    readonly namespace?: string;
    readonly resource: { readonly group: string; readonly version: string; readonly resource: string };
    readonly subResource?: string;
    readonly dryRun?: boolean;
    readonly object: unknown;
    readonly oldObject: unknown;
  };
}

export interface AdmissionResponse {
  readonly uid: string;
  readonly allowed: boolean;
  readonly warnings?: readonly string[];
  readonly auditAnnotations?: Readonly<Record<string, string>>;
}

/** Stands between the API server and a webhook, and keeps what passes. */
export interface Recorder {
  readonly url: string;
  /** PEM, for `caBundle`. */
  readonly authority: string;
  readonly exchanges: readonly Exchange[];
  readonly stop: () => Promise<void>;
}

/** @param target the webhook's own address, and the authority that its certificate is from */
export async function startRecorder(target: {
  readonly url: string;
  readonly authority: string;
}): Promise<Recorder> {
  const authority = await createAuthority();
  const { certificate, key } = await authority.server(['127.0.0.1']);
  const exchanges: Exchange[] = [];
  const server = createServer({ cert: certificate, key }, (incoming, outgoing) => {
    forward(incoming, outgoing, target, exchanges).catch((error: unknown) =>
      outgoing.destroy(error as Error),
    );
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    authority: authority.certificate,
    exchanges,
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function forward(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  target: { readonly url: string; readonly authority: string },
  exchanges: Exchange[],
): Promise<void> {
  const review = (await json(incoming)) as AdmissionReview;
  const request = post(new URL(incoming.url ?? '/', target.url), {
    method: 'POST',
    ca: target.authority,
    headers: { 'content-type': 'application/json' },
  }).end(JSON.stringify(review));
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const answer = await text(response);
  exchanges.push({ review, answer: JSON.parse(answer) });
  outgoing.writeHead(response.statusCode ?? 500, { 'content-type': 'application/json' }).end(answer);
}
