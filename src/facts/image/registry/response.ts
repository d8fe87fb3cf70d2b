import type { Timing } from './timing.ts';
import type { Response } from './transport.ts';

/** Bytes, and milliseconds, that are spent on what is not wanted. */
const mostBytes = 64 * 1024;
const mostTime = 5_000;

/** Reads what is left of a small body, so that its connection is used again, and gives up a large or slow one. Never throws. */
export async function discard(response: Response, timing: Timing): Promise<void> {
  await readSmall(response, timing);
}

/**
 * The code in the body of an error (OCI distribution specification, "Error Codes"); its message may say anything, and is left
 * out. Never throws.
 */
export async function errorCode(response: Response, timing: Timing): Promise<string | undefined> {
  const bytes = await readSmall(response, timing);
  if (bytes === undefined) return undefined;
  try {
    const document: unknown = JSON.parse(bytes.toString('utf8'));
    const errors = field(document, 'errors');
    const code = field(Array.isArray(errors) ? errors[0] : undefined, 'code');
    return typeof code === 'string' && /^[A-Z][A-Z_]{1,40}$/.test(code) ? code : undefined;
  } catch {
    return undefined;
  }
}

async function readSmall(response: Response, timing: Timing): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const end = timing.after(mostTime, response.cancel);
  try {
    for await (const chunk of response.body) {
      size += chunk.length;
      if (size > mostBytes) return undefined;
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  } catch {
    return undefined;
  } finally {
    end();
  }
}

function field(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Record<string, unknown>)[key];
}
