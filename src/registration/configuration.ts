import type { JsonObject } from '../model/index.ts';
import type { Namespaces } from './conditions.ts';
import type { PlannedWebhook, RegistrationPlan } from './plan.ts';

/** Where the API server finds Abatis. */
export type Target =
  | { readonly service: { readonly namespace: string; readonly name: string; readonly port?: number } }
  /** `https://host:port`, without a path. */
  | { readonly url: string };

export interface ConfigurationOptions {
  /** Of both configurations. */
  readonly name: string;
  readonly target: Target;
  /** How long the API server waits for one answer. */
  readonly timeoutSeconds: number;
  readonly labels?: Readonly<Record<string, string>>;
  /** The Namespace whose end is theirs, too: nobody would answer any more. */
  readonly owner?: { readonly name: string; readonly uid: string };
}

/** The label that Kubernetes puts on every Namespace, with its name. */
const nameLabel = 'kubernetes.io/metadata.name';

/**
 * A ValidatingWebhookConfiguration and a MutatingWebhookConfiguration (admissionregistration.k8s.io/v1), without the
 * authority that the API server is to trust.
 */
export function webhookConfigurationsOf(
  plan: RegistrationPlan,
  options: ConfigurationOptions,
): { readonly validating: JsonObject; readonly mutating: JsonObject } {
  return {
    validating: configuration('ValidatingWebhookConfiguration', plan.validating, {}, options),
    mutating: configuration(
      'MutatingWebhookConfiguration',
      plan.mutating,
      { reinvocationPolicy: 'IfNeeded' },
      options,
    ),
  };
}

function configuration(
  kind: string,
  webhooks: readonly PlannedWebhook[],
  more: JsonObject,
  { name, target, timeoutSeconds, labels, owner }: ConfigurationOptions,
): JsonObject {
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind,
    metadata: {
      name,
      labels: { 'app.kubernetes.io/managed-by': 'abatis', ...labels },
      ...(owner !== undefined && {
        ownerReferences: [{ apiVersion: 'v1', kind: 'Namespace', ...owner }],
      }),
    },
    webhooks: webhooks.map((webhook) => ({
      name: webhook.name,
      clientConfig: clientConfig(target, webhook.endpoint),
      rules: webhook.rules,
      failurePolicy: webhook.failurePolicy,
      matchPolicy: 'Equivalent',
      namespaceSelector: namespaceSelector(webhook.namespaces),
      objectSelector: {},
      matchConditions: webhook.matchConditions,
      sideEffects: 'None',
      timeoutSeconds,
      admissionReviewVersions: ['v1'],
      ...more,
    })),
  };
}

function clientConfig(target: Target, path: string): JsonObject {
  if ('url' in target) return { url: `${target.url.replace(/\/$/, '')}${path}` };
  return { service: { ...target.service, port: target.service.port ?? 443, path } };
}

function namespaceSelector({ only, not }: Namespaces): JsonObject {
  const expressions = [
    ...(only === undefined ? [] : [{ key: nameLabel, operator: 'In', values: only }]),
    ...(not.length === 0 ? [] : [{ key: nameLabel, operator: 'NotIn', values: not }]),
  ];
  return expressions.length === 0 ? {} : { matchExpressions: expressions };
}
