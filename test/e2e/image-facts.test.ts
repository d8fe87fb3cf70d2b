import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ApiResponse } from '../control-plane/index.ts';
import { describeWithControlPlane } from '../control-plane/index.ts';
import { bash } from '../facts/image/binaries.ts';
import { type ImageParts, imageOf } from '../facts/image/image.ts';
import { TestRegistry } from '../facts/image/registry/server.ts';
import { file, program } from '../facts/image/tar.ts';
import { describeWithRegistry, push, type RegistryServer } from '../registry/index.ts';
import { createPolicyFolder, type PolicyFolder } from './policy-folder.ts';
import { register, startWebhook, type Webhook } from './webhook.ts';

/** What no policy of the packs finds anything in. */
const good: ImageParts = {
  layers: [[file('srv/web', 'x')]],
  created: new Date().toISOString(),
  config: {
    User: '10001',
    Labels: {
      'org.opencontainers.image.source': 'https://git.example/web',
      'org.opencontainers.image.revision': '4f2c',
    },
  },
};
const withBash: ImageParts = { ...good, layers: [[program('bin/bash', bash)]] };

const password = 'very-secret';
const user = { username: 'abatis' };
const authorization = `Basic ${Buffer.from(`abatis:${password}`).toString('base64')}`;
/** The password by bcrypt. */
const htpasswd = 'abatis:$2b$04$/EfSaKTXLhXmIphTsdNYCOvPzYfH1yZwScnKKzQlE2SRYnUZ7oSqa\n';

interface StoredPod {
  readonly spec: { readonly containers: readonly { readonly image: string }[] };
}

const pod = (name: string, image: string, spec: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name },
  spec: { containers: [{ name: 'web', image }], ...spec },
});

const messageOf = ({ body }: ApiResponse): string => (body as { readonly message?: string }).message ?? '';

describeWithRegistry('what is in images, in admission', (start) => {
  describeWithControlPlane('through an API server', {}, ({ controlPlane }) => {
    let registry: RegistryServer;
    let closed: RegistryServer;
    let folder: PolicyFolder;
    let kubeconfig: string;
    let images: { readonly good: string; readonly bash: string; readonly secret: string };
    const digests = { good: imageOf(good).top.digest, bash: imageOf(withBash).top.digest };

    beforeAll(async () => {
      registry = await start();
      closed = await start({ htpasswd });
      images = {
        good: await push(registry, imageOf(good), { repository: 'shop/good', tag: '1' }),
        bash: await push(registry, imageOf(withBash), { repository: 'shop/bash', tag: '1' }),
        secret: await push(closed, imageOf(withBash), { repository: 'shop/secret', tag: '1', authorization }),
      };
      folder = createPolicyFolder({});
      const config = {
        allowedHosts: ['127.0.0.1:*'],
        hosts: { '127.0.0.1:*': { plainHttp: true, addresses: 'local' } },
        warm: true,
      };
      writeFileSync(join(folder.path, 'images.json'), JSON.stringify(config));
      const { kubectl, createNamespace } = controlPlane();
      const grant = (name: string, verbs: string, resources: string) =>
        kubectl(['create', 'clusterrole', name, `--verb=${verbs}`, `--resource=${resources}`]).then(() =>
          kubectl(['create', 'clusterrolebinding', name, `--clusterrole=${name}`, `--user=${user.username}`]),
        );
      await grant('abatis-watch', 'get,list,watch', 'namespaces,pods');
      await grant('abatis-pull', 'get', 'secrets,serviceaccounts');
      for (const name of ['default', 'shop', 'bank', 'kube-system']) await createNamespace(name);
      kubeconfig = await controlPlane().kubeconfigFor(user);
      // Before anybody judges.
      expect(await create(pod('legacy', images.bash))).toMatchObject({ status: 201 });
    }, 180_000);
    afterAll(() => folder?.remove());

    const create = (body: object, namespace = 'default', query = '') =>
      controlPlane().request(`/api/v1/namespaces/${namespace}/pods${query}`, { method: 'POST', body });

    /** What comes of a trial once the image is known; on a machine with much to do that may take a while. */
    async function settled(body: object, namespace?: string): Promise<ApiResponse> {
      let answer: ApiResponse | undefined;
      await vi.waitFor(async () => {
        answer = await create(body, namespace, '?dryRun=All');
        const said = [...answer.warnings, messageOf(answer)].join('\n');
        if (said.includes('not yet inspected')) throw new Error(said);
      }, 30_000);
      return answer as ApiResponse;
    }

    /** A server with a pack, whom the API server asks while the tests of this description run. */
    function served(pack: string): () => Webhook {
      let webhook: Webhook;
      beforeAll(async () => {
        const args = ['--pack', pack, '--image-config', join(folder.path, 'images.json')];
        webhook = await startWebhook({ policies: [], kubeconfig, args });
        for (const mutating of [true, false]) {
          const endpoint = mutating ? 'mutate' : 'validate';
          const count = () => webhook.count('abatis_requests_total', { endpoint });
          const name = `${pack}-${endpoint}`;
          await register(controlPlane(), webhook, { name, failurePolicy: 'Fail', mutating }, count);
        }
      }, 120_000);
      afterAll(async () => {
        for (const kind of ['validatingwebhookconfigurations', 'mutatingwebhookconfigurations'])
          await controlPlane().kubectl(['delete', kind, '--all']);
        await webhook?.stop();
      });
      return () => webhook;
    }

    describe('with the pack images', () => {
      const webhook = served('images');

      it('warns about a shell, and lets the pod in', async () => {
        const answer = await settled(pod('bash', images.bash));
        expect(answer.status).toBe(201);
        expect(answer.warnings).toEqual([
          expect.stringMatching(
            /^no-shells\/shells: image `127\.0\.0\.1:\d+\/shop\/bash:1` brings a shell: \/bin\/bash/,
          ),
        ]);
      });

      it('says nothing of an image that has nothing of the kind', async () => {
        const answer = await settled(pod('good', images.good));
        expect(answer).toMatchObject({ status: 201, warnings: [] });
      });

      it('says so of an image whose registry is not allowed', async () => {
        const { status, warnings } = await settled(pod('other', 'registry.example/web:1'));
        expect(status).toBe(201);
        expect(warnings).toEqual([expect.stringContaining('images of `registry.example` may not be read')]);
      });

      it('answers for a digest that is known in less than a millisecond more than without the fact', async () => {
        const image = `${images.bash}@${digests.bash}`;
        await settled(pod('known', image));
        const hits = await webhook().count('abatis_facts_total', { source: 'image', outcome: 'hit' });
        /** In milliseconds, as the server measures it: the mean of some requests. */
        const cost = async (namespace: string): Promise<number> => {
          const read = async () => ({
            seconds: await webhook().count('abatis_request_duration_seconds_sum', { endpoint: 'validate' }),
            requests: await webhook().count('abatis_request_duration_seconds_count', {
              endpoint: 'validate',
            }),
          });
          const before = await read();
          for (let turn = 0; turn < 20; turn++) await create(pod('known', image), namespace, '?dryRun=All');
          const after = await read();
          // The API server writes something of its own now and then.
          const requests = after.requests - before.requests;
          expect(requests).toBeGreaterThanOrEqual(20);
          return ((after.seconds - before.seconds) * 1000) / requests;
        };
        const differences: number[] = [];
        // What the machine does beside it only ever adds: the least of some rounds is nearest to the truth.
        for (let round = 0; round < 10; round++) {
          const without = await cost('kube-system');
          differences.push((await cost('shop')) - without);
        }
        expect(Math.min(...differences)).toBeLessThan(1);
        const since =
          (await webhook().count('abatis_facts_total', { source: 'image', outcome: 'hit' })) - hits;
        expect(since).toBeGreaterThanOrEqual(100);
        expect(
          await webhook().count('abatis_facts_total', { source: 'image', outcome: 'found' }),
        ).toBeGreaterThan(0);
      });

      it('inspects what runs before anybody asks for it', async () => {
        const warm = await push(registry, imageOf(good), { repository: 'shop/warm', tag: '1' });
        // Nothing in this namespace is judged.
        expect(await create(pod('warm', warm), 'kube-system')).toMatchObject({ status: 201 });
        const inspected = async () =>
          (await webhook().log()).filter(({ msg, image }) => msg === 'inspected an image' && image === warm);
        expect(await inspected()).toEqual([]);
        await controlPlane().request('/api/v1/namespaces/kube-system/pods/warm/status', {
          method: 'PATCH',
          contentType: 'application/merge-patch+json',
          body: { status: { phase: 'Running' } },
        });
        await vi.waitUntil(async () => (await inspected()).length === 1, 30_000);
      });
    });

    describe('with the pack images-strict', () => {
      const webhook = served('images-strict');

      it('denies a shell', async () => {
        const answer = await settled(pod('bash', images.bash));
        expect(answer.status).toBe(403);
        expect(messageOf(answer)).toMatch(/no-shells\/shells: image `.*` brings a shell: \/bin\/bash/);
      });

      it('stores the digest of what was inspected', async () => {
        await settled(pod('pinned', images.good));
        const answer = await create(pod('pinned', images.good));
        expect(answer.status).toBe(201);
        const { body } = await controlPlane().request('/api/v1/namespaces/default/pods/pinned');
        const [container] = (body as StoredPod).spec.containers;
        expect(container?.image).toBe(`${images.good}@${digests.good}`);
      });

      it('lets what was there before be touched, and no other shell in', async () => {
        const patch = (body: object) =>
          controlPlane().request('/api/v1/namespaces/default/pods/legacy', {
            method: 'PATCH',
            contentType: 'application/strategic-merge-patch+json',
            body,
          });
        expect(await patch({ metadata: { labels: { team: 'shop' } } })).toMatchObject({ status: 200 });
        await settled(pod('bash', images.bash));
        const other = `${images.bash}@${digests.bash}`;
        const moved = await patch({ spec: { containers: [{ name: 'web', image: other }] } });
        expect(moved.status).toBe(403);
        expect(messageOf(moved)).toContain('brings a shell');
      });

      it('says to try again while an image is inspected, and answers then', async () => {
        const gate = Promise.withResolvers<void>();
        const slow = await TestRegistry.start(
          imageOf({ ...good, layers: [[file('srv/held', 'x')]] }),
          async ({ path }) => {
            if (path.includes('/blobs/')) await gate.promise;
            return false;
          },
        );
        const held = pod('held', `${slow.host('127.0.0.1')}/shop/held:1`);
        const early = await create(held);
        expect(early.status).toBe(403);
        expect(messageOf(early)).toMatch(/not yet inspected .*; try again/);
        gate.resolve();
        expect(await settled(held)).toMatchObject({ status: 201, warnings: [] });
      });

      it('lets a pod in by an exception of its owner that people may review', async () => {
        const body = pod('excused', images.bash);
        const annotations = { 'override.abatis.dev/no-shells': 'it is for debugging, until Friday' };
        const answer = await settled({ ...body, metadata: { ...body.metadata, annotations } });
        expect(answer.status).toBe(201);
        expect(answer.warnings).toEqual([expect.stringContaining('brings a shell')]);
      });

      describe('of an image that only pull secrets let one read', () => {
        beforeAll(async () => {
          const auths = { [closed.host]: { username: 'abatis', password } };
          const secret = {
            apiVersion: 'v1',
            kind: 'Secret',
            metadata: { name: 'pull' },
            type: 'kubernetes.io/dockerconfigjson',
            stringData: { '.dockerconfigjson': JSON.stringify({ auths }) },
          };
          const account = {
            apiVersion: 'v1',
            kind: 'ServiceAccount',
            metadata: { name: 'puller' },
            imagePullSecrets: [{ name: 'pull' }],
          };
          const post = (resource: string, body: object) =>
            controlPlane().request(`/api/v1/namespaces/shop/${resource}`, { method: 'POST', body });
          expect(await post('secrets', secret)).toMatchObject({ status: 201 });
          expect(await post('serviceaccounts', account)).toMatchObject({ status: 201 });
        });

        it.each([
          ['the pod names one', { imagePullSecrets: [{ name: 'pull' }] }],
          ['its service account does', { serviceAccountName: 'puller' }],
        ])('knows it where %s', async (_, spec) => {
          const answer = await settled(pod('secret', images.secret, spec), 'shop');
          expect(messageOf(answer)).toContain('brings a shell: /bin/bash');
        });

        it.each([
          ['in the same namespace', 'shop'],
          ['in another one', 'bank'],
        ])('does not tell pods without it, %s', async (_, namespace) => {
          const answer = await settled(pod('secret', images.secret), namespace);
          expect(answer.status).toBe(403);
          expect(messageOf(answer)).not.toContain('brings a shell');
          expect(messageOf(answer)).toMatch(/inspected\/inspected: image `.*` is not known: .* 401/);
        });

        it('has written the password nowhere', async () => {
          const log = JSON.stringify(await webhook().log());
          expect(log).toContain('inspected an image');
          expect(log).not.toContain(password);
          expect(log).not.toContain(Buffer.from(`abatis:${password}`).toString('base64'));
        });
      });
    });
  });
});
