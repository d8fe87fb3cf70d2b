import type { Answer } from '../engine/index.ts';
import { writeJson } from '../jsonpatch/index.ts';
import type { PatchOperation } from '../model/index.ts';

const head = '{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","response":{"uid":';

/**
 * An answer as AdmissionReview (k8s.io/api/admission/v1 types.go), in JSON. Denials are 403 Forbidden, for a code
 * below 400 would become 400 (apiserver webhook/errors `ToStatusErr`); a validating response never has a patch, and
 * a mutating one has `patch` and `patchType` or neither.
 *
 * @param uid the request's, which the API server compares
 * @param patch left out where the change is denied
 */
export function renderReview(uid: string, answer: Answer, patch: readonly PatchOperation[] = []): string {
  const { allowed, warnings, auditAnnotations } = answer;
  const quotedUid = JSON.stringify(uid);
  const hasAnnotations = Object.keys(auditAnnotations).length > 0;
  const hasPatch = allowed && patch.length > 0;
  if (allowed && !hasPatch && warnings.length === 0 && !hasAnnotations)
    return `${head}${quotedUid},"allowed":true}}`;
  const rest = JSON.stringify({
    allowed,
    ...(allowed
      ? {}
      : {
          status: {
            metadata: {},
            status: 'Failure',
            code: 403,
            reason: 'Forbidden',
            message: answer.message ?? '',
            details: { causes: answer.causes },
          },
        }),
    ...(warnings.length > 0 ? { warnings } : {}),
    ...(hasAnnotations ? { auditAnnotations } : {}),
    ...(hasPatch ? { patchType: 'JSONPatch', patch: Buffer.from(writeJson(patch)).toString('base64') } : {}),
  });
  return `${head}${quotedUid},${rest.slice(1)}}`;
}
