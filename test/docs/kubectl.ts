import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { readPolicyFiles } from '../../src/cli/policies.ts';
import { compile, vocabulary } from '../../src/compile/index.ts';
import { answer, evaluate } from '../../src/engine/index.ts';
import { load } from '../../src/load/index.ts';
import { readManifests } from '../../src/manifest/index.ts';
import { readDocuments } from '../../src/yaml/index.ts';

/**
 * Prints what `kubectl apply -f FILE` prints when the API server asks the policy beside the page, or else all stock
 * policies: the examples of the pages are tried without a cluster. That kubectl does print this is for the end-to-end tests to say.
 */
const [verb, flag, file] = process.argv.slice(2);
if ((verb !== 'apply' && verb !== 'create') || flag !== '-f' || file === undefined) {
  throw new Error(`only \`kubectl apply -f FILE\` is known here, not ${process.argv.slice(2).join(' ')}`);
}
const own = existsSync('policy.yaml') ? 'policy.yaml' : resolve(import.meta.dirname, '../../policies');
const policies = await readPolicyFiles([own]);
const compiled = compile(load(policies.sources, vocabulary));
if (!compiled.ok) throw new Error(`${own} does not compile`);

const { documents } = readDocuments(file, readFileSync(file, 'utf8'));
for (const { input } of readManifests(documents, { kinds: compiled.program.kinds }).manifests) {
  const { allowed, message, warnings } = answer(evaluate(compiled.program, input, Date.now()));
  for (const warning of warnings) console.log(`Warning: ${warning}`);
  const singular = input.kind.kind.toLowerCase();
  console.log(
    allowed
      ? `${input.kind.group === '' ? singular : `${singular}.${input.kind.group}`}/${input.name} created`
      : `Error from server (Forbidden): error when creating "${file}": admission webhook "validate.abatis.dev" denied the request: ${message}`,
  );
}
