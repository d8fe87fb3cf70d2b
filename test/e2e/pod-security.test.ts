import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import type { AdmissionInput, Finding } from '../../src/model/index.ts';
import { Standard } from '../conformance/pod-security/standard.ts';
import { describeWithControlPlane } from '../control-plane/index.ts';
import { podSpec } from './pod-security/pods.ts';

/** Versions of the standard between which some control changes, and how many pods are tried at each. */
const versions = ['latest', 'v1.34', 'v1.31', 'v1.29', 'v1.24', 'v1.21', 'v1.18', 'v1.7'];
const pods = 60;

interface Status {
  readonly code?: number;
  readonly message?: string;
}

/**
 * The API server's own PodSecurity admission, asked about the same pods. What it says to a pod is compared with the
 * stock policies' verdict about the pod as the API server has it, its defaults filled in.
 */
describeWithControlPlane('Pod Security admission', { needs: '1.35' }, ({ controlPlane }) => {
  beforeAll(async () => {
    await controlPlane().createNamespace('free', {
      'pod-security.kubernetes.io/enforce': 'privileged',
    });
    for (const level of ['baseline', 'restricted']) {
      for (const version of versions) {
        await controlPlane().createNamespace(namespaceOf(level, version), {
          'pod-security.kubernetes.io/enforce': level,
          'pod-security.kubernetes.io/enforce-version': version,
        });
      }
    }
  });

  it.each(
    versions.flatMap((version, index) =>
      (['baseline', 'restricted'] as const).map((level) => ({ level, version, seed: 1000 + index })),
    ),
  )('$level at $version agrees with the stock policies', async ({ level, version, seed }) => {
    const standard = new Standard(level, version);
    const differing: string[] = [];
    const verdicts = { allowed: 0, forbidden: 0 };
    for (const { annotations, spec } of fc.sample(podSpec(level), { numRuns: pods, seed })) {
      const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', annotations }, spec };
      const free = await create('free', pod);
      // What no namespace takes is not for the standard to judge.
      if (free.status !== 201) continue;
      const findings = standard.judge(inputOf(free.body));
      const { status, body } = await create(namespaceOf(level, version), pod);
      const allowed = status === 201;
      const { message = '' } = body as Status;
      if (!allowed) expect(message).toContain(`violates PodSecurity "${level}:${version}"`);
      verdicts[allowed ? 'allowed' : 'forbidden']++;
      if (allowed !== (findings.length === 0)) differing.push(difference(pod, message, findings));
    }
    expect(differing).toEqual([]);
    expect(verdicts.allowed).toBeGreaterThan(3);
    expect(verdicts.forbidden).toBeGreaterThan(3);
  });

  const create = (namespace: string, body: object) =>
    controlPlane().request(`/api/v1/namespaces/${namespace}/pods?dryRun=All`, { method: 'POST', body });
});

function namespaceOf(level: string, version: string): string {
  return `${level}-${version.replace('.', '-')}`;
}

function inputOf(object: unknown): AdmissionInput {
  return {
    operation: 'CREATE',
    kind: { group: '', version: 'v1', kind: 'Pod' },
    resource: { group: '', version: 'v1', resource: 'pods' },
    subresource: '',
    name: 'p',
    namespace: 'free',
    namespaced: true,
    object: object as AdmissionInput['object'],
    oldObject: null,
    userInfo: { username: 'alice', groups: [] },
    namespaceObject: null,
    dryRun: true,
  };
}

function difference(pod: object, message: string, findings: readonly Finding[]): string {
  const ours = findings.map(({ policy, rule, path }) => `${policy}/${rule} at ${path}`).join(', ');
  return `${JSON.stringify(pod)}\n  the API server: ${message || 'allowed'}\n  the policies: ${ours || 'allowed'}`;
}
