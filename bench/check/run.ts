import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { CORE_SCHEMA, loadAll } from 'js-yaml';
import { judge, type TextFile } from '../../src/cli/judge.ts';
import { reporters } from '../../src/report/index.ts';
import { readDocuments } from '../../src/yaml/index.ts';

/**
 * What `check` takes for 10,000 small manifests, beside what parsing their YAML takes: the whole of judging and
 * reporting, without reading files and starting a process. Prints medians and ratios; asserts nothing.
 */
const count = 10_000;
const rounds = 7;

const root = resolve(import.meta.dirname, '../..');
const policies: TextFile[] = globSync('policies/*/*/policy.yaml', { cwd: root })
  .sort()
  .map((file) => ({ file, text: readFileSync(resolve(root, file), 'utf8') }));

function deployment(index: number, clean: boolean): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web-${index}
  labels:
    app.kubernetes.io/name: web
    app.kubernetes.io/part-of: shop
spec:
  selector:
    matchLabels: {app: web-${index}}
  template:
    metadata:
      labels: {app: web-${index}}
    spec:
      containers:
        - name: web
          image: docker.io/library/nginx:${clean ? '1.27.3' : 'latest'}
          resources:
            limits: {cpu: 500m${clean ? ', memory: 128Mi' : ''}}
`;
}

interface Workload {
  readonly name: string;
  readonly files: readonly TextFile[];
}

function workload(name: string, files: number, dirty: number): Workload {
  const perFile = count / files;
  return {
    name,
    files: Array.from({ length: files }, (_, file) => ({
      file: `${file}.yaml`,
      text: Array.from({ length: perFile }, (_, index) => {
        const number = file * perFile + index;
        return deployment(number, number % 100 >= dirty);
      }).join('---\n'),
    })),
  };
}

function median(work: () => unknown): number {
  const times = Array.from({ length: rounds }, () => {
    const start = performance.now();
    work();
    return performance.now() - start;
  }).sort((left, right) => left - right);
  return times[Math.floor(times.length / 2)] ?? 0;
}

function check(manifests: readonly TextFile[], output: string): string {
  const report = judge({ policies, manifests, mayBeForeign: () => true });
  if (report.objects.length !== count) throw new Error(`judged ${report.objects.length} objects`);
  const reporter = reporters.find(({ name }) => name === output);
  return reporter?.render(report, { colour: false, quiet: false }) ?? '';
}

console.log(`${count} Deployments, ${policies.length} policies, median of ${rounds} runs, milliseconds\n`);
console.log('workload                        js-yaml  our yaml  check  ratio to js-yaml  to ours');
for (const { name, files } of [
  workload('10,000 files, clean', count, 0),
  workload('1 file, clean', 1, 0),
  workload('10,000 files, 5 % with findings', count, 5),
  workload('1 file, 5 % with findings', 1, 5),
  workload('1 file, all with findings', 1, 100),
]) {
  const library = median(() => files.map(({ text }) => loadAll(text, { schema: CORE_SCHEMA })));
  const ours = median(() => files.map(({ file, text }) => readDocuments(file, text)));
  const whole = median(() => check(files, 'pretty'));
  const cells = [library.toFixed(0).padStart(8), ours.toFixed(0).padStart(9), whole.toFixed(0).padStart(6)];
  const ratios = [`${(whole / library).toFixed(2)}`.padStart(17), `${(whole / ours).toFixed(2)}`.padStart(8)];
  console.log(`${name.padEnd(31)}${cells.join(' ')} ${ratios.join(' ')}`);
}
