import { parseAddress } from '../../../ip/index.ts';
import { isDigest } from '../digest.ts';

/** An image's name, in full: what Docker and containerd make of a short one. */
export interface Reference {
  /** The registry, in lower case, with its port where one is written: `docker.io`, `[2001:db8::1]:5000`. */
  readonly host: string;
  /** The path within the registry: `library/alpine`. */
  readonly repository: string;
  /** `latest` where neither a tag nor a digest is written; undefined beside a digest, which goes before it. */
  readonly tag: string | undefined;
  /** `sha256:…` or `sha512:…`. */
  readonly digest: string | undefined;
}

/** Characters of a reference that are looked at: host, repository, tag and digest at their longest. */
const longest = 1024;
/** Characters of host and repository together (distribution/reference, NameTotalLengthMax). */
const longestName = 255;

// The words of the grammar at github.com/distribution/reference. No text is matched in two ways, so that each takes linear time.
const component = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*$/;
const tagForm = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;
const hostForm =
  /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*$/;
const portForm = /^[0-9]{1,5}$/;

/**
 * Reads the name of an image as Docker, containerd and the kubelet do (distribution/reference, ParseDockerRef): `alpine` is
 * `docker.io/library/alpine:latest`. Never throws, and takes time in proportion to the text.
 * @returns the reference, or why there is none
 */
export function parseReference(text: string): Reference | string {
  if (text === '') return 'it is empty';
  if (text.length > longest) return `it is longer than ${longest} characters`;
  if (/^[a-f0-9]{64}$/.test(text)) return 'it is an image id, which says nothing about where the image is';
  const at = text.indexOf('@');
  const digest = at < 0 ? undefined : text.slice(at + 1);
  if (digest !== undefined && !isDigest(digest)) return digestProblem(digest);
  const named = at < 0 ? text : text.slice(0, at);
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1);
  // A colon in the only segment is a tag's, for without a path there is no registry.
  const tag = colon < 0 ? undefined : named.slice(colon + 1);
  const name = colon < 0 ? named : named.slice(0, colon);
  if (tag !== undefined && !tagForm.test(tag)) return tagProblem(tag);
  const split = splitHost(name);
  const host = canonicalHost(split.host);
  if (!host.ok) return host.problem;
  const problem = repositoryProblem(split.repository);
  if (problem !== undefined) return problem;
  const repository =
    host.value === 'docker.io' && !split.repository.includes('/')
      ? `library/${split.repository}`
      : split.repository;
  if (host.value.length + 1 + repository.length > longestName)
    return `its name is longer than ${longestName} characters`;
  // Beside a digest the tag means nothing: it may have been moved since.
  return {
    host: host.value,
    repository,
    tag: digest === undefined ? (tag ?? 'latest') : undefined,
    digest,
  };
}

/** The canonical text: `docker.io/library/alpine:latest`. */
export function formatReference({ host, repository, tag, digest }: Reference): string {
  return `${host}/${repository}${digest === undefined ? `:${tag ?? 'latest'}` : `@${digest}`}`;
}

/** A host and its port as they are written in configuration and references, in lower case. */
export function parseHost(text: string): string | undefined {
  const host = canonicalHost(text);
  return host.ok ? host.value : undefined;
}

/**
 * The first segment is a registry when it has a dot, a colon or a letter in upper case, or is `localhost`
 * (distribution/reference, splitDockerDomain).
 */
function splitHost(name: string): { readonly host: string; readonly repository: string } {
  const slash = name.indexOf('/');
  const first = slash < 0 ? '' : name.slice(0, slash);
  if (!/[.:A-Z]/.test(first) && first !== 'localhost') return { host: 'docker.io', repository: name };
  return { host: first, repository: name.slice(slash + 1) };
}

type Host = { readonly ok: true; readonly value: string } | { readonly ok: false; readonly problem: string };

function canonicalHost(text: string): Host {
  const end = text.startsWith('[')
    ? text.indexOf(']') + 1
    : text.indexOf(':') < 0
      ? text.length
      : text.indexOf(':');
  const host = text.slice(0, end);
  const rest = text.slice(end);
  const refuse = (problem: string): Host => ({ ok: false, problem });
  if (rest !== '' && (!rest.startsWith(':') || !portForm.test(rest.slice(1)) || !isPort(rest.slice(1))))
    return refuse('the port of its registry is not a number from 1 to 65535');
  if (host.startsWith('[')) {
    const address = parseAddress(host.slice(1, -1));
    if (typeof address === 'string' || address.family === 4) return refuse('its registry is no IPv6 address');
  } else if (!hostForm.test(host)) return refuse('its registry is neither a host name nor an address');
  const value = `${host.toLowerCase()}${rest}`;
  return { ok: true, value: value === 'index.docker.io' ? 'docker.io' : value };
}

function isPort(text: string): boolean {
  return Number(text) >= 1 && Number(text) <= 65_535;
}

function repositoryProblem(repository: string): string | undefined {
  if (repository === '') return 'it has no repository';
  if (repository.length > longestName) return `its name is longer than ${longestName} characters`;
  const wrong = repository.split('/').find((segment) => !component.test(segment));
  if (wrong === undefined) return undefined;
  if (wrong === '') return 'its repository has an empty segment';
  if (component.test(wrong.toLowerCase())) return 'its repository has a letter in upper case';
  return 'its repository has other characters than lower-case letters, digits and single separators between them';
}

function tagProblem(tag: string): string {
  if (tag === '') return 'its tag is empty';
  if (tag.length > 128) return 'its tag is longer than 128 characters';
  return 'its tag has other characters than letters, digits, `_`, `.` and `-`, or begins with one of the last two';
}

function digestProblem(digest: string): string {
  if (/^sha(?:256|512):/.test(digest))
    return 'its digest has not as many hexadecimal digits as its algorithm gives';
  return 'its digest is neither sha256 nor sha512';
}
