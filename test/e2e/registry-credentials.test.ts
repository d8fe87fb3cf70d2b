import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import {
  type CredentialSource,
  inspectImage,
  type PullingPod,
  type PullSecret,
  type PullSecretReader,
  pullSecretCredentials,
  type RegistryConfig,
} from '../../src/facts/image/index.ts';
import { type ControlPlane, describeWithControlPlane } from '../control-plane/index.ts';
import { bash } from '../facts/image/binaries.ts';
import { imageOf } from '../facts/image/image.ts';
import { program } from '../facts/image/tar.ts';
import { describeWithRegistry, push, type RegistryServer } from '../registry/index.ts';
import { alice } from './registry/alice.ts';
import { clientOf, loopback } from './registry/reading.ts';
import { reader, startTokenServer, type TokenServer } from './registry/token-server.ts';

const { username, password, htpasswd, authorization } = alice;
/** Alice, as a docker configuration has her. */
const entry = { username, password };
const secrets = /pull me|read: please|identity-of|wrong guess|Basic |Bearer /;

const image = () => imageOf([[program('bin/bash', bash)]]);
const folder = mkdtempSync(join(tmpdir(), 'abatis-credentials-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
/** A docker configuration in a file. */
function configFile(document: object): string {
  const path = join(folder, `config-${files++}.json`);
  writeFileSync(path, JSON.stringify(document));
  return path;
}

interface Access {
  readonly config?: Partial<RegistryConfig>;
  readonly credentials?: CredentialSource;
}

/** What comes of reading an image: its shells, or the error, and what was said of credentials. */
async function access(reference: string, { config = {}, credentials }: Access) {
  const said: string[] = [];
  const host = reference.slice(0, reference.indexOf('/'));
  const registry = clientOf([{ host }], config, { onProblem: (problem) => said.push(problem) });
  const found = await inspectImage(registry.image(reference, credentials)).then(
    ({ shells }) => ({ shells: shells.map(({ path }) => path) }),
    ({ reason, message, help }) => ({ reason, message, help }),
  );
  expect(JSON.stringify([found, said])).not.toMatch(secrets);
  return { found, said };
}

const good = { shells: ['/bin/bash'] };
const denied = (host: string) => ({
  reason: 'unauthorized',
  message: `\`${host}\` answered 401`,
  help: 'give credentials that may pull it, or look whether its name is right',
});

describeWithRegistry('a private registry', (start) => {
  describe('that wants a password', () => {
    let server: RegistryServer;
    let reference = '';
    beforeAll(async () => {
      server = await start({ htpasswd });
      reference = await push(server, image(), { repository: 'org/app', tag: '1', authorization });
    });
    const withFile = (document: object): Access => ({
      config: { credentials: { dockerConfigs: [configFile(document)] } },
    });

    it.each<[what: string, document: (host: string) => object, good: boolean]>([
      ['by `auth`', (host) => ({ auths: { [host]: { auth: authorization.replace('Basic ', '') } } }), true],
      ['by name and password', (host) => ({ auths: { [host]: entry } }), true],
      ['for the repository alone', (host) => ({ auths: { [`${host}/org/app`]: entry } }), true],
      ['with a scheme', (host) => ({ auths: { [`http://${host}/v2/`]: entry } }), true],
      ['for another repository', (host) => ({ auths: { [`${host}/other`]: entry } }), false],
      ['for another registry', () => ({ auths: { 'registry.example': entry } }), false],
      ['that is wrong', (host) => ({ auths: { [host]: { ...entry, password: 'wrong guess' } } }), false],
      ['that has none', () => ({}), false],
    ])('with a docker configuration %s', async (_what, document, isGood) => {
      const { found } = await access(reference, withFile(document(server.host)));
      expect(found).toEqual(isGood ? good : denied(server.host));
    });

    it('asks one file after the other', async () => {
      const wrong = configFile({ auths: { [server.host]: { ...entry, password: 'wrong guess' } } });
      const right = configFile({ auths: { [server.host]: entry } });
      const broken = configFile([]);
      const dockerConfigs = [join(folder, 'none.json'), broken, wrong, right];
      const { found, said } = await access(reference, { config: { credentials: { dockerConfigs } } });
      expect(found).toEqual(good);
      expect(said).toEqual([
        `credentials in \`${join(folder, 'none.json')}\` cannot be read: ENOENT`,
        `credentials in \`${broken}\` cannot be read: the docker configuration is not an object`,
      ]);
    });

    it('sends no credentials where none are', async () => {
      expect(await access(reference, {})).toEqual({ found: denied(server.host), said: [] });
    });

    describe('from a credential helper', () => {
      const helper = (name: string, script: string): string => {
        writeFileSync(join(folder, `docker-credential-${name}`), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
        const before = process.env['PATH'];
        process.env['PATH'] = `${folder}${delimiter}${before}`;
        onTestFinished(() => {
          process.env['PATH'] = before;
        });
        return name;
      };
      const answer = (secret: string) =>
        `read -r server\n[ "$1 $server" = "get $EXPECTED" ] || exit 3\n` +
        `echo '{"ServerURL":"x","Username":"alice","Secret":"${secret}"}'`;

      it.each<[what: string, script: string, isGood: boolean, said: RegExp | undefined]>([
        ['that knows', answer(alice.password), true, undefined],
        ['that is wrong', answer('wrong guess'), false, undefined],
        ['that has none', "echo 'credentials not found in native keychain'; exit 1", false, undefined],
        ['that fails', 'echo wrong guess; exit 7', false, /ended with 7$/],
        ['that says anything', 'echo wrong guess', false, /answered something else than JSON$/],
      ])('%s', async (_what, script, isGood, problem) => {
        const name = helper('abatistest', script.replace('$EXPECTED', server.host));
        for (const document of [{ credHelpers: { [server.host]: name } }, { credsStore: name }]) {
          const { found, said } = await access(reference, withFile(document));
          expect(found).toEqual(isGood ? good : denied(server.host));
          for (const one of said) expect(one).toMatch(problem ?? /never/);
          expect(said.length > 0).toBe(problem !== undefined);
        }
      });

      it('that is not to be run', async () => {
        const name = helper('abatistest', answer(alice.password).replace('$EXPECTED', server.host));
        const dockerConfigs = [configFile({ credsStore: name })];
        const { found } = await access(reference, {
          config: { credentials: { dockerConfigs, helpers: false } },
        });
        expect(found).toEqual(denied(server.host));
      });
    });
  });

  describe('that wants tokens', () => {
    let tokens: TokenServer;
    let server: RegistryServer;
    let reference = '';
    beforeAll(async () => {
      tokens = await startTokenServer();
      server = await start({ tokens: tokens.trust });
      const authorization = tokens.pushing('org/app');
      reference = await push(server, image(), { repository: 'org/app', tag: '1', authorization });
    });
    afterAll(() => tokens.stop());
    const known = (more: Partial<RegistryConfig> = {}): Partial<RegistryConfig> => ({
      hosts: {
        [server.host]: { ...loopback, tokenHosts: [tokens.host] },
        [tokens.host]: loopback,
      },
      ...more,
    });
    const withEntry = (entry: object): Partial<RegistryConfig> => {
      const dockerConfigs = [configFile({ auths: { [server.host]: entry } })];
      return known({ credentials: { dockerConfigs } });
    };

    it('gets one for a password, once, and for pulling alone', async () => {
      tokens.seen.length = 0;
      expect((await access(reference, { config: withEntry(reader) })).found).toEqual(good);
      expect(tokens.seen).toHaveLength(1);
      expect(tokens.seen[0]).toMatchObject({ method: 'GET', scope: 'repository:org/app:pull' });
    });

    it('gets one for an identity token', async () => {
      tokens.seen.length = 0;
      const { identityToken: identitytoken } = reader;
      expect((await access(reference, { config: withEntry({ identitytoken }) })).found).toEqual(good);
      expect(tokens.seen).toMatchObject([{ method: 'POST', scope: 'repository:org/app:pull' }]);
    });

    it('asks for an anonymous token where there are no credentials, here in vain', async () => {
      tokens.seen.length = 0;
      expect((await access(reference, { config: known() })).found).toEqual(denied(server.host));
      expect(tokens.seen.every(({ authorization }) => authorization === undefined)).toBe(true);
    });

    it('denies a password that the issuer does not know', async () => {
      const config = withEntry({ ...reader, password: 'wrong guess' });
      expect((await access(reference, { config })).found).toEqual(denied(server.host));
    });

    it('sends no password to an issuer that configuration does not name', async () => {
      tokens.seen.length = 0;
      const dockerConfigs = [configFile({ auths: { [server.host]: reader } })];
      const hosts = { [tokens.host]: loopback };
      const { found } = await access(reference, { config: { hosts, credentials: { dockerConfigs } } });
      expect(found).toEqual({
        reason: 'refused',
        message: `\`${server.host}\` wants tokens of \`http://${tokens.host}\`, which is not known to issue them for it`,
        help: 'if it is, name it among the `tokenHosts` of that registry in the configuration',
      });
      expect(tokens.seen).toEqual([]);
    });
  });

  describeWithControlPlane('and pull secrets of a cluster', {}, ({ controlPlane }) => {
    let server: RegistryServer;
    let reference = '';
    beforeAll(async () => {
      server = await start({ htpasswd });
      reference = await push(server, image(), { repository: 'org/app', tag: '1', authorization });
      for (const name of ['shop', 'other']) await controlPlane().createNamespace(name);
      const flags = [
        `--docker-server=${server.host}`,
        `--docker-username=${alice.username}`,
        `--docker-password=${alice.password}`,
      ];
      await kubectl('shop', 'create', 'secret', 'docker-registry', 'registry', ...flags);
      const wrong = flags.map((flag) => flag.replace(alice.password, 'wrong guess'));
      await kubectl('shop', 'create', 'secret', 'docker-registry', 'wrong', ...wrong);
      await kubectl('shop', 'create', 'secret', 'generic', 'opaque', '--from-literal=.dockerconfigjson={}');
      await kubectl('shop', 'create', 'serviceaccount', 'puller');
      const patch = JSON.stringify({ imagePullSecrets: [{ name: 'registry' }] });
      await kubectl('shop', 'patch', 'serviceaccount', 'puller', '-p', patch);
    });
    const kubectl = async (namespace: string, ...args: readonly string[]): Promise<void> => {
      const { code, stderr } = await controlPlane().kubectl(['--namespace', namespace, ...args]);
      expect({ code, stderr }).toMatchObject({ code: 0 });
    };

    it.each<[what: string, pod: PullingPod, isGood: boolean, said: readonly string[]]>([
      ['of the pod', { namespace: 'shop', imagePullSecrets: ['registry'] }, true, []],
      ['of its service account', { namespace: 'shop', serviceAccountName: 'puller' }, true, []],
      ['one of which is wrong', { namespace: 'shop', imagePullSecrets: ['wrong', 'registry'] }, true, []],
      ['that are wrong', { namespace: 'shop', imagePullSecrets: ['wrong'] }, false, []],
      ['that it has not', { namespace: 'shop' }, false, []],
      [
        'of another namespace',
        { namespace: 'other', imagePullSecrets: ['registry'] },
        false,
        ['pull secret `other/registry` does not exist'],
      ],
      [
        'of another type',
        { namespace: 'shop', imagePullSecrets: ['opaque'] },
        false,
        ['pull secret `shop/opaque` cannot be used: it is of neither type of pull secrets'],
      ],
      [
        'before those of its service account',
        { namespace: 'shop', imagePullSecrets: ['wrong'], serviceAccountName: 'puller' },
        false,
        [],
      ],
    ])('%s', async (_what, pod, isGood, said) => {
      const problems: string[] = [];
      const credentials = pullSecretCredentials(pod, readerOf(controlPlane()), (problem) => {
        problems.push(problem);
      });
      const { found } = await access(reference, { credentials });
      expect(found).toEqual(isGood ? good : denied(server.host));
      expect(problems).toEqual(said);
    });
  });
});

/** What the API server says of secrets and accounts. */
function readerOf(controlPlane: ControlPlane): PullSecretReader {
  const get = async (path: string): Promise<unknown> => {
    const { status, body } = await controlPlane.request(`/api/v1/namespaces/${path}`);
    return status === 404 ? undefined : body;
  };
  return {
    secret: async (namespace, name) => (await get(`${namespace}/secrets/${name}`)) as PullSecret | undefined,
    serviceAccount: async (namespace, name) => {
      const account = (await get(`${namespace}/serviceaccounts/${name}`)) as
        | { readonly imagePullSecrets?: readonly { readonly name: string }[] }
        | undefined;
      return account?.imagePullSecrets?.map((secret) => secret.name);
    },
  };
}
