import { apiGroup, documentKinds, resourceOf } from '../load/index.ts';
import type { Target } from '../registration/index.ts';

/** In seconds: what the API server waits for an answer, as it does where nobody says otherwise. */
export const webhookTimeout = 10;

/** What `--register` and `abatis registration` call the configurations unless told. */
export const defaultRegistration = 'abatis';

/** Our own kinds as a registration knows them. */
export function ownKinds(holdsDocuments: boolean): {
  readonly ownGroup: string;
  readonly ownResources: readonly string[];
} {
  return {
    ownGroup: apiGroup,
    ownResources: holdsDocuments ? Object.values(documentKinds).map(({ kind }) => resourceOf(kind)) : [],
  };
}

/**
 * Where the API server is to call: at a URL, or a Service by `namespace/name`, with `:port` where that is not 443.
 * @returns undefined where what is given is neither
 */
export function targetOf(
  { url, service }: { readonly url?: string | undefined; readonly service?: string | undefined },
  ownNamespace: string,
): Target | undefined {
  if (url !== undefined) return /^https:\/\/[^/]+\/?$/.test(url) && URL.canParse(url) ? { url } : undefined;
  const [place = '', ...ports] = (service ?? 'abatis').split(':');
  const [name = '', namespace = ownNamespace, ...more] = place.split('/').reverse();
  const isName = (text: string) => /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/.test(text);
  if (!isName(name) || !isName(namespace) || more.length > 0) return undefined;
  if (ports.length === 0) return { service: { namespace, name } };
  const port = Number(ports[0]);
  const isPort = ports.length === 1 && /^[1-9]\d{0,4}$/.test(ports[0] ?? '') && port <= 65_535;
  return isPort ? { service: { namespace, name, port } } : undefined;
}
