import { type ClusterClient, ClusterError } from './client.ts';

/** Where clients of a webhook find the authorities that they trust. */
export interface BundlePublisher {
  /** Every bundle that there is, PEM; `by hand` where nobody can ask. Rejects where they cannot be read. */
  published(): Promise<readonly string[] | 'by hand'>;
  /**
   * Makes every bundle this one, PEM. Rejects with a ClusterError of status 409 where one was changed since `published`
   * was asked last: what is right may have changed with it.
   */
  publish(bundle: string): Promise<void>;
}

/** Whoever registers the webhook carries `ca.crt` there. */
export const bundlesByHand: BundlePublisher = {
  published: async () => 'by hand',
  publish: async () => undefined,
};

interface Configuration {
  readonly path: string;
  readonly text: string;
}

const kinds = ['validatingwebhookconfigurations', 'mutatingwebhookconfigurations'];
const timeout = 10_000;

/**
 * The `caBundle` of every webhook in the ValidatingWebhookConfigurations and MutatingWebhookConfigurations of these
 * names. One that is not there yet is no bundle. Takes the verbs get and update on them.
 */
export function webhookConfigurations(client: ClusterClient, names: readonly string[]): BundlePublisher {
  let seen: readonly Configuration[] = [];

  async function read(path: string): Promise<Configuration | undefined> {
    const { status, body } = await client.send({ method: 'GET', path, timeout });
    if (status === 404) return undefined;
    refuse(status, body);
    return { path, text: body };
  }

  return {
    async published() {
      const paths = names.flatMap((name) =>
        kinds.map((kind) => `/apis/admissionregistration.k8s.io/v1/${kind}/${encodeURIComponent(name)}`),
      );
      const found = await Promise.all(paths.map(read));
      seen = found.filter((configuration) => configuration !== undefined);
      return seen.flatMap(({ text }) => webhooksOf(JSON.parse(text)).map(bundleOf));
    },
    async publish(bundle) {
      const caBundle = Buffer.from(bundle).toString('base64');
      for (const { path, text } of seen) {
        const configuration = JSON.parse(text);
        const webhooks = webhooksOf(configuration);
        if (webhooks.every((webhook) => bundleOf(webhook) === bundle)) continue;
        for (const webhook of webhooks) webhook.clientConfig = { ...webhook.clientConfig, caBundle };
        const sent = await client.send({ method: 'PUT', path, body: JSON.stringify(configuration), timeout });
        refuse(sent.status, sent.body);
      }
    },
  };
}

interface WebhookEntry {
  clientConfig?: { readonly caBundle?: unknown };
}

function webhooksOf(configuration: unknown): WebhookEntry[] {
  const webhooks =
    typeof configuration === 'object' && configuration !== null && Object.hasOwn(configuration, 'webhooks')
      ? (configuration as { readonly webhooks: unknown }).webhooks
      : [];
  return Array.isArray(webhooks)
    ? webhooks.filter((entry) => typeof entry === 'object' && entry !== null)
    : [];
}

function bundleOf({ clientConfig }: WebhookEntry): string {
  const caBundle = clientConfig?.caBundle;
  return typeof caBundle === 'string' ? Buffer.from(caBundle, 'base64').toString('utf8') : '';
}

/** Rejects any answer that is not what was asked for. */
export function refuse(status: number, body: string): void {
  if (status >= 200 && status < 300) return;
  let message = '';
  try {
    const { message: said } = JSON.parse(body);
    if (typeof said === 'string') message = `: ${said.slice(0, 300)}`;
  } catch {
    // No Status, then.
  }
  throw new ClusterError(`the API server answers ${status}${message}`, status);
}
