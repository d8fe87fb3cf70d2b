import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { globSync } from 'tinyglobby';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultedInput } from '../../src/defaulting/index.ts';
import { applyPatch } from '../../src/jsonpatch/index.ts';
import { kindTable } from '../../src/kinds/index.ts';
import { readManifests } from '../../src/manifest/index.ts';
import type { JsonObject, PatchOperation } from '../../src/model/index.ts';
import { readDocuments } from '../../src/yaml/index.ts';
import { describeWithControlPlane } from '../control-plane/index.ts';
import { readPage } from '../docs/console.ts';
import { createPolicyFolder, type PolicyFolder } from './policy-folder.ts';
import { type AdmissionResponse, type Recorder, startRecorder } from './recorder.ts';
import { register, repository, startWebhook, type Webhook } from './webhook.ts';

/** What came of one object: what it lost and what it gained. */
interface Changed {
  readonly object: string;
  readonly gone: readonly string[];
  readonly new: readonly string[];
}

const mutations = join(repository, 'policies/mutations');
const policies = globSync('*/policy.yaml', { cwd: mutations })
  .map((file) => file.split('/')[0] ?? '')
  .sort();

/** Every manifest beside a policy: its fixtures, and what its tables and its page are about. */
const manifestsOf = (policy: string) =>
  globSync(['*.yaml', '!tests.yaml', '!*.expected.yaml'], { cwd: join(mutations, policy, 'test') }).sort();

/** The policy, and the binding that its page shows, without which some change nothing. */
function policyFiles(policy: string): Readonly<Record<string, string>> {
  const page = readPage(readFileSync(join(mutations, policy, 'README.md'), 'utf8'));
  return {
    'policy.yaml': readFileSync(join(mutations, policy, 'policy.yaml'), 'utf8'),
    ...Object.fromEntries(page.files.map(({ path, content }) => [path, content])),
  };
}

describeWithControlPlane('the stock mutations', {}, ({ controlPlane, itNeeds }) => {
  beforeAll(async () => {
    await controlPlane().createNamespace('shop');
    // Here the account is a fixture's to create.
    await controlPlane().request('/api/v1/namespaces', {
      method: 'POST',
      body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'orchard' } },
    });
    for (const policy of policies) {
      for (const manifest of manifestsOf(policy)) {
        for (const { kind, metadata } of documentsOf(policy, manifest)) {
          if (kind !== 'Namespace') continue;
          const { name, labels } = metadata as { name: string; labels?: Record<string, string> };
          await controlPlane().createNamespace(name, labels);
          await controlPlane().request(`/api/v1/namespaces/${name}`, {
            method: 'PATCH',
            contentType: 'application/merge-patch+json',
            body: { metadata: { labels: labels ?? {} } },
          });
        }
      }
    }
  });

  it('are there', () => {
    expect(policies.length).toBeGreaterThanOrEqual(8);
  });

  describe.each(policies)('%s', (policy) => {
    const files = policyFiles(policy);
    let folder: PolicyFolder;
    let webhook: Webhook;
    let recorder: Recorder;
    const name = `stock-${policy}`;
    beforeAll(async () => {
      folder = createPolicyFolder(files);
      webhook = await startWebhook({
        policies: [folder.path],
        kubeconfig: await controlPlane().kubeconfigFor(),
      });
      recorder = await startRecorder(webhook);
      const registration = { name, failurePolicy: 'Ignore' as const, operations: ['CREATE'], mutating: true };
      await register(controlPlane(), recorder, registration, () => recorder.exchanges.length);
    });
    afterAll(async () => {
      await controlPlane().request(
        `/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/${name}`,
        { method: 'DELETE' },
      );
      await recorder?.stop();
      await webhook?.stop();
      folder?.remove();
    });

    for (const manifest of manifestsOf(policy)) {
      const file = join(mutations, policy, 'test', manifest);
      const stdin = readFileSync(file, 'utf8');
      itNeeds(oldestFor(stdin), `makes of ${manifest} what \`abatis check\` does`, async () => {
        const from = recorder.exchanges.length;
        const objects = documentsOf(policy, manifest).filter(({ kind }) => kind !== 'Namespace');
        const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects });
        const create = ['create', '--dry-run=server', '--filename=-', '--output=name'];
        const { code, stderr } = await controlPlane().kubectl(create, { stdin: list });
        const asked = recorder.exchanges.slice(from).filter(({ review }) => review.request.dryRun);
        const answers = asked.map(({ review, answer }) => ({
          allowed: answer.response?.allowed,
          ...changesOf(review.request.object as JsonObject, patchOf(answer.response)),
        }));
        const first = answers.filter(
          ({ object }, index) => answers.findIndex((each) => each.object === object) === index,
        );

        expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
        const expected = await checked(folder.path, file, stdin);
        expect(first).toEqual(expected.map((each) => ({ allowed: true, ...each })));
        // It is asked again where what it changed made the API server change more.
        const again = answers.filter((each) => !first.includes(each));
        expect(again.flatMap((each) => [...each.gone, ...each.new])).toEqual([]);
        // What a name promises, it promises of the policy without a binding.
        if (Object.keys(files).length > 1) return;
        const isChanged = first.some((each) => each.gone.length + each.new.length > 0);
        expect(isChanged).toBe(basename(manifest).startsWith('mutate.'));
      });
    }
  });
});

function documentsOf(policy: string, manifest: string): readonly JsonObject[] {
  const file = join(mutations, policy, 'test', manifest);
  return readDocuments(file, readFileSync(file, 'utf8')).documents.map(({ value }) => value as JsonObject);
}

/** The oldest API server that knows everything in a fixture. */
function oldestFor(manifest: string): string {
  if (/^ +image:\n +reference:/m.test(manifest)) return '1.35';
  if (/\bos:/.test(manifest)) return '1.24';
  return '1.29';
}

interface Report {
  readonly mutations: readonly {
    readonly object: { readonly kind: string; readonly name: string };
    readonly patch: readonly PatchOperation[];
  }[];
}

/** What `abatis check` makes of the objects of a file, but for its Namespaces. */
async function checked(folder: string, file: string, manifest: string): Promise<readonly Changed[]> {
  const main = join(repository, 'src/cli/main.ts');
  const args = [main, 'check', '--output', 'json', '--policies', folder, file];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const report = JSON.parse(await text(child.stdout)) as Report;
  return readManifests(readDocuments(file, manifest).documents, { kinds: kindTable() })
    .manifests.filter(({ input }) => input.kind.kind !== 'Namespace')
    .map(({ input }) => {
      const { object } = defaultedInput(input);
      const mutated = report.mutations.find(
        (each) => each.object.kind === input.kind.kind && each.object.name === input.name,
      );
      return changesOf(object ?? {}, mutated?.patch ?? []);
    });
}

function patchOf(response: AdmissionResponse | undefined): readonly PatchOperation[] {
  const { patch } = (response ?? {}) as { readonly patch?: string };
  return patch === undefined ? [] : JSON.parse(Buffer.from(patch, 'base64').toString());
}

/** The API server adds to lists of its own accord, so that places in lists do not count. */
function changesOf(object: JsonObject, patch: readonly PatchOperation[]): Changed {
  const applied = applyPatch(object, patch);
  if (!applied.ok) throw new Error(`the patch does not fit: ${JSON.stringify(patch)}`);
  const [before, after] = [leavesOf(object, ''), leavesOf(applied.value, '')];
  const { name } = object['metadata'] as { readonly name: string };
  return { object: `${object['kind']} ${name}`, gone: without(before, after), new: without(after, before) };
}

function leavesOf(value: unknown, path: string): readonly string[] {
  if (typeof value !== 'object' || value === null) return [`${path} = ${JSON.stringify(value)}`];
  if (Array.isArray(value)) return value.flatMap((item) => leavesOf(item, `${path}[]`));
  return Object.entries(value).flatMap(([key, item]) => leavesOf(item, `${path}.${key}`));
}

function without(all: readonly string[], those: readonly string[]): readonly string[] {
  const left = [...those];
  return all
    .filter((each) => {
      const index = left.indexOf(each);
      if (index >= 0) left.splice(index, 1);
      return index < 0;
    })
    .sort();
}
