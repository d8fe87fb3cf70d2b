import type { JsonObject } from '../model/index.ts';
import { refuse } from './ca-bundles.ts';
import type { ClusterClient } from './client.ts';

export interface Applied {
  /** Beneath the API server's root, of the object or its subresource. */
  readonly path: string;
  /** What we want of it, apiVersion, kind and metadata.name included. */
  readonly object: JsonObject;
  /** Who owns these fields from now on. */
  readonly manager: string;
  readonly signal?: AbortSignal;
}

const timeout = 10_000;

/**
 * Server-side apply: makes the fields of an object these, creates it where there is none, and leaves the fields of
 * others alone. Takes the verb patch, and create for what is new. Rejects with a ClusterError; of status 409 where the
 * object names a `metadata.resourceVersion` that is past.
 */
export async function serverSideApply(
  client: ClusterClient,
  { path, object, manager, signal }: Applied,
): Promise<void> {
  const { status, body } = await client.send({
    method: 'PATCH',
    path: `${path}?fieldManager=${encodeURIComponent(manager)}&force=true`,
    body: JSON.stringify(object),
    contentType: 'application/apply-patch+yaml',
    timeout,
    ...(signal !== undefined && { signal }),
  });
  refuse(status, body);
}
