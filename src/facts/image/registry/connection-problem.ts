import { cancelled, ImageError } from '../error.ts';
import { TransientError } from './retry.ts';

/** What is known of a connection that failed. */
export interface Failure {
  readonly host: string;
  /** Milliseconds that were waited for an answer, where it was given up for that. */
  readonly late: number | undefined;
  /** Whether it failed before TLS was agreed on. */
  readonly handshake?: boolean;
  readonly signal: AbortSignal;
}

/** Codes of Node, OpenSSL and the system, in words. What is not here may pass. */
const lasting: Readonly<Record<string, string>> = {
  ENOTFOUND: 'there is no such host',
  EPROTO: 'it does not speak TLS as it is spoken here',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'it does not speak TLS',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is signed by an authority that is not trusted',
  UNABLE_TO_GET_ISSUER_CERT: 'its certificate is signed by an authority that is not trusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate is signed by an authority that is not trusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is signed by an authority that is not trusted',
  // Two authorities of one name: a private one that was made anew.
  CERT_SIGNATURE_FAILURE: 'its certificate is signed by an authority that is not trusted',
  INVALID_CA: 'its certificate is signed by what is no authority',
  INVALID_PURPOSE: 'its certificate is not one of servers',
  CERT_REVOKED: 'its certificate was revoked',
};

const passing: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection broke off',
  EPIPE: 'the connection broke off',
  ETIMEDOUT: 'no connection came about in time',
  EHOSTUNREACH: 'there is no way to it',
  ENETUNREACH: 'there is no way to it',
  EAI_AGAIN: 'its name cannot be looked up now',
};

const plainHelp = 'if it is meant to be without TLS, set `plainHttp` in the configuration';

/** A failed connection as an ImageError, a TransientError where it may go well another time. */
export function connectionProblem(
  error: unknown,
  { host, late, handshake = false, signal }: Failure,
): ImageError {
  if (error instanceof ImageError) return error;
  if (signal.aborted) return cancelled(signal);
  if (late !== undefined)
    return new TransientError('unavailable', `\`${host}\` has not answered within ${late} ms`);
  const code = codeOf(error);
  if (Object.hasOwn(lasting, code)) {
    return new ImageError('unavailable', `\`${host}\` cannot be read: ${lasting[code]}`, {
      ...helpFor(code),
      cause: error,
    });
  }
  if (code.startsWith('CERT_'))
    return new ImageError('unavailable', `\`${host}\` cannot be read: its certificate is refused (${code})`, {
      cause: error,
    });
  // Bytes that are no HTTP will be none the next time.
  if (code.startsWith('HPE_'))
    return new ImageError('malformed', `\`${host}\` answers something else than HTTP (${code})`, {
      cause: error,
    });
  // A server without TLS may answer its first words so, and a busy one may too.
  if (handshake && (code === 'ECONNRESET' || code === 'EPIPE'))
    return new TransientError(
      'unavailable',
      `\`${host}\` cannot be read: the connection broke off before TLS was agreed on`,
      { help: plainHelp, cause: error },
    );
  const why = Object.hasOwn(passing, code) ? passing[code] : code || 'the connection failed';
  return new TransientError('unavailable', `\`${host}\` cannot be read: ${why}`, { cause: error });
}

/** Of several addresses that were tried, the first one's. */
function codeOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function helpFor(code: string): { readonly help?: string } {
  if (/SELF_SIGNED|^UNABLE_TO|^CERT_SIGNATURE/.test(code))
    return { help: 'name its authority’s certificate in the configuration, as `caFile`' };
  return code === 'EPROTO' || code.startsWith('ERR_SSL') ? { help: plainHelp } : {};
}
