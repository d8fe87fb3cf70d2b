import { fromBytes, toBytes } from './bytes.ts';
import { escapeBytes, mustEscape, unescapeBytes } from './escape.ts';
import { parseHost, splitHostPort } from './host.ts';

/** A user name and, where there was a colon, a password; unescaped. */
interface User {
  readonly name: string;
  readonly password: string | undefined;
}

/** The parts of a URL, in bytes (one character each), unescaped but for `opaque`, `query` and the raw forms. */
interface Parts {
  readonly scheme: string;
  readonly opaque: string;
  readonly user: User | undefined;
  readonly host: string;
  readonly omitHost: boolean;
  readonly path: string;
  readonly rawPath: string;
  readonly query: string;
  readonly forceQuery: boolean;
  readonly fragment: string;
  readonly rawFragment: string;
}

type Outcome = { readonly parts: Parts } | { readonly problem: string };

const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):/;
// Go refuses control characters anywhere in a URL.
const isControl = (code: number) => code < 32 || code === 127;
const userForm = /^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/;

const nothing: Parts = {
  scheme: '',
  opaque: '',
  user: undefined,
  host: '',
  omitHost: false,
  path: '',
  rawPath: '',
  query: '',
  forceQuery: false,
  fragment: '',
  rawFragment: '',
};

function hasControl(bytes: string): boolean {
  for (let i = 0; i < bytes.length; i++) if (isControl(bytes.charCodeAt(i))) return true;
  return false;
}

type Authority = { readonly user: User | undefined; readonly host: string } | { readonly problem: string };

function parseAuthority(schemeName: string, authority: string): Authority {
  const at = authority.lastIndexOf('@');
  const host = parseHost(schemeName, authority.slice(at + 1));
  if ('problem' in host) return host;
  if (at === -1) return { user: undefined, host: host.bytes };
  const info = authority.slice(0, at);
  if (!userForm.test(info)) return { problem: 'the user has an invalid character' };
  const colon = info.indexOf(':');
  const name = unescapeBytes(colon === -1 ? info : info.slice(0, colon), 'user');
  if ('problem' in name) return name;
  if (colon === -1) return { user: { name: name.bytes, password: undefined }, host: host.bytes };
  const password = unescapeBytes(info.slice(colon + 1), 'user');
  if ('problem' in password) return password;
  return { user: { name: name.bytes, password: password.bytes }, host: host.bytes };
}

/** Everything but the fragment (Go net/url, parse); `asRequest` allows only absolute URLs and absolute paths. */
function parseWithoutFragment(text: string, asRequest: boolean): Outcome {
  if (hasControl(text)) return { problem: 'it has a control character' };
  if (text === '' && asRequest) return { problem: 'it is empty' };
  if (text === '*') return { parts: { ...nothing, path: '*' } };
  if (text.startsWith(':')) return { problem: 'the scheme is missing' };
  const match = scheme.exec(text);
  const schemeName = match?.[1]?.toLowerCase() ?? '';
  let rest = match === null ? text : text.slice(match[0].length);

  const mark = rest.indexOf('?');
  const forceQuery = mark !== -1 && mark === rest.length - 1;
  const query = mark === -1 ? '' : rest.slice(mark + 1);
  if (mark !== -1) rest = rest.slice(0, mark);

  if (!rest.startsWith('/')) {
    if (schemeName !== '') {
      return { parts: { ...nothing, scheme: schemeName, opaque: rest, query, forceQuery } };
    }
    if (asRequest) return { problem: 'it is neither absolute nor an absolute path' };
    if ((rest.split('/', 1)[0] ?? '').includes(':')) return { problem: 'its first path segment has a colon' };
  }

  let user: User | undefined;
  let host = '';
  let omitHost = false;
  if ((schemeName !== '' || (!asRequest && !rest.startsWith('///'))) && rest.startsWith('//')) {
    const slash = rest.indexOf('/', 2);
    const authority = parseAuthority(schemeName, slash === -1 ? rest.slice(2) : rest.slice(2, slash));
    if ('problem' in authority) return authority;
    ({ user, host } = authority);
    rest = slash === -1 ? '' : rest.slice(slash);
  } else if (schemeName !== '' && rest.startsWith('/')) omitHost = true;

  const path = unescapeBytes(rest, 'path');
  if ('problem' in path) return path;
  // The raw form is kept only where escaping the path anew would give another.
  const rawPath = escapeBytes(path.bytes, 'path') === rest ? '' : rest;
  return {
    parts: {
      ...nothing,
      scheme: schemeName,
      user,
      host,
      omitHost,
      path: path.bytes,
      rawPath,
      query,
      forceQuery,
    },
  };
}

const alsoValid = "!$&'()*+,;=:@[]%";

function isValidlyEscaped(raw: string, part: 'path' | 'fragment'): boolean {
  for (let i = 0; i < raw.length; i++) {
    if (!alsoValid.includes(raw[i] ?? '') && mustEscape(raw.charCodeAt(i), part)) return false;
  }
  return true;
}

/** A URL as Go's net/url reads it. */
export class Url {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  get scheme(): string {
    return this.#parts.scheme;
  }

  /** `host[:port]`. */
  get host(): string {
    return fromBytes(this.#parts.host);
  }

  get hostname(): string {
    return fromBytes(splitHostPort(this.#parts.host).hostname);
  }

  get port(): string {
    return splitHostPort(this.#parts.host).port;
  }

  get escapedPath(): string {
    const { path, rawPath } = this.#parts;
    if (rawPath !== '' && isValidlyEscaped(rawPath, 'path')) return rawPath;
    return path === '*' ? '*' : escapeBytes(path, 'path');
  }

  /** The query's parameters in order; those that are not validly escaped, or hold a `;`, are left out. */
  get query(): ReadonlyMap<string, readonly string[]> {
    const parameters = new Map<string, string[]>();
    const settings = this.#parts.query.split('&');
    if (settings.length > 10_000) return parameters;
    for (const setting of settings) {
      if (setting === '' || setting.includes(';')) continue;
      const equals = setting.indexOf('=');
      const name = unescapeBytes(equals === -1 ? setting : setting.slice(0, equals), 'query');
      const value = unescapeBytes(equals === -1 ? '' : setting.slice(equals + 1), 'query');
      if ('problem' in name || 'problem' in value) continue;
      const key = fromBytes(name.bytes);
      const values = parameters.get(key);
      if (values === undefined) parameters.set(key, [fromBytes(value.bytes)]);
      else values.push(fromBytes(value.bytes));
    }
    return parameters;
  }

  /** The URL put together again; two URLs are equal if this is. */
  toString(): string {
    const p = this.#parts;
    let text = p.scheme === '' ? '' : `${p.scheme}:`;
    if (p.opaque !== '') text += fromBytes(p.opaque);
    else {
      const path = this.escapedPath;
      if (p.scheme !== '' || p.host !== '' || p.user !== undefined) {
        if (!p.omitHost && (p.host !== '' || p.path !== '' || p.user !== undefined)) text += '//';
        if (p.user !== undefined) {
          const { name, password } = p.user;
          text += escapeBytes(name, 'user');
          text += password === undefined ? '@' : `:${escapeBytes(password, 'user')}@`;
        }
        text += escapeBytes(p.host, 'host');
      }
      text += path;
    }
    if (p.forceQuery || p.query !== '') text += `?${fromBytes(p.query)}`;
    if (p.fragment !== '') {
      const raw = p.rawFragment !== '' && isValidlyEscaped(p.rawFragment, 'fragment');
      text += `#${raw ? p.rawFragment : escapeBytes(p.fragment, 'fragment')}`;
    }
    return text;
  }
}

/** Whether the text is an absolute URL or an absolute path (Go url.ParseRequestURI); undefined if so, else why not. */
export function requestUrlProblem(text: string): string | undefined {
  const outcome = parseWithoutFragment(toBytes(text), true);
  return 'problem' in outcome ? outcome.problem : undefined;
}

/**
 * Reads an absolute URL or absolute path as Kubernetes' `url()` does: it has to pass both url.ParseRequestURI and
 * url.Parse of Go.
 * @returns the URL, or why there is none
 */
export function parseUrl(text: string): Url | string {
  const problem = requestUrlProblem(text);
  if (problem !== undefined) return problem;
  const bytes = toBytes(text);
  const hash = bytes.indexOf('#');
  const outcome = parseWithoutFragment(hash === -1 ? bytes : bytes.slice(0, hash), false);
  if ('problem' in outcome) return outcome.problem;
  if (hash === -1 || hash === bytes.length - 1) return new Url(outcome.parts);
  const rawFragment = bytes.slice(hash + 1);
  const fragment = unescapeBytes(rawFragment, 'fragment');
  if ('problem' in fragment) return fragment.problem;
  const plain = escapeBytes(fragment.bytes, 'fragment') === rawFragment;
  return new Url({ ...outcome.parts, fragment: fragment.bytes, rawFragment: plain ? '' : rawFragment });
}
