import { pod } from '../engine/pod.ts';

/** An AdmissionReview of about 5 KB, as the API server sends it when a Pod is created that no stock policy minds. */
export function review(): string {
  return JSON.stringify({
    kind: 'AdmissionReview',
    apiVersion: 'admission.k8s.io/v1',
    request: {
      uid: '705ab4f5-6393-11e8-b7cc-42010a800002',
      kind: { group: '', version: 'v1', kind: 'Pod' },
      resource: { group: '', version: 'v1', resource: 'pods' },
      requestKind: { group: '', version: 'v1', kind: 'Pod' },
      requestResource: { group: '', version: 'v1', resource: 'pods' },
      name: 'web',
      namespace: 'shop',
      operation: 'CREATE',
      userInfo: {
        username: 'system:serviceaccount:shop:deployer',
        uid: 'b26dc05c-7b5f-4a1c-a3a4-9d7a5a2c8f10',
        groups: ['system:serviceaccounts', 'system:serviceaccounts:shop', 'system:authenticated'],
        extra: { 'authentication.kubernetes.io/credential-id': ['JTI=7d1e37c6-0d1c-4f0c-8f2c-53a4c1d8b1aa'] },
      },
      object: pod(true),
      oldObject: null,
      dryRun: false,
      options: { kind: 'CreateOptions', apiVersion: 'meta.k8s.io/v1' },
    },
  });
}
