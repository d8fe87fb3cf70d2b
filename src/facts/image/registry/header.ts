import type { Credential } from './credential.ts';

/** RFC 7617. A name with a colon cannot be told from its password. */
export function basic({ username, password = '' }: Credential): string | undefined {
  if (username === undefined || username.includes(':')) return undefined;
  return `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
}

/** RFC 6750, section 2.1. Undefined for what is no token and could not stand in a header. */
export function bearer(token: string): string | undefined {
  return /^[A-Za-z0-9._~+/-]+=*$/.test(token) ? `Bearer ${token}` : undefined;
}
