import { MemoryStore } from '../cache/memory.ts';
import { collect, type Descriptor, isDigest, verify } from '../digest.ts';
import { ImageError } from '../error.ts';
import { indexTypes, manifestTypes } from '../media-types.ts';
import type { ImageSource, RawManifest, Reading } from '../source.ts';
import { readBlob } from './blob.ts';
import { formatReference, type Reference } from './reference.ts';
import { discard } from './response.ts';
import { retrying, TransientError } from './retry.ts';
import type { Ask, Session } from './session.ts';
import type { Shared } from './shared.ts';
import type { Response } from './transport.ts';

const accept = { accept: [...manifestTypes, ...indexTypes].join(', ') };

/** An image at a registry and its mirrors (OCI distribution specification, "Pull"). */
export class RegistryImage implements ImageSource {
  readonly name: string;
  readonly #reference: Reference;
  readonly #shared: Shared;
  readonly #manifests: ManifestMemory;
  /** The one that answered last is first. */
  #sessions: readonly Session[];

  constructor(reference: Reference, sessions: readonly Session[], shared: Shared, manifests: ManifestMemory) {
    this.name = formatReference(reference);
    this.#reference = reference;
    this.#sessions = sessions;
    this.#shared = shared;
    this.#manifests = manifests;
  }

  async resolve(reading: Reading): Promise<RawManifest> {
    const { tag, digest } = this.#reference;
    return this.#first(async (session) => {
      const known = await this.#head(session, digest ?? tag ?? 'latest', reading.signal);
      return this.#get(session, known ?? digest ?? tag ?? 'latest', reading);
    }, reading.signal);
  }

  async manifest(digest: string, reading: Reading): Promise<RawManifest> {
    return this.#first((session) => this.#get(session, digest, reading), reading.signal);
  }

  async *blob(descriptor: Descriptor, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    yield* readBlob(this.#sessions, descriptor, this.#shared, signal);
  }

  /** The first endpoint that has it; of those that have not, the last one's answer: the registry's own. */
  async #first<T>(work: (session: Session) => Promise<T>, signal: AbortSignal): Promise<T> {
    let problem: unknown;
    for (const session of this.#sessions) {
      try {
        const result = await work(session);
        this.#sessions = [session, ...this.#sessions.filter((other) => other !== session)];
        return result;
      } catch (error) {
        if (!(error instanceof ImageError) || signal.aborted) throw error;
        problem = error;
      }
    }
    throw problem;
  }

  /**
   * What digest a tag has now. Registries that limit downloads count no HEAD, and where the manifest of that digest is
   * remembered it is not downloaded again; that these credentials may read it is known by then.
   * @returns undefined where the registry does not say
   */
  async #head(session: Session, name: string, signal: AbortSignal): Promise<string | undefined> {
    // A manifest that is not remembered is downloaded in any case.
    if (isDigest(name) && !this.#manifests.has(session, name)) return name;
    const ask: Ask = { method: 'HEAD', path: `manifests/${name}`, headers: accept, accept: [400, 405, 501] };
    const response = await retrying(() => session.ask(ask, signal), this.#shared, signal);
    await discard(response, this.#shared.timing);
    return response.status === 200 ? (digestOf(response) ?? undefined) : undefined;
  }

  async #get(session: Session, name: string, reading: Reading): Promise<RawManifest> {
    const known = isDigest(name) ? this.#manifests.get(session, name) : undefined;
    if (known !== undefined) return known;
    return retrying(() => this.#download(session, name, reading), this.#shared, reading.signal);
  }

  async #download(session: Session, name: string, reading: Reading): Promise<RawManifest> {
    const { limits, timing } = this.#shared;
    const late = new AbortController();
    const end = timing.after(limits.document, () => late.abort());
    const signal = AbortSignal.any([reading.signal, late.signal]);
    try {
      const response = await session.ask(
        { method: 'GET', path: `manifests/${name}`, headers: accept },
        signal,
      );
      const bytes = await readDocument(response, reading.maxBytes);
      const type = (response.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
      const digest = isDigest(name) ? name : digestOf(response);
      const manifest = { bytes, mediaType: type || undefined, digest };
      if (digest !== undefined) {
        verify(bytes, digest, 'manifest');
        this.#manifests.set(session, digest, manifest);
      }
      return manifest;
    } catch (error) {
      if (late.signal.aborted && !reading.signal.aborted)
        throw new TransientError(
          'unavailable',
          `\`${session.endpoint.host}\` has not sent the manifest within ${limits.document} ms`,
        );
      throw error;
    } finally {
      end();
    }
  }
}

function digestOf({ headers }: Response): string | undefined {
  const said = headers['docker-content-digest'];
  return typeof said === 'string' && isDigest(said) ? said : undefined;
}

async function readDocument(response: Response, limit: number): Promise<Buffer> {
  const { headers } = response;
  const problem =
    Number(headers['content-length'] ?? 0) > limit
      ? new ImageError('limit', `the manifest is larger than ${limit} bytes`)
      : headers['content-encoding'] !== undefined && headers['content-encoding'] !== 'identity'
        ? new ImageError('malformed', 'the manifest is compressed, which was not asked for')
        : undefined;
  if (problem !== undefined) {
    response.cancel();
    throw problem;
  }
  return collect(response.body, limit, 'the manifest');
}

/**
 * Manifests by endpoint, repository and digest. Whoever is given one has shown before that the registry lets them read that
 * repository.
 */
export class ManifestMemory {
  readonly #store: MemoryStore;

  constructor(bytes: number) {
    this.#store = new MemoryStore(bytes);
  }

  has(session: Session, digest: string): boolean {
    return this.#store.get(key(session, digest)) !== undefined;
  }

  get(session: Session, digest: string): RawManifest | undefined {
    const entry = this.#store.get(key(session, digest));
    if (entry === undefined) return undefined;
    const end = entry.indexOf(0x0a);
    const mediaType = Buffer.from(entry.subarray(0, end)).toString();
    return { bytes: entry.subarray(end + 1), mediaType: mediaType || undefined, digest };
  }

  set(session: Session, digest: string, { bytes, mediaType = '' }: RawManifest): void {
    this.#store.set(key(session, digest), Buffer.concat([Buffer.from(`${mediaType}\n`), bytes]));
  }
}

function key({ endpoint }: Session, digest: string): string {
  return `${endpoint.url.origin}/${endpoint.repository}@${digest}`;
}
