import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { CORE_SCHEMA, loadAll } from 'js-yaml';
import { judge, type TextFile } from '../../src/cli/judge.ts';
import { defaultPack, policiesOf, readPacks } from '../../src/cli/packs.ts';
import { reporters } from '../../src/report/index.ts';
import { readDocuments } from '../../src/yaml/index.ts';

/**
 * What `check` takes for 10,000 small manifests, beside what parsing their YAML takes: the whole of judging and
 * reporting, without reading files and starting a process. The three are measured in turn, round by round; the first
 * round warms up and does not count.
 */
const count = 10_000;
const rounds = 8;

const root = resolve(import.meta.dirname, '../..');
const read = (file: string): TextFile => ({ file, text: readFileSync(resolve(root, file), 'utf8') });
const byDefault = policiesOf(defaultPack, readPacks()).map((name) => read(`policies/${name}/policy.yaml`));
const all = globSync('policies/*/*/policy.yaml', { cwd: root }).sort().map(read);

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
            requests: {cpu: 100m, memory: 64Mi}
            limits: {cpu: 500m${clean ? ', memory: 128Mi' : ''}}
`;
}

interface Workload {
  readonly name: string;
  readonly files: readonly TextFile[];
  readonly policies?: readonly TextFile[];
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

function milliseconds(work: () => unknown): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0;
}

function check(policies: readonly TextFile[], manifests: readonly TextFile[], output: string): string {
  const report = judge({ policies, manifests, mayBeForeign: () => true, now: Date.now() });
  if (report.objects.length !== count) throw new Error(`judged ${report.objects.length} objects`);
  const reporter = reporters.find(({ name }) => name === output);
  return reporter?.render(report, { colour: false, quiet: false }) ?? '';
}

console.log(
  `${count} Deployments, the ${byDefault.length} policies of ${defaultPack} unless told; medians of ${rounds - 1} rounds, in milliseconds\n`,
);
console.log('workload                        js-yaml  our yaml  check  check/js-yaml  check/our yaml');
for (const { name, files, policies = byDefault } of [
  workload('10,000 files, clean', count, 0),
  workload('1 file, clean', 1, 0),
  workload('10,000 files, 5 % with findings', count, 5),
  workload('1 file, 5 % with findings', 1, 5),
  workload('1 file, all with findings', 1, 100),
  { ...workload(`1 file, all ${all.length} policies`, 1, 0), policies: all },
]) {
  const rows = Array.from({ length: rounds }, () => {
    const library = milliseconds(() => files.map(({ text }) => loadAll(text, { schema: CORE_SCHEMA })));
    const ours = milliseconds(() => files.map(({ file, text }) => readDocuments(file, text)));
    const whole = milliseconds(() => check(policies, files, 'pretty'));
    return [library, ours, whole, whole / library, whole / ours];
  }).slice(1);
  const cells = [8, 10, 7, 15, 16].map((width, column) =>
    median(rows.map((row) => row[column] ?? 0))
      .toFixed(column < 3 ? 0 : 2)
      .padStart(width),
  );
  console.log(name.padEnd(31) + cells.join(''));
}
