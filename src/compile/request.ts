import type { AdmissionInput, JsonObject, UserInfo } from '../model/index.ts';

/**
 * The request in the words of AdmissionReview, as Kubernetes' CEL has it: what is empty is left out but for the
 * options (k8s.io/api/admission/v1 types.go, `omitempty`). What was sent and what it was converted to
 * (`requestKind`) are the same here, for policies judge what they matched.
 */
export function requestObject(
  input: Pick<
    AdmissionInput,
    | 'kind'
    | 'resource'
    | 'subresource'
    | 'name'
    | 'namespace'
    | 'operation'
    | 'userInfo'
    | 'dryRun'
    | 'options'
  >,
): JsonObject {
  const { kind, resource, subresource, name, namespace, operation, userInfo, dryRun, options } = input;
  return {
    kind,
    resource,
    ...(subresource !== '' && { subResource: subresource }),
    requestKind: kind,
    requestResource: resource,
    ...(subresource !== '' && { requestSubResource: subresource }),
    ...(name !== '' && { name }),
    ...(namespace !== '' && { namespace }),
    operation,
    ...(userInfo !== undefined && { userInfo: userObject(userInfo) }),
    dryRun,
    options: options ?? null,
  };
}

function userObject({ username, uid, groups, extra }: UserInfo): JsonObject {
  return {
    ...(username !== '' && { username }),
    ...(uid !== undefined && uid !== '' && { uid }),
    ...(groups.length > 0 && { groups }),
    ...(extra !== undefined && Object.keys(extra).length > 0 && { extra }),
  };
}
