import type { CredentialSource } from '../../../src/facts/image/index.ts';

const username = 'alice';
const password = 'pull me: please';

/** Somebody whom a private registry lets in by her password. */
export const alice = {
  username,
  password,
  /** A file with the hash of her password (bcrypt). */
  htpasswd: 'alice:$2b$04$ltd/s1noKsjovHtQJFLq7.iq9iPjWizcADo.vFPAjVYZ.5EtMvUvK\n',
  authorization: `Basic ${btoa(`${username}:${password}`)}`,
  credentials: { lookup: async () => [{ username, password }] } satisfies CredentialSource,
};
