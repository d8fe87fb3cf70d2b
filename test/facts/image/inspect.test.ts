import { describe, expect, test } from 'vitest';
import { inspectImage } from '../../../src/facts/image/index.ts';
import { bash, busybox, dash, elf, goBinary, library, zsh } from './binaries.ts';
import { imageOf, indexOf, layer, type MadeLayer } from './image.ts';
import { directory, file, hardLink, opaque, program, symlink, type TarFile, whiteout } from './tar.ts';

const shellsOf = async (...layers: readonly (readonly TarFile[])[]): Promise<string[]> =>
  (await inspectImage(imageOf(layers))).shells.map(({ path }) => path);

describe('shells', () => {
  const cases: readonly (readonly [
    what: string,
    layers: readonly (readonly TarFile[])[],
    shells: readonly string[],
  ])[] = [
    ['a static binary and nothing else', [[program('app', elf('hello'))]], []],
    ['a shell', [[program('bin/bash', bash)]], ['/bin/bash']],
    ['two', [[program('bin/bash', bash), program('bin/dash', dash)]], ['/bin/bash', '/bin/dash']],
    [
      'a shell and a link to it',
      [[program('bin/dash', dash), symlink('bin/sh', 'dash')]],
      ['/bin/dash', '/bin/sh'],
    ],
    ['an absolute link', [[program('opt/x', dash), symlink('bin/sh', '/opt/x')]], ['/bin/sh', '/opt/x']],
    [
      'a link that leaves the root',
      [[program('opt/x', dash), symlink('a', '../../opt/x')]],
      ['/a', '/opt/x'],
    ],
    ['a link that leads nowhere', [[symlink('bin/sh', 'dash')]], []],
    ['links in a circle', [[symlink('bin/sh', 'bash'), symlink('bin/bash', 'sh')]], []],
    ['a link to itself as a directory', [[symlink('a', 'a/b'), program('bin/sh', dash)]], ['/bin/sh']],
    [
      'links by way of others',
      [
        [
          program('usr/bin/nologin-really', dash),
          symlink('etc/alternatives/sh', '/usr/bin/nologin-really'),
          symlink('bin/sh', '/etc/alternatives/sh'),
        ],
      ],
      ['/bin/sh', '/etc/alternatives/sh', '/usr/bin/nologin-really'],
    ],
    [
      'a directory that is a link',
      [[symlink('bin', 'usr/bin'), program('usr/bin/bash', bash)]],
      ['/bin/bash', '/usr/bin/bash'],
    ],
    [
      'an entry through a link of a lower layer',
      [[directory('usr/bin'), symlink('bin', 'usr/bin')], [program('bin/bash', bash)]],
      ['/bin/bash', '/usr/bin/bash'],
    ],
    [
      'a link that a directory replaces',
      [[symlink('bin', 'usr/bin')], [directory('bin'), program('bin/bash', bash)]],
      ['/bin/bash'],
    ],
    ['a shell under another name', [[program('opt/tool', zsh)]], ['/opt/tool']],
    ['a shell that is not executable', [[file('opt/tool', zsh)]], ['/opt/tool']],
    ['a file called like one', [[file('usr/share/lintian/overrides/bash', 'text')]], []],
    ['an executable text called like one', [[program('completions/bash', 'complete -F')]], []],
    ['a program called like one', [[program('bin/fish', elf('anything'))]], ['/bin/fish']],
    ['a script called like one', [[program('bin/sh', '#!/bin/other\n')]], ['/bin/sh']],
    ['a library with the words of one', [[file('lib/libsh.so', library('OPTIND', 'getopts'))]], []],
    ['a shell deleted later', [[program('bin/sh', dash)], [whiteout('bin/sh')]], []],
    ['its directory deleted later', [[program('bin/sh', dash)], [whiteout('bin')]], []],
    ['its directory made anew', [[program('bin/sh', dash)], [directory('bin'), opaque('bin')]], []],
    [
      'its directory made anew, with another in it',
      [[program('bin/sh', dash)], [program('bin/bash', bash), opaque('bin')]],
      ['/bin/bash'],
    ],
    [
      'deleted and brought again',
      [[program('bin/sh', dash)], [whiteout('bin/sh')], [program('bin/sh', dash)]],
      ['/bin/sh'],
    ],
    [
      'a whiteout in its own layer hides nothing of that layer',
      [[program('bin/sh', dash), whiteout('bin/sh')]],
      ['/bin/sh'],
    ],
    [
      'deleted through a link',
      [[symlink('bin', 'usr/bin'), program('usr/bin/sh', dash)], [whiteout('bin/sh')]],
      [],
    ],
    [
      'deleted through a link that leads through what is missing',
      [[symlink('a', '/c/x/../b'), program('a/d/sh', dash)], [whiteout('a/d/sh')]],
      [],
    ],
    ['replaced by a text', [[program('opt/tool', dash)], [file('opt/tool', 'text')]], []],
    ['its directory replaced by a text', [[program('opt/tool', dash)], [file('opt', 'text')]], []],
    [
      'replaced through a link',
      [[symlink('o', 'opt'), program('opt/tool', dash)], [file('o/tool', 'text')]],
      [],
    ],
    ['twice in a layer', [[program('opt/tool', dash), file('opt/tool', 'text')]], []],
    ['a hard link', [[program('bin/bash', bash), hardLink('rbash', 'bin/bash')]], ['/bin/bash', '/rbash']],
    [
      'a hard link to a lower layer',
      [[program('bin/bash', bash)], [hardLink('x', 'bin/bash')]],
      ['/bin/bash', '/x'],
    ],
    [
      'a hard link whose first name is gone',
      [[program('b', bash), hardLink('x', 'b')], [whiteout('b')]],
      ['/x'],
    ],
    ['paths with dots and slashes', [[program('./bin//../usr/./bin/sh', dash)]], ['/usr/bin/sh']],
    [
      'paths that leave the root',
      [[program('../../bin/sh', dash), program('/sbin/sh', dash)]],
      ['/bin/sh', '/sbin/sh'],
    ],
    [
      'a very long path',
      [[program(`${'d'.repeat(90)}/${'e'.repeat(90)}/sh`, dash)]],
      [`/${'d'.repeat(90)}/${'e'.repeat(90)}/sh`],
    ],
  ];

  test.each(cases)('%s', async (_what, layers, shells) => {
    expect(await shellsOf(...layers)).toEqual(shells);
  });

  test('how each is known, and what it leads to', async () => {
    const { shells } = await inspectImage(
      imageOf([
        [program('bin/dash', dash)],
        [symlink('bin/sh', 'dash'), program('opt/nu', elf('shell')), program('opt/login', elf('x'))],
        [file('etc/shells', '# comment\n/bin/sh\n/opt/login\n/bin/none\n')],
      ]),
    );
    expect(shells).toEqual([
      { path: '/bin/dash', shell: 'dash', evidence: 'content', target: null, layer: 0 },
      { path: '/bin/sh', shell: 'dash', evidence: 'content', target: '/bin/dash', layer: 1 },
      { path: '/opt/login', shell: 'login', evidence: 'listed', target: null, layer: 1 },
      { path: '/opt/nu', shell: 'nu', evidence: 'name', target: null, layer: 1 },
    ]);
  });
});

describe('busybox', () => {
  const applets = ['ash', 'cat', 'ls', 'sh', 'wget'];

  test('its links are shells where their applet is one', async () => {
    const links = ['cat', 'ls', 'sh', 'wget'].map((name) => symlink(`bin/${name}`, '/bin/busybox'));
    const facts = await inspectImage(imageOf([[program('bin/busybox', busybox(applets)), ...links]]));
    expect(facts.shells.map(({ path, evidence }) => [path, evidence])).toEqual([
      ['/bin/busybox', 'content'],
      ['/bin/sh', 'applet'],
    ]);
    expect(facts.networkTools.map(({ path, name }) => [path, name])).toEqual([
      ['/bin/busybox', 'wget'],
      ['/bin/wget', 'wget'],
    ]);
  });

  test('all names are hard links of the first', async () => {
    const links = ['busybox', 'cat', 'sh'].map((name) => hardLink(`bin/${name}`, 'bin/ar'));
    expect(await shellsOf([program('bin/ar', busybox(applets)), ...links])).toEqual([
      '/bin/busybox',
      '/bin/sh',
    ]);
  });

  test('under another name alone', async () => {
    expect(await shellsOf([program('opt/tool', busybox(applets))])).toEqual(['/opt/tool']);
  });

  test('without a shell in it', async () => {
    const files = [program('bin/busybox', busybox(['cat', 'ls'])), symlink('bin/sh', 'busybox')];
    expect(await shellsOf(files)).toEqual([]);
  });
});

describe('images', () => {
  const status = `Package: bash
Status: install ok installed
Architecture: amd64
Source: bash-src (5.2)
Version: 5.2.15-2+b7
Description: GNU Bourne Again SHell
 Bash is an sh-compatible command language interpreter.

Package: gone
Status: deinstall ok config-files
Version: 1.0
`;

  test('like Debian', async () => {
    const facts = await inspectImage(
      imageOf({
        layers: [
          [
            symlink('bin', 'usr/bin'),
            program('usr/bin/bash', bash),
            program('usr/bin/apt-get', elf('apt')),
            program('usr/bin/perl5.36.0', elf('perl')),
            hardLink('usr/bin/perl', 'usr/bin/perl5.36.0'),
            { path: 'usr/bin/passwd', content: elf('passwd'), mode: 0o4755 },
            file('var/lib/dpkg/status', status),
            symlink('etc/os-release', '../usr/lib/os-release'),
            file(
              'usr/lib/os-release',
              'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n',
            ),
          ],
        ],
        config: {
          User: 'app:app',
          Entrypoint: ['/bin/app'],
          Cmd: ['serve'],
          Env: ['PATH=/usr/bin', 'TOKEN=very-secret'],
          ExposedPorts: { '8080/tcp': {} },
          WorkingDir: '/srv',
          Labels: {
            'org.opencontainers.image.source': 'https://git.example/app',
            'org.opencontainers.image.revision': 'abc',
            'org.opencontainers.image.base.name': 'debian:12',
            'org.opencontainers.image.base.digest': 'sha256:1',
          },
        },
      }),
    );
    expect(facts).toMatchObject({
      platform: 'linux/amd64',
      platforms: ['linux/amd64'],
      created: '2026-11-21T10:00:00Z',
      complete: true,
      user: 'app:app',
      entrypoint: ['/bin/app'],
      cmd: ['serve'],
      env: ['PATH', 'TOKEN'],
      workingDir: '/srv',
      exposedPorts: ['8080/tcp'],
      source: 'https://git.example/app',
      revision: 'abc',
      base: { name: 'debian:12', digest: 'sha256:1' },
      distro: { id: 'debian', version: '12', name: 'Debian GNU/Linux 12 (bookworm)' },
      packages: [
        {
          type: 'deb',
          name: 'bash',
          version: '5.2.15-2+b7',
          source: 'bash-src',
          architecture: 'amd64',
          layer: 0,
        },
      ],
      setuid: [{ path: '/usr/bin/passwd', setuid: true, setgid: false, uid: 0, gid: 0, layer: 0 }],
    });
    expect(facts.packageManagers.map(({ path }) => path)).toEqual(['/usr/bin/apt-get']);
    expect(facts.interpreters.map(({ name, path }) => [name, path])).toEqual([
      ['perl', '/usr/bin/perl'],
      ['perl', '/usr/bin/perl5.36.0'],
    ]);
    expect(JSON.stringify(facts)).not.toContain('very-secret');
  });

  test('like Alpine', async () => {
    const facts = await inspectImage(
      imageOf([
        [
          program('bin/busybox', busybox(['ash', 'sh', 'nc', 'awk'])),
          symlink('bin/sh', '/bin/busybox'),
          program('sbin/apk', elf('apk')),
          file(
            'lib/apk/db/installed',
            'C:Q1\nP:musl\nV:1.2.5-r0\nA:x86_64\no:musl\n\nP:busybox-binsh\nV:1.36.1-r29\no:busybox\n',
          ),
          file('etc/os-release', 'NAME="Alpine Linux"\nID=alpine\nVERSION_ID=3.20.0\n'),
        ],
      ]),
    );
    expect(facts.distro).toMatchObject({ id: 'alpine', version: '3.20.0', name: 'Alpine Linux' });
    expect(facts.packages).toMatchObject([
      { type: 'apk', name: 'musl', version: '1.2.5-r0', architecture: 'x86_64' },
      { type: 'apk', name: 'busybox-binsh', version: '1.36.1-r29', source: 'busybox' },
    ]);
    expect(facts.packageManagers.map(({ name }) => name)).toEqual(['apk']);
    expect(facts.networkTools.map(({ name, evidence }) => [name, evidence])).toEqual([['nc', 'applet']]);
  });

  test('like distroless', async () => {
    const facts = await inspectImage(
      imageOf([
        [
          file('var/lib/dpkg/status.d/base', 'Package: base-files\nVersion: 12.4\nArchitecture: amd64\n'),
          file('var/lib/dpkg/status.d/base.md5sums', 'Package: not-one\nVersion: 1\n'),
        ],
        [
          program(
            'app',
            goBinary(
              'go1.22.3',
              'path\texample.dev/app\nmod\texample.dev/app\t(devel)\t\ndep\tgolang.org/x/net\tv0.1.0\th1:x\ndep\ta.dev/old\tv1.0.0\n=>\ta.dev/new\tv2.0.0\th1:y\n',
            ),
          ),
        ],
      ]),
    );
    expect(facts.shells).toEqual([]);
    expect(facts.packages.map(({ type, name, version, path }) => [type, name, version, path])).toEqual([
      ['golang', 'stdlib', '1.22.3', '/app'],
      ['golang', 'example.dev/app', '(devel)', '/app'],
      ['golang', 'golang.org/x/net', 'v0.1.0', '/app'],
      ['golang', 'a.dev/new', 'v2.0.0', '/app'],
      ['deb', 'base-files', '12.4', '/var/lib/dpkg/status.d/base'],
    ]);
  });

  test('npm and Python packages', async () => {
    const { packages } = await inspectImage(
      imageOf([
        [
          file('app/package.json', '{"name":"app","version":"0.0.1"}'),
          file('app/node_modules/left-pad/package.json', '{"name":"left-pad","version":"1.3.0"}'),
          file('app/node_modules/@s/b/package.json', '{"name":"@s/b","version":"2.0.0"}'),
          file('app/node_modules/broken/package.json', '{"name":'),
          file('app/node_modules/left-pad/test/package.json', '{"name":"no","version":"1.0.0"}'),
          file(
            'usr/lib/python3/six-1.16.0.dist-info/METADATA',
            'Metadata-Version: 2.1\nName: six\nVersion: 1.16.0\n\nName: no\n',
          ),
        ],
      ]),
    );
    expect(packages.map(({ type, name, version }) => `${type} ${name} ${version}`)).toEqual([
      'npm @s/b 2.0.0',
      'npm left-pad 1.3.0',
      'pypi six 1.16.0',
    ]);
  });

  test('files that look like secrets: path, kind and layer, and never what is in them', async () => {
    const key = '-----BEGIN RSA PRIVATE KEY-----\nc2VjcmV0c2VjcmV0\n-----END RSA PRIVATE KEY-----\n';
    const facts = await inspectImage(
      imageOf([
        [
          file('root/.ssh/id_rsa', key),
          file('srv/tls.pem', key),
          file('app/.env', 'A=secretsecret'),
          file('app/.env.example', 'A='),
          file('root/.npmrc', '//r/:_authToken=secretsecret'),
          file('app/.npmrc', 'fund=false'),
          file('root/.docker/config.json', '{"auths":{"r":{"auth":"secretsecret"}}}'),
          file('home/a/.kube/config', 'users: [{user: {token: secretsecret}}]'),
          file('src/key.js', `const begin = '-----BEGIN PRIVATE KEY-----';`),
        ],
        [whiteout('root/.ssh/id_rsa')],
      ]),
    );
    expect(
      facts.secrets.map(({ path, kind, layer, deleted }) => `${path} ${kind} ${layer} ${deleted}`),
    ).toEqual([
      '/root/.ssh/id_rsa ssh-private-key 0 true',
      '/srv/tls.pem private-key 0 false',
      '/app/.env env-file 0 false',
      '/root/.npmrc npm-credentials 0 false',
      '/root/.docker/config.json registry-credentials 0 false',
      '/home/a/.kube/config kubeconfig 0 false',
    ]);
    expect(JSON.stringify(facts)).not.toContain('secretsecret');
  });

  test('what scripts are run by is an interpreter', async () => {
    const { interpreters } = await inspectImage(
      imageOf([
        [
          program('opt/odd', elf('odd')),
          program('app/run', '#!/opt/odd -x\n'),
          program('app/env', '#!/usr/bin/env -S odd2\n'),
          program('usr/local/bin/odd2', elf('odd')),
          program('app/none', '#!/opt/none\n'),
        ],
      ]),
    );
    expect(interpreters.map(({ path, evidence }) => [path, evidence])).toEqual([
      ['/opt/odd', 'shebang'],
      ['/usr/local/bin/odd2', 'shebang'],
    ]);
  });
});

describe('forms', () => {
  const files = [program('bin/sh', dash), file('readme', 'x'.repeat(5000))];
  const found = ['/bin/sh'];

  test.each([
    ['OCI, gzip', 'oci', layer(files, 'gzip')],
    ['OCI, zstd', 'oci', layer(files, 'zstd')],
    ['OCI, plain', 'oci', layer(files, 'none')],
    ['schema 2, gzip', 'docker', layer(files, 'gzip', 'docker')],
    ['schema 2, plain', 'docker', layer(files, 'none', 'docker')],
  ] as const)('%s', async (_what, form, made) => {
    for (const chunk of [1, 511, 512, 100_000]) {
      const source = imageOf({ layers: [made], form });
      source.chunk = chunk;
      const facts = await inspectImage(source);
      expect(facts.shells.map(({ path }) => path)).toEqual(found);
    }
  });

  test('an index, by platform', async () => {
    const image = (architecture: string, path: string) => ({
      layers: [[program(path, dash)]],
      platform: { os: 'linux', architecture },
    });
    const attestation = { layers: [], platform: { os: 'unknown', architecture: 'unknown' } };
    for (const form of ['oci', 'docker'] as const) {
      const source = indexOf([image('arm64', 'arm/sh'), image('amd64', 'amd/sh'), attestation], form);
      const facts = await inspectImage(source);
      expect(facts.platforms).toEqual(['linux/arm64', 'linux/amd64']);
      expect(facts.indexDigest).toBe(source.top.digest);
      expect(facts.shells.map(({ path }) => path)).toEqual(['/amd/sh']);
      const arm = await inspectImage(source, { platform: 'linux/arm64/v8' });
      expect(arm.shells.map(({ path }) => path)).toEqual(['/arm/sh']);
      await expect(inspectImage(source, { platform: 'linux/s390x' })).rejects.toMatchObject({
        reason: 'platform',
        help: 'it is there for linux/arm64, linux/amd64',
      });
    }
  });

  test('layers that lie elsewhere are told, and not inspected', async () => {
    const foreign: MadeLayer = {
      ...layer(files),
      mediaType: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
    };
    const source = imageOf({ layers: [foreign, layer([program('opt/x', bash)])], form: 'docker' });
    const facts = await inspectImage(source);
    expect(facts.complete).toBe(false);
    expect(facts.layers.map(({ inspected }) => inspected)).toEqual([false, true]);
    expect(facts.shells.map(({ path, layer }) => [path, layer])).toEqual([['/opt/x', 1]]);
    expect(source.reads).not.toContain(foreign.digest);
  });
});
