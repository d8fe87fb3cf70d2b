/**
 * Nanoseconds to judge a request by the engine alone: no parsing, no HTTP.
 * Run: `npm run bench:engine`.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bench, do_not_optimize, group, run, summary } from 'mitata';
import { globSync } from 'tinyglobby';
import { compile, type Program, vocabulary } from '../../src/compile/index.ts';
import { answer, evaluate } from '../../src/engine/index.ts';
import { load } from '../../src/load/index.ts';
import type { AdmissionInput } from '../../src/model/index.ts';
import { pod } from './pod.ts';

const root = join(import.meta.dirname, '../..');

function programOf(sources: readonly { readonly file: string; readonly text: string }[]): Program {
  const { policies, diagnostics } = load(sources, vocabulary);
  const compiled = compile({ policies });
  if (diagnostics.length > 0 || !compiled.ok)
    throw new Error(JSON.stringify([diagnostics, compiled], null, 2));
  return compiled.program;
}

const stock = globSync('policies/*/*/policy.yaml', { cwd: root }).map((file) => ({
  file,
  text: readFileSync(join(root, file), 'utf8'),
}));

/** Those of the Pod Security Standard "restricted", which has all of baseline. */
const restricted = stock.filter(({ file }) => file.startsWith('policies/pod-security/'));

/** Policies for kinds that no request of the bench is about. */
const others = Array.from({ length: 1000 }, (_, index) => ({
  file: `other-${index}.yaml`,
  text: `apiVersion: abatis.dev/v1alpha1
kind: Policy
metadata: {name: other-${index}}
spec:
  match: {kinds: [example.dev/Kind${index}]}
  rules: [{name: r, require: spec.field${index}}]
`,
}));

const stockProgram = programOf(stock);
const restrictedProgram = programOf(restricted);
const crowdedProgram = programOf([...stock, ...others]);

const input: AdmissionInput = {
  operation: 'CREATE',
  kind: { group: '', version: 'v1', kind: 'Pod' },
  resource: { group: '', version: 'v1', resource: 'pods' },
  subresource: '',
  name: 'web',
  namespace: 'shop',
  namespaced: true,
  object: pod(true),
  oldObject: null,
  userInfo: { username: 'alice', groups: ['developers'] },
  namespaceObject: null,
  dryRun: false,
};
const bad = { ...input, object: pod(false) };
const now = Date.UTC(2026, 10, 21);
const secret = {
  ...input,
  kind: { group: 'example.dev', version: 'v1', kind: 'Widget' },
  resource: { group: 'example.dev', version: 'v1', resource: 'widgets' },
};

group(`a 5 KB Pod, ${stock.length} stock policies`, () => {
  summary(() => {
    bench('nothing to find', () => do_not_optimize(evaluate(stockProgram, input, now)));
    bench('nothing to find, 1,000 more policies that do not match', () =>
      do_not_optimize(evaluate(crowdedProgram, input, now)),
    );
    bench('findings, put into words', () => do_not_optimize(answer(evaluate(stockProgram, bad, now))));
    bench('a kind that no policy is about', () => do_not_optimize(evaluate(stockProgram, secret, now)));
  });
});

group(`the same Pod, the ${restricted.length} policies of the Pod Security Standard restricted`, () => {
  bench('nothing to find', () => do_not_optimize(evaluate(restrictedProgram, input, now)));
});

group('one policy on the same Pod', () => {
  for (const source of stock) {
    const program = programOf([source]);
    bench(program.policies[0]?.name ?? source.file, () => do_not_optimize(evaluate(program, input, now)));
  }
});

await run();
