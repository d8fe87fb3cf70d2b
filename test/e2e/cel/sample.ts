import type { Value } from '../../../src/cel/index.ts';
import { parseExact } from '../../../src/json/index.ts';

/** The kind of the object that expressions are judged on: its `spec` takes any JSON, and keeps all of it. */
export const sampleKind = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'samples.tests.abatis.dev' },
  spec: {
    group: 'tests.abatis.dev',
    scope: 'Namespaced',
    names: { plural: 'samples', singular: 'sample', kind: 'Sample' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: { spec: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
          },
        },
      },
    ],
  },
};

const metadata = {
  labels: { app: 'web', 'app.kubernetes.io/name': 'shop', tier: '' },
  annotations: { owner: 'a@example.dev', limit: '10' },
};

/** As text, for its numbers: integers that no double holds, and 2.0, which is no integer. */
const spec = `{
  "replicas": 3, "zero": 0, "minus": -7, "ratio": 1.5, "whole": 2.0, "big": 9007199254740993,
  "most": 9223372036854775807, "least": -9223372036854775808, "enabled": true, "off": false, "nothing": null,
  "name": "web", "empty": "", "unicode": "h\\u00e9\\ud83d\\ude00", "number": "42", "mixed": [1, "a", true, null, 1.5],
  "memory": "64Mi", "cpu": "250m", "address": "10.1.2.3", "range": "10.0.0.0/8", "six": "2001:db8::1",
  "link": "https://user@example.com:8443/a/b?k=1&k=2#f", "version": "1.2.3-rc.1", "when": "2024-02-29T23:59:59.5Z",
  "span": "1h30m", "blob": "aGk=", "numbers": [3, 1, 2, 1], "names": ["b", "a", "c"], "flags": [true, false],
  "none": [], "bare": {}, "nested": [[1, 2], [3]],
  "limits": {"cpu": "500m", "memory": "128Mi"}, "counts": {"a": 1, "b": 2, "c d": 3},
  "containers": [
    {"name": "app", "image": "docker.io/web:1.2", "ports": [{"containerPort": 80}, {"containerPort": 443, "name": "tls"}],
     "resources": {"limits": {"cpu": "1", "memory": "1Gi"}}, "securityContext": {"privileged": false}},
    {"name": "log", "image": "log@sha256:abc", "env": [{"name": "A", "value": "1"}, {"name": "B"}]},
    {"name": "job", "image": "ghcr.io/job", "resources": {}, "securityContext": {"privileged": true, "runAsUser": 0}}
  ]
}`;

function sampleText(name: string): string {
  const head = { apiVersion: 'tests.abatis.dev/v1', kind: 'Sample', metadata: { ...metadata, name } };
  return `${JSON.stringify(head).slice(0, -1)},"spec":${spec}}`;
}

type Reviver = (key: string, value: unknown, context: { readonly source: string }) => unknown;

/** JSON as ES2026 has it, where numbers can be kept as they are written. */
const exactJson = JSON as unknown as {
  readonly parse: (text: string, reviver: Reviver) => unknown;
  readonly rawJSON: (text: string) => unknown;
};

/** The object for `JSON.stringify`, which writes its numbers as they stand above. */
export const sampleBody = (name: string): unknown =>
  exactJson.parse(sampleText(name), (_key, value, { source }) =>
    typeof value === 'number' ? exactJson.rawJSON(source) : value,
  );

/** The object as policies see it, but for what the API server adds to its metadata. */
export function sampleValue(name: string, namespace: string): Value {
  const value = parseExact(sampleText(name)) as { readonly metadata: Readonly<Record<string, Value>> };
  return { ...value, metadata: { ...value.metadata, namespace } };
}
