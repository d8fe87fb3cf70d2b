/**
 * How an image is pulled where nothing is said: again each time if its tag may have moved, once if it is no image at
 * all. Source: kubernetes pkg/apis/core/v1 SetDefaults_Container.
 */
export function pullPolicy(image: unknown): 'Always' | 'IfNotPresent' {
  return typeof image === 'string' && isLatest(image) ? 'Always' : 'IfNotPresent';
}

const identifier = /^[a-f0-9]{64}$/;
const host = /^(?:[a-zA-Z0-9-]+(?:\.[a-zA-Z0-9-]+)*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?$/;
const badHost = /^-|-$|-[.:]|\.-/;
const repository = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*$/;
const digestForm = /^(?:sha256:[a-f0-9]{64}|sha384:[a-f0-9]{96}|sha512:[a-f0-9]{128})$/;

/** Longer than that no name of a repository may be. */
const longestRepository = 255;

/** Whether a reference names the tag `latest`, or neither a tag nor a digest. Source: distribution/reference. */
function isLatest(image: string): boolean {
  if (identifier.test(image)) return false;
  const at = image.indexOf('@');
  const digest = at < 0 ? undefined : image.slice(at + 1);
  const [domain, rest] = splitDomain(at < 0 ? image : image.slice(0, at));
  const colon = rest.indexOf(':');
  const tag = colon < 0 ? undefined : rest.slice(colon + 1);
  const path = colon < 0 ? rest : rest.slice(0, colon);
  if (path.length > longestRepository || !repository.test(path)) return false;
  if (domain !== undefined && (!host.test(domain) || badHost.test(domain))) return false;
  if (digest !== undefined && !digestForm.test(digest)) return false;
  return tag === undefined ? digest === undefined : tag === 'latest';
}

/** The first segment is a host if it cannot be anything else. */
function splitDomain(name: string): readonly [string | undefined, string] {
  const slash = name.indexOf('/');
  const first = slash < 0 ? '' : name.slice(0, slash);
  const isDomain = first === 'localhost' || /[.:A-Z]/.test(first);
  return isDomain ? [first, name.slice(slash + 1)] : [undefined, name];
}
