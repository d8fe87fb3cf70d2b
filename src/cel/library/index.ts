import type { Library } from '../declaration.ts';
import { AUTHORIZERS } from './authorizer.ts';
import { CIDRS } from './cidr.ts';
import { EXT_LISTS } from './ext-lists.ts';
import { EXT_STRINGS } from './ext-strings.ts';
import { FORMATS } from './format.ts';
import { IPS } from './ip.ts';
import { LISTS } from './lists.ts';
import { QUANTITIES } from './quantity.ts';
import { REGEX } from './regex.ts';
import { SEMVERS } from './semver.ts';
import { SETS } from './sets.ts';
import { URLS } from './url.ts';

export {
  AUTHORIZER,
  type AuthorizationAnswer,
  type AuthorizationCheck,
  type AuthorizationResolver,
  type AuthorizationResource,
  type AuthorizationSubject,
  AuthorizerValue,
  RESOURCE_CHECK,
  ResourceCheckValue,
} from './authorizer-values.ts';
export { JSONPATCH } from './jsonpatch.ts';

/**
 * The libraries of Kubernetes' environment, in no particular order. What only mutating policies have stands apart
 * (`JSONPATCH`).
 */
export const LIBRARIES: readonly Library[] = [
  AUTHORIZERS,
  CIDRS,
  EXT_LISTS,
  EXT_STRINGS,
  FORMATS,
  IPS,
  LISTS,
  QUANTITIES,
  REGEX,
  SEMVERS,
  SETS,
  URLS,
];
