import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { bash, dash, elf } from '../facts/image/binaries.ts';
import { type ImageParts, imageOf } from '../facts/image/image.ts';
import { TestRegistry } from '../facts/image/registry/server.ts';
import { file, program, symlink, whiteout } from '../facts/image/tar.ts';
import { layoutArchive, layoutFiles } from './imaging/layouts.ts';
import { abatis, folder } from './process.ts';

const status = (packages: readonly (readonly [string, string])[]) =>
  file(
    'var/lib/dpkg/status',
    packages
      .map(([name, version]) => `Package: ${name}\nStatus: install ok installed\nVersion: ${version}\n\n`)
      .join(''),
  );

const key = '-----BEGIN OPENSSH PRIVATE KEY-----\nx\n-----END OPENSSH PRIVATE KEY-----\n';

const before: ImageParts = {
  layers: [
    [
      program('bin/bash', bash),
      program('usr/bin/apt-get', elf()),
      file('etc/os-release', 'ID=debian\nVERSION_ID=12\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\n'),
      status([
        ['libc6', '2.36'],
        ['bash', '5.2'],
      ]),
      file('root/.ssh/id_rsa', key),
    ],
    [program('usr/bin/dash', dash), symlink('bin/sh', '/usr/bin/dash'), whiteout('root/.ssh/id_rsa')],
    [{ ...program('usr/bin/su', 'x'), mode: 0o4755 }],
    [file('srv/readme', 'x')],
  ],
  config: {
    User: 'web',
    Entrypoint: ['/srv/web'],
    Cmd: ['--port', '8080'],
    ExposedPorts: { '8080/tcp': {} },
    Env: ['TOKEN=very-secret'],
    Labels: { 'org.opencontainers.image.source': 'https://git.example/web' },
  },
};

const after: ImageParts = {
  layers: [
    [
      status([
        ['libc6', '2.37'],
        ['curl', '8.5'],
      ]),
    ],
  ],
  config: { User: '10001', Entrypoint: ['/srv/web'], Cmd: ['--port', '8080'] },
};

const lines = (output: string): readonly string[] => output.split('\n').map((line) => line.trimEnd());

describe('abatis image inspect', () => {
  it('shows what an image is set to do, and what each layer brought', () => {
    const root = folder(layoutFiles({ latest: before }, 'web'));
    const { code, stdout, stderr } = abatis(['image', 'inspect', './web'], { cwd: root });
    expect(stderr).toBe('');
    expect(code).toBe(0);
    const shown = lines(stdout).map((line) =>
      line.replace(/sha256:[0-9a-f]+/, 'sha256:…').replace(/\d+(\.\d+)? (Ki)?B/, 'SIZE'),
    );
    expect(shown).toEqual([
      './web',
      '  digest      sha256:…',
      '  platform    linux/amd64',
      '  created     2026-11-21T10:00:00Z',
      '  size        SIZE in 4 layers',
      '  user        web',
      '  starts      /srv/web --port 8080',
      '  ports       8080/tcp',
      '  system      Debian GNU/Linux 12 (bookworm)',
      '  source      https://git.example/web',
      '├─ layer 1  sha256:…  SIZE',
      '│  ├─ shells           /bin/bash',
      '│  ├─ package managers /usr/bin/apt-get',
      '│  ├─ secrets          /root/.ssh/id_rsa (ssh-private-key, hidden by a later layer and still there)',
      '│  └─ deb packages     bash 5.2, libc6 2.36',
      '├─ layer 2  sha256:…  SIZE',
      '│  └─ shells           /bin/sh → /usr/bin/dash, /usr/bin/dash',
      '├─ layer 3  sha256:…  SIZE',
      '│  └─ setuid           /usr/bin/su (user 0)',
      '└─ layer 4  sha256:…  SIZE',
      '   └─ nothing of note',
      '',
    ]);
    expect(stdout).not.toContain('very-secret');
  });

  it.each([
    ['a folder', (root: string) => join(root, 'web')],
    ['a tar', (root: string) => join(root, 'web.tar')],
  ])('reads %s, and says everything as JSON', (_, path) => {
    const root = folder({
      ...layoutFiles({ latest: before }, 'web'),
      'web.tar': layoutArchive({ latest: before }),
    });
    const { code, stdout } = abatis(['image', 'inspect', path(root), '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      digest: expect.stringMatching(/^sha256:/),
      user: 'web',
      env: ['TOKEN'],
      complete: true,
      setuid: [{ path: '/usr/bin/su', layer: 2 }],
    });
  });

  it('reads an image from a registry on this machine', async () => {
    const source = imageOf(before);
    const registry = await TestRegistry.start(source);
    const main = resolve(import.meta.dirname, '../../src/cli/main.ts');
    const image = `${registry.host('127.0.0.1')}/web:1`;
    // The registry is in this process, which must not wait.
    const child = spawn(process.execPath, [main, 'image', 'inspect', image, '-o', 'json']);
    const [stdout] = await Promise.all([text(child.stdout), once(child, 'exit')]);
    expect(JSON.parse(stdout)).toMatchObject({ digest: source.top.digest });
  });

  it('takes the image that is meant of several', () => {
    const root = folder(layoutFiles({ one: before, two: after }, 'web'));
    const run = (...args: string[]) => abatis(['image', 'inspect', './web', ...args], { cwd: root });
    expect(JSON.parse(run('--name', 'two', '--json').stdout)).toMatchObject({ user: '10001' });
    expect(run()).toMatchObject({ code: 2, stderr: expect.stringContaining('help: there are one, two') });
    expect(run('--name', 'two', '--platform', 'linux/s390x')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('linux/s390x'),
    });
    expect(run('--platform', 'mainframe')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('help: an operating system and an architecture'),
    });
  });

  it('says too much only where it is asked to', () => {
    const packages = Array.from({ length: 9 }, (_, index) => [`lib${index}`, '1'] as const);
    const root = folder(layoutFiles({ latest: { layers: [[status(packages)]] } }, 'web'));
    const run = (...args: string[]) => abatis(['image', 'inspect', './web', ...args], { cwd: root }).stdout;
    expect(run()).toContain('lib5 1, 3 more\n');
    expect(run('--all')).toContain('lib7 1, lib8 1\n');
  });

  it('shows what an image says, and does not do it', () => {
    const layers = [[program('bin/ba\u001b[2Jsh', bash)]];
    const root = folder(layoutFiles({ latest: { layers, config: { User: 'x\u001b]0;hi\u0007' } } }, 'web'));
    const { stdout } = abatis(['image', 'inspect', './web'], { cwd: root });
    expect(stdout).not.toContain('\u001b');
    expect(stdout).toContain('\\u001b');
  });

  it('remembers layers in a folder', () => {
    const root = folder(layoutFiles({ latest: before }, 'web'));
    const run = () => abatis(['image', 'inspect', './web', '--json', '--cache', 'cache'], { cwd: root });
    const first = run();
    expect(existsSync(join(root, 'cache'))).toBe(true);
    expect(run().stdout).toBe(first.stdout);
  });

  it.each([
    ['what is no name', ['UPPER CASE'], 'is no image name'],
    ['a folder that is none', ['./nothing'], 'there is no such file'],
    ['a file that is no image', ['images.yaml'], 'is no image in a tar'],
    [
      'a registry that is not allowed',
      ['other.example/web:1', '--image-config', 'images.yaml'],
      'may not be read',
    ],
    ['a configuration that is wrong', ['web:1', '--image-config', 'wrong.yaml'], 'wrong.yaml:1:1'],
  ])('ends with 2 for %s', (_, args, message) => {
    const root = folder({ 'images.yaml': 'allowedHosts: [docker.io]\n', 'wrong.yaml': 'hosts: {}\n' });
    const { code, stdout, stderr } = abatis(['image', 'inspect', ...args], { cwd: root });
    expect(stderr).toContain(message);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });
});

describe('abatis image', () => {
  it('alone says what it can do', () => {
    const { code, stderr } = abatis(['image']);
    expect(stderr).toContain('inspect');
    expect(stderr).toContain('diff');
    expect(code).toBe(2);
  });
});

describe('abatis image diff', () => {
  const root = () =>
    folder({ ...layoutFiles({ latest: before }, 'a'), ...layoutFiles({ latest: after }, 'b') });

  it('shows what came, what went and what is another one', () => {
    const { code, stdout } = abatis(['image', 'diff', './a', './b'], { cwd: root() });
    expect(code).toBe(1);
    const shown = lines(stdout).filter((line) => !/^(?:digest|size):/.test(line));
    expect(shown).toEqual([
      'user: web → 10001',
      'distro: Debian GNU/Linux 12 (bookworm) → none',
      'labels',
      '  - org.opencontainers.image.source https://git.example/web',
      'env',
      '  - TOKEN',
      'exposedPorts',
      '  - 8080/tcp',
      'shells',
      '  - /bin/bash bash',
      '  - /bin/sh dash',
      '  - /usr/bin/dash dash',
      'packageManagers',
      '  - /usr/bin/apt-get apt-get',
      'setuid',
      '  - /usr/bin/su 0:0',
      'secrets',
      '  - /root/.ssh/id_rsa ssh-private-key, hidden',
      'packages',
      '  - deb bash 5.2',
      '  + deb curl 8.5',
      '  ~ deb libc6 2.36 → 2.37',
      '',
    ]);
  });

  it('says it as JSON', () => {
    const { stdout } = abatis(['image', 'diff', './a', './b', '--json'], { cwd: root() });
    const { changes } = JSON.parse(stdout) as { changes: unknown[] };
    expect(changes).toContainEqual({ fact: 'user', from: 'web', to: '10001' });
    expect(changes).toContainEqual({ fact: 'packages', what: 'deb curl', to: '8.5' });
    expect(changes).toContainEqual({ fact: 'shells', what: '/bin/bash', from: 'bash' });
  });

  it('ends with 0 where nothing differs, and with 2 where one cannot be read', () => {
    const cwd = root();
    expect(abatis(['image', 'diff', './a', './a'], { cwd })).toMatchObject({
      code: 0,
      stdout: 'nothing differs\n',
    });
    expect(abatis(['image', 'diff', './a', './c'], { cwd })).toMatchObject({ code: 2, stdout: '' });
  });
});

const policy = `
apiVersion: abatis.dev/v1alpha1
kind: Policy
metadata: { name: no-shells }
spec:
  target: pod
  facts: [{ name: image, image: { onUnavailable: Warn } }]
  enforcement: Deny
  rules:
    - name: shells
      each: images
      expression: image.shells.size() == 0
      message: "{{ image.shells.map(s, s.path).join(', ') }}"
`;
const pod = (image: string) =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: web, image: "${image}"}]}\n`;

describe('images in CI', () => {
  it('are judged before they are pushed', () => {
    const cwd = folder({
      ...layoutFiles({ latest: before }, 'web'),
      'policy.yaml': policy,
      'pod.yaml': pod('registry.example/web:1'),
    });
    const named = ['--as', 'registry.example/web:1'];
    const inspected = abatis(['image', 'inspect', './web', '--facts', ...named], { cwd });
    writeFileSync(join(cwd, 'facts.yaml'), inspected.stdout);
    const judged = abatis(['check', '-p', 'policy.yaml', '--facts', 'facts.yaml', 'pod.yaml'], { cwd });
    expect(judged).toMatchObject({ code: 1, stdout: expect.stringContaining('/bin/bash, /bin/sh') });
  });

  it('are inspected where they are', async () => {
    const registry = await TestRegistry.start(imageOf(before));
    const host = registry.host('127.0.0.1');
    const cwd = folder({
      'policy.yaml': policy,
      'pod.yaml': `${pod(`${host}/web:1`)}---\n${pod(`${host}/web:1`)}---\n${pod('elsewhere.example/web:1')}`,
      'images.json': JSON.stringify({
        allowedHosts: [host],
        hosts: { [host]: { addresses: 'local', plainHttp: true } },
      }),
    });
    const main = resolve(import.meta.dirname, '../../src/cli/main.ts');
    const args = ['check', '-p', 'policy.yaml', '--image-config', 'images.json', 'pod.yaml'];
    const child = spawn(process.execPath, [main, ...args], { cwd });
    const [stdout, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
    expect(stdout.match(/deny {2}\/bin\/bash, \/bin\/sh/g)).toHaveLength(2);
    expect(stdout).toContain(
      'warn  image `elsewhere.example/web:1` is not known: images of `elsewhere.example` may not be',
    );
    expect(code).toBe(1);
    expect(registry.lines.filter((line) => line.startsWith('HEAD'))).toHaveLength(1);
  });

  it('are inspected once each, however many there are', async () => {
    const registry = await TestRegistry.start(imageOf(before));
    const host = registry.host('127.0.0.1');
    const names = Array.from({ length: 9 }, (_, index) => `${host}/web-${index}:1`);
    const cwd = folder({
      'policy.yaml': policy,
      'pods.yaml': [...names, ...names].map(pod).join('---\n'),
      'images.json': JSON.stringify({
        allowedHosts: [host],
        hosts: { [host]: { addresses: 'local', plainHttp: true } },
      }),
    });
    const main = resolve(import.meta.dirname, '../../src/cli/main.ts');
    const args = ['check', '-p', 'policy.yaml', '--image-config', 'images.json', 'pods.yaml'];
    const child = spawn(process.execPath, [main, ...args], { cwd });
    const [stdout] = await Promise.all([text(child.stdout), once(child, 'exit')]);
    expect(stdout.match(/deny {2}\/bin\/bash/g)).toHaveLength(18);
    expect(registry.lines.filter((line) => line.startsWith('HEAD'))).toHaveLength(9);
    // They share their layers.
    const blobs = registry.lines.filter((line) => line.includes('/blobs/'));
    expect(new Set(blobs.map((line) => line.split('/').at(-1))).size).toBe(blobs.length);
  });

  it('are not asked for at an address that nobody configured', () => {
    const cwd = folder({ 'policy.yaml': policy, 'pod.yaml': pod('127.0.0.1:9/web:1') });
    const { code, stdout } = abatis(['check', '-p', 'policy.yaml', '--images', 'pod.yaml'], { cwd });
    expect(stdout).toContain('`127.0.0.1:9` is at an address where it may not be');
    expect(code).toBe(0);
  });

  it('are not inspected where the configuration is wrong', () => {
    const cwd = folder({ 'policy.yaml': policy, 'pod.yaml': pod('web:1'), 'images.yaml': 'warm: 1\n' });
    const { code, stderr } = abatis(
      ['check', '-p', 'policy.yaml', '--image-config', 'images.yaml', 'pod.yaml'],
      { cwd },
    );
    expect(stderr).toContain('images.yaml:1:1');
    expect(code).toBe(2);
  });
});
