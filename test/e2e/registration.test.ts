import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { atLeast, describeWithControlPlane } from '../control-plane/index.ts';
import { type Following, following, forbids, policy, tryConfigMap } from './following.ts';

interface Configuration {
  readonly metadata: { readonly ownerReferences?: readonly object[] };
  readonly webhooks?: readonly {
    readonly name: string;
    readonly failurePolicy: string;
    readonly matchConditions?: readonly { readonly name: string }[];
    readonly rules: readonly {
      readonly resources: readonly string[];
      readonly operations: readonly string[];
    }[];
  }[];
}

const patience = 30_000;
const root = '/apis/admissionregistration.k8s.io/v1';

/** Whatever anybody does, but what no webhook is asked about. */
const nothingGoes = policy('nothing-goes', {
  match: { kinds: ['*', '*/*'], operations: ['*'] },
  enforcement: 'Deny',
  failurePolicy: 'Fail',
  rules: [{ name: 'no', expression: 'false', message: 'nothing goes' }],
});

describeWithControlPlane('a registration that follows the policies', {}, ({ controlPlane }) => {
  let setup: Following;
  beforeAll(async () => {
    setup = await following(controlPlane());
    await setup.install();
    await setup.start();
  });
  afterAll(() => setup?.end());

  const kubectl = (...args: readonly string[]) => controlPlane().kubectl(args);
  const apply = async (text: string) => {
    const { code, stderr } = await controlPlane().kubectl(['apply', '--filename=-'], { stdin: text });
    expect(code, stderr).toBe(0);
  };
  const remove = async (...names: readonly string[]) =>
    expect((await kubectl('delete', 'policy', ...names)).stderr).toBe('');
  const configuration = async (kind: 'validating' | 'mutating' = 'validating') =>
    (await controlPlane().request(`${root}/${kind}webhookconfigurations/abatis`))
      .body as unknown as Configuration;
  /** `name failurePolicy resources operations` of each rule. */
  const registered = async (kind: 'validating' | 'mutating' = 'validating') =>
    ((await configuration(kind)).webhooks ?? []).flatMap(({ name, failurePolicy, rules }) =>
      rules.map(({ resources, operations }) =>
        [name.replace('.abatis.dev', ''), failurePolicy, resources.join(), operations.join()].join(' '),
      ),
    );
  const untilRegistered = (expected: readonly string[], kind?: 'mutating') =>
    vi.waitFor(async () => expect(await registered(kind)).toEqual(expected), patience);
  const denial = async (...keys: readonly string[]) => (await tryConfigMap(controlPlane(), keys)).stderr;
  const untilDenied = (key: string, message: string) =>
    vi.waitFor(async () => expect(await denial(key)).toContain(message), patience);
  const own = 'validate.policies Ignore policies,policybindings,policyexceptions CREATE,UPDATE';

  it('asks for nothing but their own documents where there are none', async () => {
    await untilRegistered([own]);
    expect(await registered('mutating')).toEqual([]);
    expect((await configuration()).metadata.ownerReferences).toEqual([
      expect.objectContaining({ kind: 'Namespace', name: 'abatis-system' }),
    ]);
  });

  it('asks for what they are about, and for no more once they are gone', async () => {
    await apply(forbids('loud', { enforcement: 'Warn', failurePolicy: 'Ignore' }));
    await untilRegistered(['validate.ignore Ignore configmaps CREATE,UPDATE', own]);
    await apply(
      policy('marked', {
        match: { kinds: ['Secret'] },
        mutations: [{ name: 'mark', set: { path: 'metadata.labels.marked', value: 'yes' } }],
      }),
    );
    await untilRegistered(['mutate.ignore Ignore secrets CREATE,UPDATE'], 'mutating');
    await vi.waitFor(async () => {
      const args = ['create', 'secret', 'generic', 'trial', '--dry-run=server', '--output=json'];
      expect(JSON.parse((await kubectl(...args)).stdout)).toMatchObject({
        metadata: { labels: { marked: 'yes' } },
      });
    }, patience);
    await remove('no-loud', 'marked');
    await untilRegistered([own]);
    await untilRegistered([], 'mutating');
  });

  it('gives every finding in one error, those of policies that fail open too', async () => {
    await apply(forbids('closed'));
    await apply(forbids('open', { failurePolicy: 'Ignore' }));
    await untilRegistered([
      'validate.fail Fail configmaps CREATE,UPDATE',
      'validate.ignore Ignore configmaps CREATE,UPDATE',
      own,
    ]);
    await vi.waitFor(async () => {
      const stderr = await denial('closed', 'open');
      expect(stderr).toContain('admission webhook "validate.fail.abatis.dev" denied the request');
      expect(stderr).toContain('the key closed is not wanted');
      expect(stderr).toContain('the key open is not wanted');
    }, patience);
    // In the namespaces of the system nothing fails closed, and everything is judged all the same.
    const inSystem = await tryConfigMap(controlPlane(), ['closed', 'open'], 'kube-system');
    expect(inSystem.stderr).toContain('admission webhook "validate.ignore.abatis.dev" denied the request');
    expect(inSystem.stderr).toContain('the key closed is not wanted');
  });

  it('lets through or refuses as the policies say while nobody answers', async () => {
    await setup.service.cut();
    expect(await denial('good')).toContain('failed calling webhook "validate.fail.abatis.dev"');
    expect(await tryConfigMap(controlPlane(), ['closed'], 'kube-system')).toMatchObject({ code: 0 });
    expect(await tryConfigMap(controlPlane(), ['closed'], 'abatis-system')).toMatchObject({ code: 0 });
    await remove('no-closed');
    await vi.waitFor(
      async () => expect((await tryConfigMap(controlPlane(), ['closed'])).code).toBe(0),
      patience,
    );
    await setup.service.mend();
    await remove('no-open');
    await untilRegistered([own]);
  });

  it('spares the calls that no policy could have a word on', async () => {
    const [replica] = setup.replicas;
    if (replica === undefined) throw new Error('no replica');
    await controlPlane().createNamespace('spared');
    await apply(
      forbids('x', {
        match: {
          kinds: ['ConfigMap'],
          conditions: [{ name: 'keys', expression: "object.?data.orValue({}).exists(k, k.startsWith('x'))" }],
        },
      }),
    );
    await untilDenied('x', 'the key x is not wanted');
    const calls = async (act: () => Promise<unknown>) => {
      const before = await replica.count('abatis_requests_total');
      await act();
      return (await replica.count('abatis_requests_total')) - before;
    };
    expect(await calls(() => tryConfigMap(controlPlane(), ['x']))).toBe(1);
    expect(await calls(() => tryConfigMap(controlPlane(), ['y']))).toBe(0);
    expect(await calls(() => kubectl('create', 'secret', 'generic', 'trial', '--dry-run=server'))).toBe(0);

    await apply(
      forbids('x', { failurePolicy: 'Ignore', match: { kinds: ['*'] }, exclude: { namespaces: ['spared'] } }),
    );
    await vi.waitFor(
      async () => expect(await calls(() => tryConfigMap(controlPlane(), ['y']))).toBe(1),
      patience,
    );
    expect(await calls(() => tryConfigMap(controlPlane(), ['x'], 'spared'))).toBe(0);
    const lease = JSON.stringify({
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: 'node', namespace: 'kube-node-lease' },
    });
    expect(await calls(() => controlPlane().kubectl(['create', '--filename=-'], { stdin: lease }))).toBe(0);
    await remove('no-x');
    await untilRegistered([own]);
  });

  it('leaves conditions to Abatis that the API server does not understand', async () => {
    // A function that Kubernetes 1.37 came with.
    const expression = "['trial'].includes(object.metadata.name)";
    await apply(
      forbids('new', { match: { kinds: ['ConfigMap'], conditions: [{ name: 'trial', expression }] } }),
    );
    await untilDenied('new', 'the key new is not wanted');
    const { webhooks = [] } = await configuration();
    const names = webhooks.flatMap(({ matchConditions = [] }) => matchConditions.map(({ name }) => name));
    expect(names.includes('as-the-policies-say')).toBe(atLeast(controlPlane().version, '1.37'));
    await remove('no-new');
    await untilRegistered([own]);
  });

  it('is left alone where nothing is different', async () => {
    await apply(forbids('one'));
    await untilDenied('one', 'the key one is not wanted');
    await untilRegistered([
      'validate.fail Fail configmaps CREATE,UPDATE',
      'validate.ignore Ignore configmaps CREATE,UPDATE',
      own,
    ]);
    const before = await configuration();
    await apply(forbids('two'));
    // The leader looks at the registration first.
    const ready = ['policy/no-two', '--for=condition=Ready', '--timeout=30s'];
    expect((await kubectl('wait', ...ready)).stderr).toBe('');
    expect(await configuration()).toEqual(before);
    await remove('no-one', 'no-two');
    await untilRegistered([own]);
  });

  it('is mended when somebody else changes it', async () => {
    await apply(forbids('kept'));
    const expected = [
      'validate.fail Fail configmaps CREATE,UPDATE',
      'validate.ignore Ignore configmaps CREATE,UPDATE',
      own,
    ];
    await untilRegistered(expected);
    const patch = JSON.stringify([{ op: 'replace', path: '/webhooks/0/failurePolicy', value: 'Ignore' }]);
    const args = ['validatingwebhookconfiguration', 'abatis', '--type=json', `--patch=${patch}`];
    expect((await kubectl('patch', ...args)).stderr).toBe('');
    expect(await registered()).toContain('validate.fail Ignore configmaps CREATE,UPDATE');
    await untilRegistered(expected);
    await remove('no-kept');
    await untilRegistered([own]);
  });

  describe('of a policy that locks everybody out', () => {
    const lockOut = async () => {
      await apply(nothingGoes);
      await untilDenied('any', 'nothing goes');
    };
    afterEach(async () => {
      await setup.service.cut();
      await setup.service.mend();
    });
    const untilFree = () =>
      vi.waitFor(async () => expect((await tryConfigMap(controlPlane(), ['any'])).code).toBe(0), patience);

    it('lets it be taken away with kubectl', async () => {
      await lockOut();
      expect((await kubectl('label', 'namespace', 'default', 'x=y')).stderr).toContain('nothing goes');
      await remove('nothing-goes');
      await untilFree();
    });

    it('lets it be taken away while nobody answers', async () => {
      await lockOut();
      await setup.service.cut();
      expect(await denial('any')).toContain('failed calling webhook');
      await remove('nothing-goes');
      await untilFree();
      await setup.service.mend();
    });

    it('lets Abatis be mended', async () => {
      await lockOut();
      await setup.service.cut();
      const args = ['--namespace=abatis-system', '--dry-run=server'];
      const pod = ['run', 'abatis', '--image=registry.example/abatis', ...args];
      await controlPlane().createNamespace('abatis-system');
      expect((await kubectl(...pod)).stderr).toBe('');
      expect((await kubectl('label', 'namespace', 'abatis-system', 'x=y')).stderr).toBe('');
      await setup.service.mend();
      await remove('nothing-goes');
      await untilFree();
    });
  });

  it('is taken on by another replica when the leader goes', async () => {
    const [first] = setup.replicas;
    await setup.start();
    expect(await first?.terminate()).toBe('exit 0');
    await apply(forbids('later'));
    await untilDenied('later', 'the key later is not wanted');
    expect((await setup.replicas[1]?.log())?.map(({ msg }) => msg)).toContain('leading');
    await remove('no-later');
    await untilRegistered([own]);
  });

  describe('of an Abatis that is taken away', () => {
    const definitions = ['policies', 'policybindings', 'policyexceptions'].map(
      (each) => `${each}.abatis.dev`,
    );
    const steps = {
      replicas: async () => {
        for (const replica of setup.replicas) await replica.terminate();
      },
      configurations: () =>
        kubectl('delete', 'validatingwebhookconfiguration,mutatingwebhookconfiguration', 'abatis'),
      definitions: () => kubectl('delete', 'crd', ...definitions),
      rights: () => kubectl('delete', 'clusterrole,clusterrolebinding', 'abatis'),
    } as const;

    it.each<readonly (keyof typeof steps)[]>([
      ['replicas', 'definitions', 'configurations', 'rights'],
      ['definitions', 'configurations', 'rights', 'replicas'],
      ['configurations', 'definitions', 'replicas', 'rights'],
      ['configurations', 'rights', 'replicas', 'definitions'],
    ])('leaves a cluster that works: %s, %s, %s, %s', async (...order) => {
      await setup.install();
      const replica = await setup.start();
      await apply(nothingGoes);
      await untilDenied('any', 'nothing goes');
      for (const step of order) {
        const result = await steps[step]();
        if (result !== undefined) expect(result.stderr).toBe('');
        if (step === 'configurations' && !order.slice(0, order.indexOf(step)).includes('replicas')) {
          // What is deleted is not brought back by whoever still runs: it is told, and looks again.
          await vi.waitFor(async () => {
            const messages = (await replica.log()).map(({ problem }) => String(problem));
            expect(
              messages.some((message) => /there is no .*WebhookConfiguration `abatis`|403|404/.test(message)),
            ).toBe(true);
          }, patience);
        }
      }
      expect((await controlPlane().request(`${root}/validatingwebhookconfigurations`)).body).toMatchObject({
        items: [],
      });
      expect((await kubectl('create', 'configmap', `after-${order.join('-')}`)).stderr).toBe('');
    });
  });
});
