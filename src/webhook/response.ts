import type { Answer } from '../engine/index.ts';

const head = '{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","response":{"uid":';

/**
 * An answer as AdmissionReview (k8s.io/api/admission/v1 types.go), in JSON. Denials are 403 Forbidden, for a code
 * below 400 would become 400 (apiserver webhook/errors `ToStatusErr`); a validating response never has a patch.
 *
 * @param uid the request's, which the API server compares
 */
export function renderReview(uid: string, answer: Answer): string {
  const { allowed, warnings, auditAnnotations } = answer;
  const quotedUid = JSON.stringify(uid);
  const hasAnnotations = Object.keys(auditAnnotations).length > 0;
  if (allowed && warnings.length === 0 && !hasAnnotations) return `${head}${quotedUid},"allowed":true}}`;
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
  });
  return `${head}${quotedUid},${rest.slice(1)}}`;
}
