/**
 * Why there are no facts about an image:
 * - `notFound`: there is no such image, manifest or file
 * - `unauthorized`: the source wants other credentials
 * - `refused`: configuration does not let it be read from there
 * - `unavailable`: the source did not answer, or its files cannot be read; later it may
 * - `unsupported`: of a kind that is not read: media type, compression, artefact
 * - `malformed`: not what its media type says
 * - `mismatch`: bytes that are not those of the digest or size under which they were asked for
 * - `limit`: more than is looked at (limits.ts)
 * - `platform`: the image is not there for the platform
 * - `ambiguous`: several images where one was asked for
 * - `cancelled`: the caller's signal
 */
export type ImageErrorReason =
  | 'notFound'
  | 'unauthorized'
  | 'refused'
  | 'unavailable'
  | 'unsupported'
  | 'malformed'
  | 'mismatch'
  | 'limit'
  | 'platform'
  | 'ambiguous'
  | 'cancelled';

/** The only error that the functions of this folder reject with, bugs apart. */
export class ImageError extends Error {
  override readonly name = 'ImageError';
  readonly reason: ImageErrorReason;
  /** How to mend it. */
  readonly help: string | undefined;

  constructor(
    reason: ImageErrorReason,
    message: string,
    options: { readonly help?: string; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.reason = reason;
    this.help = options.help;
  }
}

/**
 * What somebody else's code threw (a source, zlib, the file system), as an {@link ImageError}.
 * @param doing what was tried, for the message: `layer … cannot be read`
 */
export function toImageError(error: unknown, doing: string, signal?: AbortSignal): ImageError {
  if (error instanceof ImageError) return error;
  if (signal?.aborted === true) return cancelled(signal);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const cause = { cause: error };
  if (code === 'ENOENT') return new ImageError('notFound', `${doing}: there is no such file`, cause);
  if (corrupt.test(code))
    return new ImageError('malformed', `${doing}: the compressed data is damaged or cut short`, cause);
  const said = error instanceof Error ? error.message : String(error);
  return new ImageError('unavailable', `${doing}: ${said}`, cause);
}

const corrupt = /^(?:Z_(?:DATA|BUF|NEED_DICT|STREAM|MEM|VERSION)|ZSTD_error|ERR_ZLIB|ERR_ZSTD)/;

export function cancelled(signal: AbortSignal): ImageError {
  return new ImageError('cancelled', 'the inspection of the image was stopped before its end', {
    cause: signal.reason,
  });
}

export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw cancelled(signal);
}
