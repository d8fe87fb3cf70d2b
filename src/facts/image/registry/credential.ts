import { createHash } from 'node:crypto';

/** What a registry may be shown. Of several fields the first of this order counts. */
export interface Credential {
  /** Shown to the registry as it is. */
  readonly registryToken?: string | undefined;
  /** Exchanged for tokens (OAuth 2 refresh token). */
  readonly identityToken?: string | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
}

/** Where credentials come from. Asked only when a registry wants some. */
export interface CredentialSource {
  /**
   * Those that may be good for an image, the likeliest first.
   * @param name host and repository: `docker.io/library/alpine`
   */
  lookup(name: string, signal: AbortSignal): Promise<readonly Credential[]>;
}

/** Tells credentials apart without holding them. */
export function keyOf(credential: Credential | undefined): string {
  if (credential === undefined) return '';
  const { registryToken, identityToken, username, password } = credential;
  const text = JSON.stringify([registryToken, identityToken, username, password]);
  return createHash('sha256').update(text).digest('hex');
}

/** Several, one after the other, each credential once. */
export function firstOf(sources: readonly CredentialSource[]): CredentialSource {
  return {
    async lookup(name, signal) {
      const found = new Map<string, Credential>();
      for (const source of sources)
        for (const credential of await source.lookup(name, signal))
          if (!found.has(keyOf(credential))) found.set(keyOf(credential), credential);
      return [...found.values()];
    },
  };
}
