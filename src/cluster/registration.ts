import { isDeepStrictEqual } from 'node:util';
import type { JsonObject } from '../model/index.ts';
import { refuse } from './ca-bundles.ts';
import { type ClusterClient, ClusterError } from './client.ts';
import { member, text } from './watched-list.ts';

/** What became of a configuration; `unneeded`: there is none, and nothing to ask for. */
export type Registered = 'updated' | 'unchanged' | 'unneeded';

const root = '/apis/admissionregistration.k8s.io/v1';
const resources: { readonly [kind: string]: string } = {
  ValidatingWebhookConfiguration: 'validatingwebhookconfigurations',
  MutatingWebhookConfiguration: 'mutatingwebhookconfigurations',
};

const timeout = 10_000;

/**
 * Makes a webhook configuration of the cluster what it should be. It is never created: whoever deletes it wants no more
 * calls, and a replica that still runs must not bring it back. Every webhook keeps the `caBundle` that it has, for
 * that is for others to look after; a new one gets that of its neighbours, else `bundle`. One that has none would fail
 * every call, and is made to fail open until it gets one.
 *
 * The whole object is written on top of the state that was read: server-side apply would leave of a webhook that is
 * not wanted any more what another owner has put into it, and the API server refuses such a rest. Takes the verbs
 * get and update. Rejects with a ClusterError: of status 404 where there is no such configuration, 409 where somebody
 * was faster, 422 where the API server does not accept it.
 *
 * @param desired without `caBundle`; of its metadata count the name and the owners
 * @param bundle PEM
 */
export async function registerWebhooks(
  client: ClusterClient,
  desired: JsonObject,
  bundle: string | undefined,
): Promise<Registered> {
  const kind = String(desired['kind']);
  const name = text(desired['metadata'], 'name') ?? '';
  const path = `${root}/${resources[kind]}/${encodeURIComponent(name)}`;
  const read = await client.send({ method: 'GET', path, timeout });
  if (read.status === 404) {
    if (webhooksOf(desired).length === 0) return 'unneeded';
    const help = 'create one without webhooks, and it is filled';
    throw new ClusterError(`there is no ${kind} \`${name}\`: ${help}`, 404);
  }
  refuse(read.status, read.body);
  const initial = bundle === undefined ? undefined : Buffer.from(bundle).toString('base64');
  const live = parse(read.body);
  const former = webhooksOf(live);
  const neighbours = former.map(bundleOf).find((each) => each !== undefined);
  const webhooks = webhooksOf(desired).map((webhook) => {
    const same = former.find((each) => each['name'] === webhook['name']);
    return withBundle(webhook, (same && bundleOf(same)) ?? neighbours ?? initial);
  });
  const owned = withOwners(live['metadata'], member(desired['metadata'], 'ownerReferences'));
  if (isLike(former, webhooks) && owned === undefined) return 'unchanged';
  const body = JSON.stringify({ ...live, ...(owned !== undefined && { metadata: owned }), webhooks });
  const sent = await client.send({ method: 'PUT', path, body, timeout });
  refuse(sent.status, sent.body);
  return 'updated';
}

/** Metadata with these owners beside others, in place of former ones of the same name; undefined if it has them. */
function withOwners(metadata: unknown, owners: unknown): JsonObject | undefined {
  const wanted = Array.isArray(owners) ? owners : [];
  const references = member(metadata, 'ownerReferences');
  const live: readonly unknown[] = Array.isArray(references) ? references : [];
  const has = (owner: unknown) => live.some((each) => text(each, 'uid') === text(owner, 'uid'));
  if (wanted.every(has)) return undefined;
  const isFormer = (each: unknown) =>
    wanted.some(
      (owner) => text(owner, 'kind') === text(each, 'kind') && text(owner, 'name') === text(each, 'name'),
    );
  const others = live.filter((each) => !isFormer(each));
  return { ...(metadata as JsonObject), ownerReferences: [...others, ...wanted] as readonly JsonObject[] };
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
