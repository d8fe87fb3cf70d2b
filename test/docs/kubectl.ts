import { existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { readFactFiles } from '../../src/cli/facts.ts';
import { policyPaths } from '../../src/cli/packs.ts';
import { readPolicyFiles } from '../../src/cli/policies.ts';
import { compile, vocabulary } from '../../src/compile/index.ts';
import { answer, evaluate, givenFacts } from '../../src/engine/index.ts';
import { load } from '../../src/load/index.ts';
import { readManifests } from '../../src/manifest/index.ts';
import type { AdmissionInput, JsonObject } from '../../src/model/index.ts';
import { readDocuments } from '../../src/yaml/index.ts';

/**
 * Prints what kubectl prints when the API server asks the policy beside the page, or else the pack that judges where
 * nobody names policies: the examples of the pages are tried without a cluster. That kubectl does print this is for the
 * end-to-end tests to say.
 *
 * It knows `apply -f`, `create -f`, `create --raw … -f`, `delete -f`, `scale --replicas=… -f`, `exec`, `attach`,
 * `port-forward`, and `debug --image=…` for the Pod in `test/pod.yaml`. The user is `jo`; what is in a namespace is in that of `test/namespace.yaml`, where there is one, and what is in images stands
 * in `test/facts.yaml`.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    filename: { type: 'string', short: 'f' },
    raw: { type: 'string' },
    replicas: { type: 'string' },
    namespace: { type: 'string', short: 'n' },
    image: { type: 'string' },
  },
});
const [verb = '', name = ''] = positionals;
const user = { username: 'jo', groups: ['developers', 'system:authenticated'] };
const connections: Readonly<Record<string, string>> = {
  exec: 'exec',
  attach: 'attach',
  'port-forward': 'portforward',
};

const policies = await readPolicyFiles(existsSync('policy.yaml') ? ['policy.yaml'] : policyPaths({}));
const compiled = compile(load(policies.sources, vocabulary));
if (!compiled.ok) throw new Error('the policies do not compile');
const { program } = compiled;

const denied = 'admission webhook "validate.abatis.dev" denied the request: ';
const { given: facts } = readFactFiles(existsSync('test/facts.yaml') ? ['test/facts.yaml'] : []);
const namespaceFile = 'test/namespace.yaml';
const [namespaceObject] = existsSync(namespaceFile) ? read(namespaceFile) : [];

for (const { input, done, failing } of requests()) {
  const placed =
    input.namespaced === true && namespaceObject !== undefined
      ? { ...input, namespaceObject: namespaceObject.object }
      : input;
  const { allowed, message, warnings } = answer(evaluate(program, placed, Date.now(), givenFacts(facts)));
  for (const warning of warnings) console.log(`Warning: ${warning}`);
  if (allowed) console.log(done);
  else console.log(`Error from server (Forbidden): ${failing}${denied}${message}`);
}

interface Request {
  readonly input: AdmissionInput;
  /** What is printed where it is let through. */
  readonly done: string;
  /** What the words of a refusal begin with. */
  readonly failing: string;
}

function requests(): readonly Request[] {
  const subresource = connections[verb];
  if (subresource !== undefined) {
    return [{ input: connect(subresource), done: '…', failing: '' }];
  }
  if (verb === 'debug') {
    return read('test/pod.yaml').map((input) => ({ input: debugged(input), done: '…', failing: '' }));
  }
  const file = values.filename;
  if (file === undefined) throw new Error(`kubectl ${process.argv.slice(2).join(' ')} is not known here`);
  return read(file).map((input): Request => {
    const { group, kind } = input.kind;
    const singular = `${kind.toLowerCase()}${group === '' ? '' : `.${group}`}`;
    switch (verb) {
      case 'apply':
      case 'create':
        return {
          input: values.raw === undefined ? input : posted(input, values.raw),
          done: values.raw === undefined ? `${singular}/${input.name} created` : '{"kind":"Status",…}',
          failing: `error when creating "${file}": `,
        };
      case 'delete':
        return {
          input: { ...input, operation: 'DELETE', object: null, oldObject: input.object },
          done: `${singular} "${input.name}" deleted${input.namespaced ? ` from ${input.namespace} namespace` : ''}`,
          failing: `error when deleting "${file}": `,
        };
      case 'scale':
        return { input: scaled(input), done: `${singular}/${input.name} scaled`, failing: '' };
      default:
        throw new Error(`kubectl ${verb} is not known here`);
    }
  });
}

function read(file: string): readonly AdmissionInput[] {
  const { documents } = readDocuments(file, readFileSync(file, 'utf8'));
  const { manifests } = readManifests(documents, { kinds: program.kinds, userInfo: user });
  return manifests.map(({ input }) => input);
}

/** What `create --raw` sends to a path that ends in a resource, a name and a subresource. */
function posted(input: AdmissionInput, path: string): AdmissionInput {
  const [resource = '', , subresource = ''] = path.split('/').slice(-3);
  return { ...input, resource: { group: '', version: 'v1', resource }, subresource, namespaced: true };
}

function scaled(input: AdmissionInput): AdmissionInput {
  const scale = (replicas: number): JsonObject => ({
    apiVersion: 'autoscaling/v1',
    kind: 'Scale',
    metadata: { name: input.name, namespace: input.namespace },
    spec: replicas === 0 ? {} : { replicas },
  });
  const spec = input.object?.['spec'] as { readonly replicas?: number } | undefined;
  return {
    ...input,
    operation: 'UPDATE',
    kind: { group: 'autoscaling', version: 'v1', kind: 'Scale' },
    subresource: 'scale',
    object: scale(Number(values.replicas)),
    oldObject: scale(spec?.replicas ?? 1),
  };
}

/** A Pod that gets a container beside those of its manifest. */
function debugged(input: AdmissionInput): AdmissionInput {
  const spec = input.object?.['spec'] as JsonObject;
  const ephemeralContainers = [{ name: 'debugger-1', image: values.image ?? '' }];
  return {
    ...input,
    operation: 'UPDATE',
    subresource: 'ephemeralcontainers',
    oldObject: input.object,
    object: { ...input.object, spec: { ...spec, ephemeralContainers } },
  };
}

function connect(subresource: string): AdmissionInput {
  return {
    operation: 'CONNECT',
    kind: { group: '', version: 'v1', kind: 'PodExecOptions' },
    resource: { group: '', version: 'v1', resource: 'pods' },
    subresource,
    name,
    namespace: namespaceObject?.name ?? values.namespace ?? 'default',
    namespaced: true,
    object: {},
    oldObject: null,
    userInfo: user,
    namespaceObject: undefined,
    dryRun: false,
  };
}
