import type { AdmissionInput } from '../model/index.ts';
import type { Endpoint } from './metrics.ts';

/** Who changes what, for the log: names only, nothing of the object. */
export function requestFields(endpoint: Endpoint, input: AdmissionInput, uid: string, elapsed: number) {
  const { group, version, resource } = input.resource;
  return {
    uid,
    endpoint,
    operation: input.operation,
    resource: clip([group, version, resource, input.subresource].filter((part) => part !== '').join('/')),
    namespace: clip(input.namespace),
    name: clip(input.name),
    user: clip(input.userInfo?.username ?? ''),
    dryRun: input.dryRun,
    milliseconds: Math.round(elapsed * 1000) / 1000,
  };
}

/** Kubernetes' names have at most 253 characters; a stranger's may have any number. */
function clip(text: string): string {
  return text.length <= 300 ? text : `${text.slice(0, 299)}…`;
}
