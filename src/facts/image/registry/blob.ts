import type { Descriptor } from '../digest.ts';
import { isDigest } from '../digest.ts';
import { ImageError, throwIfCancelled } from '../error.ts';
import { TransientError, wait } from './retry.ts';
import type { Session } from './session.ts';
import type { Shared } from './shared.ts';
import type { Response } from './transport.ts';

/** Bytes after which failures before are forgotten. */
const goodProgress = 1024 * 1024;

/**
 * A blob's bytes. A download that breaks off goes on where it stopped (OCI distribution specification, "Pulling blobs"; RFC 9110,
 * section 14). Whether they are those of the digest is for the caller to find out.
 */
export async function* readBlob(
  sessions: readonly Session[],
  descriptor: Descriptor,
  shared: Shared,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const { digest, size } = descriptor;
  if (!isDigest(digest)) throw new ImageError('malformed', `\`${digest.slice(0, 160)}\` is no digest`);
  let offset = 0;
  let attempt = 0;
  let endpoint = 0;
  let safeAt = goodProgress;
  while (offset < size) {
    const session = sessions[endpoint] as Session;
    try {
      for await (const chunk of download(session, descriptor, offset, signal)) {
        offset += chunk.length;
        if (offset > size) throw larger(descriptor);
        if (offset >= safeAt) {
          attempt = 0;
          safeAt = offset + goodProgress;
        }
        yield chunk;
      }
      if (offset < size)
        throw new TransientError(
          'unavailable',
          `blob \`${digest}\` broke off after ${offset} of ${size} bytes`,
        );
    } catch (error) {
      throwIfCancelled(signal);
      if (!(error instanceof ImageError)) throw error;
      if (error instanceof TransientError && ++attempt < shared.limits.attempts) {
        await wait(error, attempt, shared, signal);
      } else if (endpoint + 1 < sessions.length && error.reason !== 'mismatch') {
        endpoint++;
        attempt = 0;
      } else throw error;
    }
  }
}

async function* download(
  session: Session,
  descriptor: Descriptor,
  offset: number,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const { digest } = descriptor;
  const headers: Record<string, string> = offset === 0 ? {} : { range: `bytes=${offset}-` };
  const ask = { method: 'GET', path: `blobs/${digest}`, headers, accept: [206] } as const;
  const response = await session.ask(ask, signal);
  try {
    let skip = startOf(response, descriptor, offset);
    for await (const chunk of response.body) {
      // A server that knows no ranges begins anew.
      if (skip >= chunk.length) skip -= chunk.length;
      else {
        yield skip === 0 ? chunk : chunk.subarray(skip);
        skip = 0;
      }
    }
  } finally {
    response.cancel();
  }
}

/** How many bytes of a response have come before. Throws where it cannot be the blob. */
function startOf({ status, headers }: Response, descriptor: Descriptor, offset: number): number {
  const { digest, size } = descriptor;
  if (status === 206) {
    const range = /^bytes (\d{1,16})-\d{1,16}\/(?:\d{1,16}|\*)$/.exec(headers['content-range'] ?? '');
    if (range === null || Number(range[1]) !== offset)
      throw new ImageError('malformed', `blob \`${digest}\` came in another part than was asked for`);
    return 0;
  }
  const length = headers['content-length'];
  if (length !== undefined && headers['content-encoding'] === undefined && Number(length) !== size)
    throw new ImageError(
      'mismatch',
      `blob \`${digest}\` should have ${size} bytes, and is sent with ${length}`,
    );
  return offset;
}

function larger({ digest, size }: Descriptor): ImageError {
  return new ImageError('mismatch', `blob \`${digest}\` has more than its ${size} bytes`);
}
