import type { IncomingMessage } from 'node:http';

/** In bytes: two objects of 3 MiB, the most that the API server takes, and what is around them. */
export const bodyLimit = 8 * 1024 * 1024;

/** Why a body was not collected to its end. */
export class BodyTooLarge extends Error {}

/**
 * Collects the body of a request as text, bytes that are no UTF-8 replaced. A body that comes in one piece, as
 * most do, is not copied.
 *
 * Of a body that is too large the rest is read and thrown away, for a client that still writes does not read what
 * it is answered; the server's request timeout bounds that.
 *
 * @param done called once: with the text, a BodyTooLarge, or the error of the connection
 */
export function collectBody(
  incoming: IncomingMessage,
  done: (error: Error | null, text?: string) => void,
): void {
  const announced = Number(incoming.headers['content-length']);
  if (announced > bodyLimit) {
    incoming.on('error', ignore);
    done(new BodyTooLarge());
    incoming.resume();
    return;
  }
  let size = 0;
  let text: string | undefined;
  let chunks: Buffer[] | undefined;
  incoming.on('data', (chunk: Buffer) => {
    const isWhole = size === 0 && chunk.length === announced;
    size += chunk.length;
    if (isWhole) text = chunk.toString();
    else if (size <= bodyLimit) {
      chunks ??= [];
      chunks.push(chunk);
    } else if (chunks !== undefined) {
      chunks = undefined;
      done(new BodyTooLarge());
    }
  });
  incoming.on('end', () => {
    if (size <= bodyLimit) done(null, text ?? (chunks === undefined ? '' : Buffer.concat(chunks).toString()));
  });
  incoming.on('error', (error) => {
    if (size <= bodyLimit) done(error);
  });
}

function ignore(): void {
  // The answer has been given.
}
