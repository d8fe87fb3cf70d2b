/** An authority, as far as the plan goes. */
export interface PlannedAuthority {
  readonly id: string;
  /** In milliseconds since 1970. */
  readonly notAfter: number;
  /** Whether its key is still there, so that it can sign. */
  readonly signs: boolean;
}

export interface PlannedLeaf {
  /** The id of the authority that signed it. */
  readonly issuer: string;
  readonly notAfter: number;
  /** Whether it is for every name that is asked for. */
  readonly fits: boolean;
}

/** What replicas share. */
export interface PlannedState {
  /** The oldest first. */
  readonly authorities: readonly PlannedAuthority[];
  readonly leaf: PlannedLeaf | undefined;
}

/**
 * The authorities in each bundle that clients go by. `unknown` where nobody could be asked; `by hand` where somebody
 * carries the bundle to them whom nobody can ask.
 */
export type Published = readonly (readonly string[])[] | 'unknown' | 'by hand';

export interface Lives {
  /** Of a leaf, in milliseconds. */
  readonly leaf: number;
  /** Of an authority: at least three times as long. */
  readonly authority: number;
  /** How long after it was published everywhere clients can be trusted to go by a bundle. */
  readonly settling: number;
}

export interface Situation {
  readonly state: PlannedState;
  readonly published: Published;
  /** Since when all bundles have had the newest authority; undefined where they have not. */
  readonly trustedSince: number | undefined;
  readonly now: number;
  readonly lives: Lives;
}

/** The one thing to do next. */
export type Step =
  /** A new authority beside those that there are, which is the next to sign once all trust it. */
  | { readonly step: 'make authority' }
  | { readonly step: 'issue leaf'; readonly by: string }
  /** Forget the authorities that have expired. */
  | { readonly step: 'drop expired' }
  /** Put exactly these authorities into every bundle. */
  | { readonly step: 'publish'; readonly bundle: readonly string[] }
  | { readonly step: 'wait' };

/**
 * What to do next, so that at every moment the leaf that is served is signed by an authority in every bundle:
 *
 * 1. a third of its life before it ends, an authority gets a successor, which signs nothing yet;
 * 2. both are published;
 * 3. when all bundles have had both for a while, the successor signs the next leaf;
 * 4. the old one stays in the bundles until it expires, and with it whatever it signed: a replica that is late with the
 *    new leaf is trusted all the same.
 *
 * Where there is nothing to serve, a leaf is issued at once, trusted or not. Where the bundle is carried by hand, the
 * successor signs as late as it can: that leaves the third for carrying.
 */
export function nextStep({ state, published, trustedSince, now, lives }: Situation): Step {
  const alive = state.authorities.filter(({ notAfter }) => notAfter > now);
  const newest = alive.findLast(({ signs }) => signs);
  if (newest === undefined) return { step: 'make authority' };

  const { leaf } = state;
  const issuer = alive.find(({ id }) => id === leaf?.issuer);
  const isTrusted =
    Array.isArray(published) && trustedSince !== undefined && now - trustedSince >= lives.settling;
  const isLast = published === 'by hand' && (issuer === undefined || issuer.notAfter - now <= lives.leaf);
  const signer = isTrusted || isLast || issuer === undefined || !issuer.signs ? newest : issuer;
  if (leaf === undefined || issuer === undefined || leaf.notAfter <= now)
    return { step: 'issue leaf', by: signer.id };

  if (alive.length < state.authorities.length) return { step: 'drop expired' };
  if (newest.notAfter - now <= lives.authority / 3) return { step: 'make authority' };
  const bundle = alive.map(({ id }) => id);
  if (Array.isArray(published) && !published.every((ids) => isSameSet(ids, bundle))) {
    return { step: 'publish', bundle };
  }
  const isHandedOver = signer.id !== issuer.id && (isTrusted || isLast);
  const isOld = leaf.notAfter - now <= lives.leaf / 3;
  // Certificates know whole seconds: what would not end later than the old one is no help.
  const isLonger = Math.min(now + lives.leaf, signer.notAfter) - leaf.notAfter > 1000;
  const mayIssue = signer.id === issuer.id || isHandedOver;
  if (mayIssue && (isHandedOver || !leaf.fits || (isOld && isLonger)))
    return { step: 'issue leaf', by: signer.id };
  return { step: 'wait' };
}

function isSameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((id) => b.includes(id));
}
