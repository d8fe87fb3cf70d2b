import { vi } from 'vitest';
import type { ApiResponse, ControlPlane } from '../../control-plane/index.ts';
import { sampleBody, sampleKind } from './sample.ts';
import type { Verdict } from './verdict.ts';

const registry = '/apis/admissionregistration.k8s.io/v1';
const policies = `${registry}/validatingadmissionpolicies`;
const bindings = `${registry}/validatingadmissionpolicybindings`;
const apiVersion = 'admissionregistration.k8s.io/v1';
const labels = { 'tests.abatis.dev/verdicts': 'wanted' };
const selector = '?labelSelector=tests.abatis.dev/verdicts';

const isTrue = 'the expression is true';
const isFalse = 'the expression is false';

/** How many requests are on their way at once. */
const lanes = 16;

/** Judges expressions, each on the sample object by the name that goes with it. */
export type Judge = (cases: ReadonlyMap<string, string>) => Promise<ReadonlyMap<string, Verdict>>;

/**
 * Has an API server judge expressions on the sample object as it is created in `namespace`.
 *
 * Each is the first validation of a policy of its own, which is about the object by the policy's name; a second
 * one is always false. A request that is let through was not judged yet, for the API server learns of its policies
 * by a watch; one that is refused says by which of the two. So one dry run an expression tells all.
 */
export async function judgeOf(controlPlane: ControlPlane, namespace: string): Promise<Judge> {
  const created = await controlPlane.request('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', {
    method: 'POST',
    body: sampleKind,
  });
  if (created.status !== 201) throw new Error(`the kind of the samples: ${JSON.stringify(created.body)}`);
  const create = (name: string): Promise<ApiResponse> =>
    controlPlane.request(`/apis/tests.abatis.dev/v1/namespaces/${namespace}/samples?dryRun=All`, {
      method: 'POST',
      body: sampleBody(name),
    });
  await vi.waitUntil(async () => (await create('first')).status === 201, 30_000);

  return async (cases) => {
    const verdicts = new Map<string, Verdict>();
    const pending = new Set<string>();
    await each(cases, async ([name, expression]) => {
      const refusal = await bind(controlPlane, name, expression);
      if (refusal === undefined) pending.add(name);
      else verdicts.set(name, refusal);
    });
    const ask = async (name: string): Promise<boolean> => {
      const verdict = verdictOf(await create(name));
      if (verdict === undefined) return false;
      verdicts.set(name, verdict);
      return pending.delete(name);
    };
    await vi.waitUntil(
      async () => {
        const [first] = pending;
        if (first !== undefined && (await ask(first))) await each([...pending], ask);
        return pending.size === 0;
      },
      { timeout: 60_000, interval: 50 },
    );
    for (const path of [bindings, policies]) {
      await controlPlane.request(`${path}${selector}`, { method: 'DELETE' });
    }
    return verdicts;
  };
}

/**
 * Puts an expression into a policy, and answers what the API server had against it. An optional entry of type dyn,
 * `{?'a': object.spec.x}`, makes it panic (1.36.3: cel-go cel/validator.go), and hang up.
 */
async function bind(
  controlPlane: ControlPlane,
  name: string,
  expression: string,
): Promise<Verdict | undefined> {
  const metadata = { name, labels };
  const sent = controlPlane.request(policies, {
    method: 'POST',
    body: {
      apiVersion,
      kind: 'ValidatingAdmissionPolicy',
      metadata,
      spec: {
        failurePolicy: 'Fail',
        matchConstraints: {
          resourceRules: [
            {
              apiGroups: ['tests.abatis.dev'],
              apiVersions: ['v1'],
              resources: ['samples'],
              operations: ['CREATE'],
              resourceNames: [name],
            },
          ],
        },
        validations: [
          { expression, message: isFalse },
          { expression: 'false', message: isTrue },
        ],
      },
    },
  });
  const policy = await sent.catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ECONNRESET') throw error;
  });
  if (policy === undefined) return { verdict: 'none', message: 'hung up' };
  if (policy.status === 422) return { verdict: 'compile-error', message: messageOf(policy) };
  const binding = await controlPlane.request(bindings, {
    method: 'POST',
    body: {
      apiVersion,
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata,
      spec: { policyName: name, validationActions: ['Deny'] },
    },
  });
  for (const { status, body } of [policy, binding]) {
    if (status !== 201) throw new Error(`${expression}: ${JSON.stringify(body)}`);
  }
  return undefined;
}

/** What the answer to a dry run says; undefined where no policy had a say. */
function verdictOf(response: ApiResponse): Verdict | undefined {
  if (response.status === 201) return undefined;
  const [, said] = / denied request: (.*)$/s.exec(messageOf(response)) ?? [];
  if (said === undefined) throw new Error(`no verdict: ${JSON.stringify(response.body)}`);
  if (said === isTrue) return { verdict: 'true', message: '' };
  if (said === isFalse) return { verdict: 'false', message: '' };
  return { verdict: 'error', message: said };
}

const messageOf = ({ body }: ApiResponse): string => String((body as { readonly message?: unknown }).message);

async function each<T>(items: Iterable<T>, work: (item: T) => Promise<unknown>): Promise<void> {
  const rest = items[Symbol.iterator]();
  const lane = async (): Promise<void> => {
    for (let next = rest.next(); next.done !== true; next = rest.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}
