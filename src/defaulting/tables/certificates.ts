import type { RuleTable } from '../rules.ts';

/** Source: kubernetes pkg/registry/certificates. */
export const certificates: RuleTable = {
  'certificates.v1.CertificateSigningRequest': { createdStatus: {} },
  'certificates.v1beta1.PodCertificateRequest': { createdStatus: {} },
};
