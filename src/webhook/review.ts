import {
  type AdmissionInput,
  type GroupVersionKind,
  type GroupVersionResource,
  type JsonObject,
  type Operation,
  operations,
  type UserInfo,
} from '../model/index.ts';
import type { RequestError } from './request-error.ts';

/** What an AdmissionReview asks, but for what only the cluster knows. */
export interface Review {
  readonly uid: string;
  readonly input: Omit<AdmissionInput, 'namespaceObject'>;
}

export type ReadReview =
  | { readonly ok: true; readonly review: Review }
  | { readonly ok: false; readonly error: RequestError };

const reviewVersion = 'admission.k8s.io/v1';

/** The API server's own are UUIDs; what a stranger sends is echoed and logged, and therefore bounded. */
const uidLimit = 128;

/**
 * An AdmissionReview (k8s.io/api/admission/v1 types.go) as the engine's input.
 *
 * Under `matchPolicy: Equivalent` `kind` and `resource` are what the webhook was registered for and what `object`
 * was converted to; `requestKind` is what the user sent. The former are judged.
 *
 * @param body parsed JSON, from anybody
 */
export function readReview(body: unknown): ReadReview {
  if (!isObject(body)) return invalid('NotAnAdmissionReview', `it is ${describe(body)}`);
  if (body['kind'] !== 'AdmissionReview') {
    return invalid('NotAnAdmissionReview', `its kind is ${describe(body['kind'])}`);
  }
  if (body['apiVersion'] !== reviewVersion) {
    const isOther =
      typeof body['apiVersion'] === 'string' && body['apiVersion'].startsWith('admission.k8s.io/');
    return invalid(
      isOther ? 'UnsupportedVersion' : 'NotAnAdmissionReview',
      `its apiVersion is ${describe(body['apiVersion'])}`,
    );
  }
  const request = body['request'];
  if (!isObject(request))
    return invalid('InvalidRequest', `\`request\` is ${describe(request)}, not an object`);
  const uid = request['uid'];
  if (typeof uid !== 'string' || uid === '' || uid.length > uidLimit) {
    return invalid('InvalidRequest', `\`request.uid\` must be a string of 1 to ${uidLimit} characters`);
  }
  return readRequest(request, uid);
}

/**
 * The `request` of an AdmissionReview.
 * @param uid its own, already checked
 */
export function readRequest(request: JsonObject, uid: string): ReadReview {
  const kind = readKind(request['kind']);
  if (kind === undefined)
    return invalid('InvalidRequest', '`request.kind` names no group, version and kind', uid);
  const resource = readResource(request['resource']);
  if (resource === undefined) {
    return invalid('InvalidRequest', '`request.resource` names no group, version and resource', uid);
  }
  const operation = request['operation'];
  if (!isOperation(operation)) {
    return invalid('InvalidRequest', `\`request.operation\` is ${describe(operation)}`, uid);
  }
  const object = request['object'] ?? null;
  const oldObject = request['oldObject'] ?? null;
  if (!isObjectOrNull(object)) {
    return invalid('InvalidRequest', `\`request.object\` is ${describe(object)}, not an object`, uid);
  }
  if (!isObjectOrNull(oldObject)) {
    return invalid('InvalidRequest', `\`request.oldObject\` is ${describe(oldObject)}, not an object`, uid);
  }
  const userInfo = readUserInfo(request['userInfo']);
  if (userInfo === null) return invalid('InvalidRequest', '`request.userInfo` is not a UserInfo', uid);
  const subresource = request['subResource'] ?? '';
  const name = request['name'] ?? '';
  const namespace = request['namespace'] ?? '';
  if (typeof subresource !== 'string' || typeof name !== 'string' || typeof namespace !== 'string') {
    return invalid(
      'InvalidRequest',
      '`name`, `namespace` and `subResource` of `request` must be strings',
      uid,
    );
  }
  // For a Namespace the API server sends its name as the namespace, too; it is cluster-scoped all the same.
  const isNamespace = resource.resource === 'namespaces' && resource.group === '';
  const namespaced = namespace !== '' && !isNamespace;
  return {
    ok: true,
    review: {
      uid,
      input: {
        operation,
        kind,
        resource,
        subresource,
        name,
        namespace: namespaced ? namespace : '',
        namespaced,
        object,
        oldObject,
        userInfo,
        dryRun: request['dryRun'] === true,
        options: isObject(request['options']) ? request['options'] : null,
      },
    },
  };
}

/** Whether a value is a JSON object, not a list and not null. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isObjectOrNull(value: unknown): value is JsonObject | null {
  return value === null || isObject(value);
}

function isOperation(value: unknown): value is Operation {
  return operations.includes(value as Operation);
}

/** meta/v1 GroupVersionKind; undefined where the value is none. The core group may be left out. */
export function readKind(value: unknown): GroupVersionKind | undefined {
  if (!isObject(value)) return undefined;
  const { group = '', version, kind } = value;
  if (typeof group !== 'string' || typeof version !== 'string' || typeof kind !== 'string') return undefined;
  return { group, version, kind };
}

/** meta/v1 GroupVersionResource; undefined where the value is none. The core group may be left out. */
export function readResource(value: unknown): GroupVersionResource | undefined {
  if (!isObject(value)) return undefined;
  const { group = '', version, resource } = value;
  if (typeof group !== 'string' || typeof version !== 'string' || typeof resource !== 'string')
    return undefined;
  return { group, version, resource };
}

/** authentication.k8s.io/v1 UserInfo; undefined where there is none, null where the value is something else. */
export function readUserInfo(value: unknown): UserInfo | undefined | null {
  if (value === undefined || value === null) return undefined;
  if (!isObject(value)) return null;
  const { username = '', uid, groups, extra } = value;
  if (typeof username !== 'string' || (uid !== undefined && typeof uid !== 'string')) return null;
  const names = groups ?? [];
  if (!isStrings(names)) return null;
  if (extra === undefined || extra === null) {
    return uid === undefined ? { username, groups: names } : { username, uid, groups: names };
  }
  if (!isExtra(extra)) return null;
  return uid === undefined ? { username, groups: names, extra } : { username, uid, groups: names, extra };
}

function isStrings(value: unknown): value is readonly string[] {
  if (!Array.isArray(value)) return false;
  for (const item of value) {
    if (typeof item !== 'string') return false;
  }
  return true;
}

function isExtra(value: unknown): value is { readonly [key: string]: readonly string[] } {
  if (!isObject(value)) return false;
  for (const key in value) {
    if (!isStrings(value[key])) return false;
  }
  return true;
}

function invalid(reason: RequestError['reason'], detail: string, uid?: string): ReadReview {
  return { ok: false, error: uid === undefined ? { reason, detail } : { reason, detail, uid } };
}

/** A value as a message may quote it: short strings as they are, everything else by its type. */
function describe(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (typeof value === 'string') {
    return value.length <= 100 ? `\`${value.replaceAll(/\p{Cc}/gu, ' ')}\`` : 'a long string';
  }
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
