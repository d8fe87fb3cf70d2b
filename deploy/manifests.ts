import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';

const chart = resolve(import.meta.dirname, '../charts/abatis');

const namespace = 'abatis-system';

const head = `# Abatis with the default values of its chart, for \`kubectl apply --server-side --filename\`.
# Made by \`npm run manifests\`: change the chart, not this. Put your own image into the Deployment.
apiVersion: v1
kind: Namespace
metadata:
  name: ${namespace}
  labels:
    pod-security.kubernetes.io/enforce: restricted
    pod-security.kubernetes.io/warn: restricted
`;

/**
 * Everything that the chart makes with its default values, and the Namespace for it, as one text of YAML.
 * @param helm the program
 */
export function manifests(helm: string): string {
  const args = ['template', 'abatis', chart, `--namespace=${namespace}`, '--include-crds'];
  const made = execFileSync(helm, args, { encoding: 'utf8', maxBuffer: 1 << 26 });
  const documents = made
    .split(/^---$/m)
    .map((text) => text.trim())
    .filter((text) => text !== '')
    .map(withoutHelm)
    .toSorted((a, b) => Number(isDefinition(b)) - Number(isDefinition(a)));
  return `${[head, ...documents].join('---\n')}`;
}

/** Nobody who reads it later is to look for a release that there is not. */
function withoutHelm(text: string): string {
  const lines = text.split('\n').filter((line) => !/^# Source: |^ +helm\.sh\/chart: /.test(line));
  return `${lines.map((line) => line.replace('managed-by: Helm', 'managed-by: kubectl')).join('\n')}\n`;
}

function isDefinition(text: string): boolean {
  return /^kind: CustomResourceDefinition$/m.test(text);
}
