import { isDeepStrictEqual } from 'node:util';
import type { JsonObject } from '../model/index.ts';
import { refuse } from './ca-bundles.ts';
import { type ClusterClient, ClusterError } from './client.ts';
import { member, text } from './watched-list.ts';

/** What became of a configuration; `unneeded`: there is none, and nothing to ask for. */
export type Registered = 'created' | 'updated' | 'unchanged' | 'unneeded';

const root = '/apis/admissionregistration.k8s.io/v1';
const resources: { readonly [kind: string]: string } = {
  ValidatingWebhookConfiguration: 'validatingwebhookconfigurations',
  MutatingWebhookConfiguration: 'mutatingwebhookconfigurations',
};

const timeout = 10_000;

/**
 * Makes a webhook configuration of the cluster what it should be. Every webhook keeps the `caBundle` that it has, for
 * that is for others to look after; a new one gets that of its neighbours, else `bundle`. One that has none would fail
 * every call, and is made to fail open until it gets one.
 *
 * The whole object is written on top of the state that was read: server-side apply would leave of a webhook that is
 * not wanted any more what another owner has put into it, and the API server refuses such a rest. Takes the verbs
 * get, create and update. Rejects with a ClusterError: of status 409 where somebody was faster, 422 where the API
 * server does not accept it.
 *
 * @param desired without `caBundle`
 * @param bundle PEM
 */
export async function registerWebhooks(
  client: ClusterClient,
  desired: JsonObject,
  bundle: string | undefined,
): Promise<Registered> {
  const collection = `${root}/${resources[String(desired['kind'])]}`;
  const name = text(desired['metadata'], 'name') ?? '';
  const path = `${collection}/${encodeURIComponent(name)}`;
  const read = await client.send({ method: 'GET', path, timeout });
  const initial = bundle === undefined ? undefined : Buffer.from(bundle).toString('base64');
  if (read.status === 404) {
    const webhooks = webhooksOf(desired).map((webhook) => withBundle(webhook, initial));
    if (webhooks.length === 0) return 'unneeded';
    const body = JSON.stringify({ ...desired, webhooks });
    const sent = await client.send({ method: 'POST', path: collection, body, timeout });
    refuse(sent.status, sent.body);
    return 'created';
  }
  refuse(read.status, read.body);
  const live = parse(read.body);
  const former = webhooksOf(live);
  const neighbours = former.map(bundleOf).find((each) => each !== undefined);
  const webhooks = webhooksOf(desired).map((webhook) => {
    const same = former.find((each) => each['name'] === webhook['name']);
    return withBundle(webhook, (same && bundleOf(same)) ?? neighbours ?? initial);
  });
  if (isLike(former, webhooks)) return 'unchanged';
  const body = JSON.stringify({ ...live, webhooks });
  const sent = await client.send({ method: 'PUT', path, body, timeout });
  refuse(sent.status, sent.body);
  return 'updated';
}

function withBundle(webhook: JsonObject, caBundle: string | undefined): JsonObject {
  if (caBundle === undefined) return { ...webhook, failurePolicy: 'Ignore' };
  return { ...webhook, clientConfig: { ...(webhook['clientConfig'] as JsonObject), caBundle } };
}

function bundleOf(webhook: JsonObject): string | undefined {
  const bundle = text(webhook['clientConfig'], 'caBundle');
  return bundle === '' ? undefined : bundle;
}

/** Whether webhooks are what they should be: the same ones in the same order, as far as anybody says something. */
function isLike(live: readonly JsonObject[], desired: readonly JsonObject[]): boolean {
  return (
    live.length === desired.length &&
    desired.every((webhook, index) =>
      Object.keys(webhook).every((key) => isDeepStrictEqual(member(live[index], key) ?? [], webhook[key])),
    )
  );
}

function webhooksOf(configuration: unknown): readonly JsonObject[] {
  const webhooks = member(configuration, 'webhooks');
  return Array.isArray(webhooks) ? webhooks.filter((each) => typeof each === 'object' && each !== null) : [];
}

function parse(body: string): JsonObject {
  const value: unknown = JSON.parse(body);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw new ClusterError('the API server answers no webhook configuration');
}
