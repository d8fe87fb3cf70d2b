import type { Fills, Rules, RuleTable } from '../rules.ts';

const selectors: Fills = { matchPolicy: 'Equivalent', namespaceSelector: {}, objectSelector: {} };
const webhook: Fills = { failurePolicy: 'Fail', ...selectors, timeoutSeconds: 10 };

/** Its versions are alike in their defaults. Source: kubernetes pkg/apis/admissionregistration. */
const policies: Readonly<Record<string, Rules>> = {
  MatchResources: { fields: selectors },
  MutatingAdmissionPolicySpec: { fields: { failurePolicy: 'Fail' } },
  NamedRuleWithOperations: { fields: { scope: '*' } },
};

export const admissionregistration: RuleTable = {
  ...ofVersion('v1'),
  ...ofVersion('v1beta1'),
  ...ofVersion('v1alpha1'),
  'admissionregistration.v1.MutatingWebhook': { fields: { ...webhook, reinvocationPolicy: 'Never' } },
  'admissionregistration.v1.RuleWithOperations': { fields: { scope: '*' } },
  'admissionregistration.v1.ServiceReference': { fields: { port: 443 } },
  'admissionregistration.v1.ValidatingAdmissionPolicy': { createdStatus: {} },
  'admissionregistration.v1.ValidatingAdmissionPolicySpec': { fields: { failurePolicy: 'Fail' } },
  'admissionregistration.v1.ValidatingWebhook': { fields: webhook },
};

function ofVersion(version: string): RuleTable {
  return Object.fromEntries(
    Object.entries(policies).map(([type, rules]) => [`admissionregistration.${version}.${type}`, rules]),
  );
}
