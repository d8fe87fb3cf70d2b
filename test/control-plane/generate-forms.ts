/**
 * Writes `src/defaulting/forms.ts` from the Go sources of the pinned Kubernetes:
 * `npx node test/control-plane/generate-forms.ts`. To be run when the pin moves, after `generate-openapi.ts`.
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { definitions } from '../../src/openapi/data.ts';
import { readGoForms } from './go-fields.ts';
import { kubernetesVersion } from './pinned.ts';

const target = join(import.meta.dirname, '../../src/defaulting/forms.ts');
const folderOf = (module: string): string => {
  const args = ['mod', 'download', '-json', module];
  const answer = execFileSync('go', args, { cwd: import.meta.dirname, encoding: 'utf8' });
  return (JSON.parse(answer) as { readonly Dir: string }).Dir;
};
const names = definitions.split('\n').map((line) => line.slice(0, line.indexOf(' ')));
const forms = readGoForms(
  {
    api: folderOf('k8s.io/api'),
    apimachinery: folderOf('k8s.io/apimachinery'),
    apiextensions: folderOf('k8s.io/apiextensions-apiserver'),
    aggregator: folderOf('k8s.io/kube-aggregator'),
  },
  names,
);
const text = `/**
 * How the API server writes the fields of Kubernetes' types when they are empty.
 *
 * Written by test/control-plane/generate-forms.ts from the Go types of Kubernetes ${kubernetesVersion}. form.ts says how
 * a line is read.
 */

/** A line each definition, \`name fields\`, sorted. */
export const forms = \`${forms}\`;
`;
writeFileSync(target, text);
execFileSync('npx', ['biome', 'check', '--write', target], { stdio: 'inherit' });
