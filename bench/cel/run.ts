/**
 * CEL beside the two other implementations on npm: the same expressions on the same Pod, in rounds that alternate.
 * Run: `node bench/cel/run.ts`. Figures are medians in nanoseconds; the last columns say how many times slower
 * the others are.
 */
import { celEnv, parse as parseBufbuild, plan } from '@bufbuild/cel';
import { Environment } from '@marcbachmann/cel-js';
import { Budget, CelError, compile, DYN, environment, type Value } from '../../src/cel/index.ts';
import { POD } from './pod.ts';

const EXPRESSIONS: readonly string[] = [
  "object.spec.containers.all(c, has(c.resources) && has(c.resources.limits) && 'memory' in c.resources.limits)",
  "object.metadata.namespace == 'team-a'",
  "has(object.metadata.labels) && 'team' in object.metadata.labels && object.metadata.labels.team != ''",
  "object.spec.containers.all(c, c.image.startsWith('registry.example/'))",
  'object.spec.containers.exists(c, has(c.securityContext) && c.securityContext.allowPrivilegeEscalation == true)',
  'object.spec.containers.all(c, !has(c.ports) || c.ports.all(p, !has(p.hostPort)))',
  "object.spec.containers.map(c, c.name) == ['app-0', 'app-1', 'app-2']",
  "object.metadata.name.matches('^web-[a-z0-9]+-[a-z0-9]+$')",
  "object.spec.containers.filter(c, c.name.endsWith('-1')).size() == 1",
  "object.metadata.labels['tier'] in ['production', 'staging'] ? size(object.spec.containers) < 10 : true",
  'size(object.metadata.name) <= 63 && size(object.spec.volumes) + size(object.spec.containers) < 20',
];

type Work = () => unknown;

interface Contender {
  readonly name: string;
  /** Source to something that can be run: parsed and, where the implementation can, checked. */
  readonly compile: (source: string) => Work;
}

const env = environment({ kubernetes: '1.36', json: ['object'], variables: { object: DYN } });
const budget = new Budget(1_000_000, Number.POSITIVE_INFINITY);
const bufbuildEnv = celEnv();
const marcbachmannEnv = new Environment({ unlistedVariablesAreDyn: true });

const contenders: readonly Contender[] = [
  {
    name: 'ours',
    compile: (source) => {
      const compiled = compile(source, env);
      if (!compiled.ok) throw new Error(`${source}: ${compiled.problems[0]?.message}`);
      const activation = { object: POD as Value };
      return () => compiled.program.evaluate(activation, budget);
    },
  },
  {
    name: '@bufbuild/cel',
    compile: (source) => {
      const planned = plan(bufbuildEnv, parseBufbuild(source));
      return () => planned({ object: POD } as never);
    },
  },
  {
    name: '@marcbachmann/cel-js',
    compile: (source) => {
      const parsed = marcbachmannEnv.parse(source);
      parsed.check();
      return () => parsed({ object: POD });
    },
  },
];

/** Nanoseconds a call, in one round of about ten milliseconds. */
function round(work: Work): number {
  let calls = 1;
  for (;;) {
    const start = performance.now();
    for (let i = 0; i < calls; i++) work();
    const took = performance.now() - start;
    if (took > 10) return (took / calls) * 1e6;
    calls *= took < 1 ? 10 : 2;
  }
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

/** Medians of every contender's work, measured in turns. */
function measure(works: readonly Work[]): number[] {
  const rounds = works.map((): number[] => []);
  for (let turn = 0; turn < 9; turn++) {
    for (const [i, work] of works.entries()) {
      const took = round(work);
      if (turn > 1) rounds[i]?.push(took);
    }
  }
  return rounds.map(median);
}

const show = (ns: number): string =>
  (ns < 10_000 ? `${ns.toFixed(0)} ns` : `${(ns / 1000).toFixed(1)} µs`).padStart(9);

function print(
  title: string,
  figures: readonly (readonly [source: string, measured: readonly number[]])[],
): void {
  console.log(`\n${title}: ${contenders.map(({ name }) => name).join(' | ')}`);
  for (const [source, measured] of figures) {
    const [ours = Number.NaN, ...others] = measured;
    const ratios = others.map((other) => `${(other / ours).toFixed(1)}x`.padStart(7)).join('');
    console.log(`${measured.map(show).join('')} ${ratios}  ${source}`);
  }
}

console.log(`a Pod of ${JSON.stringify(POD).length} bytes, Node ${process.version}`);
for (const source of EXPRESSIONS) {
  for (const { name, compile: make } of contenders) {
    const result = make(source)();
    if (result instanceof CelError || typeof result !== 'boolean')
      throw new Error(`${name}: ${source} is ${String(result)}`);
  }
}
// All expressions once, so that none pays for the others' warming up.
for (let turn = 0; turn < 500; turn++) {
  for (const source of EXPRESSIONS) for (const { compile: make } of contenders) make(source);
}
print(
  'compile (ours: parsed, type-checked, constants folded; code is generated at the first evaluation)',
  EXPRESSIONS.map((source) => [
    source,
    measure(
      contenders.map(
        ({ compile: make }) =>
          () =>
            make(source),
      ),
    ),
  ]),
);
print(
  'evaluate (ours: with cost counted)',
  EXPRESSIONS.map((source) => [source, measure(contenders.map(({ compile: make }) => make(source)))]),
);
