import * as http from 'node:http';
import * as https from 'node:https';
import { buffer } from 'node:stream/consumers';
import type { MemorySource } from '../facts/image/image.ts';
import type { RegistryServer } from './server.ts';

export interface PushOptions {
  readonly repository: string;
  readonly tag?: string;
  /** The Authorization header. */
  readonly authorization?: string;
  /** The authority of the registry's certificate, PEM. */
  readonly ca?: string;
}

interface Document {
  readonly mediaType: string;
  readonly config?: Part;
  readonly layers?: readonly Part[];
  readonly manifests?: readonly Part[];
}

interface Part {
  readonly mediaType: string;
  readonly digest: string;
}

/**
 * Uploads an image with all that it consists of, as clients do (OCI distribution specification, "Push"). Layers that
 * lie elsewhere are left out.
 */
export async function push(
  server: RegistryServer,
  source: MemorySource,
  options: PushOptions,
): Promise<string> {
  const { repository, tag = 'latest' } = options;
  const base = `${server.url}/v2/${repository}`;
  const blobOf = (digest: string): Buffer => {
    const bytes = source.blobs.get(digest);
    if (bytes === undefined) throw new Error(`the source has no ${digest}`);
    return bytes;
  };
  const putBlob = async ({ digest, mediaType }: Part): Promise<void> => {
    if (mediaType.includes('foreign') || mediaType.includes('nondistributable')) return;
    const { location = '' } = await send('POST', `${base}/blobs/uploads/`, 202, options);
    const url = new URL(location, server.url);
    url.searchParams.set('digest', digest);
    await send('PUT', url.href, 201, options, blobOf(digest), 'application/octet-stream');
  };
  const putManifest = async (bytes: Uint8Array, name: string): Promise<void> => {
    const document = JSON.parse(Buffer.from(bytes).toString()) as Document;
    for (const { digest } of document.manifests ?? []) await putManifest(blobOf(digest), digest);
    const parts = [...(document.config === undefined ? [] : [document.config]), ...(document.layers ?? [])];
    const once = new Map(parts.map((part) => [part.digest, part]));
    for (const part of once.values()) await putBlob(part);
    await send('PUT', `${base}/manifests/${name}`, 201, options, bytes, document.mediaType);
  };
  await putManifest(source.top.bytes, tag);
  return `${server.host}/${repository}:${tag}`;
}

async function send(
  method: string,
  url: string,
  expected: number,
  { authorization, ca }: PushOptions,
  body: Uint8Array = Buffer.alloc(0),
  type?: string,
): Promise<http.IncomingHttpHeaders> {
  const headers = {
    'content-length': body.length,
    ...(type !== undefined && { 'content-type': type }),
    ...(authorization !== undefined && { authorization }),
  };
  const request = url.startsWith('https:')
    ? https.request(url, { method, headers, agent: false, ...(ca !== undefined && { ca }) })
    : http.request(url, { method, headers, agent: false });
  const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
    request.once('response', resolve);
    request.once('error', reject);
    request.end(body);
  });
  const text = (await buffer(response)).toString();
  if (response.statusCode !== expected)
    throw new Error(`${method} ${url} answered ${response.statusCode}: ${text.slice(0, 500)}`);
  return response.headers;
}
