import { spawnSync } from 'node:child_process';
import { truncateSync, writeFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { bash } from '../facts/image/binaries.ts';
import { imageOf, indexOf, layer, type MemorySource } from '../facts/image/image.ts';
import { file, program, tar } from '../facts/image/tar.ts';
import { describeWithRegistry, push, type RegistryServer } from '../registry/index.ts';
import { cases, chartOf, jarBomb, platformImage } from './registry/images.ts';
import { inspect } from './registry/reading.ts';
import { itWith, runTool, withFolder } from './registry/tools.ts';

const mib = 1024 * 1024;

describeWithRegistry('images in a registry', (start) => {
  let server: RegistryServer;
  let count = 0;
  beforeAll(async () => {
    server = await start();
  });
  const pushed = (source: MemorySource): Promise<string> =>
    push(server, source, { repository: `org/app-${count++}`, tag: '1.0' });

  describe('what is in them', () => {
    it.each(cases)('$what', async ({ image, shells, facts }) => {
      const source = image();
      const found = await inspect(await pushed(source));
      expect(found.shells.map(({ path }) => path)).toEqual(shells);
      expect(found).toMatchObject({ complete: true, ...facts });
      expect(found.indexDigest ?? found.digest).toBe(source.top.digest);
      expect(JSON.stringify(found)).not.toContain('very-secret');
    });

    it('for each platform of an index', async () => {
      const reference = await pushed(
        indexOf([
          platformImage('amd64', 'amd/sh'),
          platformImage('arm64', 'arm64/sh'),
          platformImage('arm', 'v7/sh', 'v7'),
        ]),
      );
      const shell = async (platform: string) => (await inspect(reference, { platform })).shells[0]?.path;
      expect(await shell('linux/amd64')).toBe('/amd/sh');
      expect(await shell('linux/arm64')).toBe('/arm64/sh');
      expect(await shell('linux/arm/v7')).toBe('/v7/sh');
      await expect(inspect(reference, { platform: 'windows/amd64' })).rejects.toMatchObject({
        reason: 'platform',
        message: 'the image is not there for `windows/amd64`',
        help: 'it is there for linux/amd64, linux/arm64, linux/arm/v7',
      });
    });

    it('by digest, whatever the tag says', async () => {
      const source = imageOf([[program('opt/x', bash)]]);
      const reference = await pushed(source);
      const { digest } = source.top;
      const byDigest = await inspect(`${reference}@${digest}`);
      expect(byDigest).toMatchObject({ digest, shells: [{ path: '/opt/x' }] });
      const moved = imageOf([[file('readme', 'x')]]);
      await push(server, moved, { repository: reference.split(/[/:]/).slice(2, 4).join('/'), tag: '1.0' });
      expect((await inspect(reference)).digest).toBe(moved.top.digest);
      expect((await inspect(`${reference}@${digest}`)).digest).toBe(digest);
    });
  });

  describe('what is no image that can be read', () => {
    const lie = async (source: MemorySource, change: (path: string) => Promise<void> | void) => {
      const reference = await pushed(source);
      const { layers } = JSON.parse(source.top.bytes.toString()) as { layers: { digest: string }[] };
      await change(server.blobFile(layers[0]?.digest ?? ''));
      return inspect(reference);
    };
    const unlike = (text: string): MemorySource => imageOf([[file('readme', `${text} ${'x'.repeat(9000)}`)]]);

    it('a tag that is not there', async () => {
      const reference = await pushed(unlike('tag'));
      await expect(inspect(reference.replace('1.0', '2.0'))).rejects.toMatchObject({
        reason: 'notFound',
        message: `\`${server.host}\` answered 404`,
      });
    });

    it('a repository that is not there', async () => {
      await expect(inspect(`${server.host}/nobody/nothing`)).rejects.toMatchObject({ reason: 'notFound' });
    });

    it('a chart', async () => {
      await expect(inspect(await pushed(chartOf()))).rejects.toMatchObject({
        reason: 'unsupported',
        message: 'it is no container image: its configuration is `application/vnd.cncf.helm.config.v1+json`',
      });
    });

    it('a layer whose digest lies', async () => {
      const changed = lie(unlike('lie'), async (path) => {
        const bytes = await readFile(path);
        // Within the compressed data's header, where it does no other harm.
        bytes[4] = (bytes[4] ?? 0) ^ 1;
        await writeFile(path, bytes);
      });
      await expect(changed).rejects.toMatchObject({
        reason: 'mismatch',
        message: expect.stringMatching(/^layer `sha256:\w+` has other content than its digest says$/),
      });
    });

    it('a layer that is another image’s, and longer', async () => {
      const changed = lie(unlike('longer'), (path) => writeFileSync(path, layer([program('x', bash)]).bytes));
      await expect(changed).rejects.toMatchObject({
        reason: 'mismatch',
        message: expect.stringMatching(/^blob `sha256:\w+` should have \d+ bytes, and is sent with \d+$/),
      });
    });

    it('a layer that is cut short', async () => {
      const changed = lie(unlike('short'), (path) => truncateSync(path, 20));
      await expect(changed).rejects.toMatchObject({ reason: 'mismatch' });
    });

    it.each<[what: string, bomb: () => MemorySource, message: string]>([
      [
        'a layer of zeros',
        () => imageOf([layer(tar([file('zeros', Buffer.alloc(300 * mib))]))]),
        'the layer expands to more than 200 times its size',
      ],
      [
        'the same, by zstd',
        () => imageOf([layer(tar([file('zeros', Buffer.alloc(300 * mib))]), 'zstd')]),
        'the layer expands to more than 200 times its size',
      ],
    ])('a bomb: %s', async (_what, bomb, message) => {
      const reference = await pushed(bomb());
      const before = process.memoryUsage().rss;
      const began = performance.now();
      await expect(inspect(reference)).rejects.toMatchObject({ reason: 'limit', message });
      expect(performance.now() - began).toBeLessThan(20_000);
      expect(process.memoryUsage().rss - before).toBeLessThan(200 * mib);
    });

    it('nor is a jar of jars a bomb: of what is in it no more is unpacked than a budget', async () => {
      const reference = await pushed(imageOf([[file('app.jar', jarBomb()), program('bin/sh', bash)]]));
      const began = performance.now();
      expect(await inspect(reference)).toMatchObject({ shells: [{ path: '/bin/sh' }] });
      // All of it would take a minute.
      expect(performance.now() - began).toBeLessThan(15_000);
    });

    it('more layers than any runtime takes', async () => {
      const one = layer([file('readme', 'x')]);
      await expect(
        inspect(await pushed(imageOf(Array.from({ length: 513 }, () => one)))),
      ).rejects.toMatchObject({
        reason: 'limit',
        message: 'the manifest, `layers` has 513 items, more than 512',
      });
    });

    it.each([
      ['layerBytes', 100, /^layer `sha256:\w+` is larger than 100 bytes$/],
      ['expandedBytes', 5000, /^the layer is larger than 5000 bytes$/],
      ['configBytes', 10, /^the image configuration is larger than 10 bytes$/],
      ['manifestBytes', 10, /^the manifest is larger than 10 bytes$/],
      ['entries', 0, /entries/],
    ])('more than the limit %s', async (limit, value, message) => {
      await expect(
        inspect(await pushed(unlike(limit)), { limits: { [limit]: value } }),
      ).rejects.toMatchObject({ reason: 'limit', message: expect.stringMatching(message) });
    });
  });

  describe('on the command line', () => {
    const run = (config: object, reference: string) =>
      withFolder(async (folder) => {
        const file = `${folder}/images.yaml`;
        writeFileSync(file, JSON.stringify(config));
        const main = join(import.meta.dirname, '../../src/cli/main.ts');
        const args = [main, 'image', 'inspect', '--json', '--image-config', file, reference];
        const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
        return { status, stdout, stderr };
      });
    const local = { addresses: 'local', plainHttp: true };

    it('are read where the configuration allows it', async () => {
      const reference = await pushed(imageOf([[program('opt/z', bash)]]));
      const config = { allowedHosts: [server.host], hosts: { [server.host]: local } };
      const { status, stdout } = await run(config, reference);
      expect(status).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ shells: [{ path: '/opt/z', shell: 'bash' }] });
    });

    it.each<[what: string, config: (host: string) => object, error: (host: string) => string]>([
      [
        'nowhere else',
        () => ({ allowedHosts: ['registry.example'] }),
        (host) => `error: images of \`${host}\` may not be read`,
      ],
      [
        'not on this machine, unless it is named for it',
        (host) => ({ allowedHosts: [host], hosts: { [host]: { plainHttp: true } } }),
        (host) => `error: \`${host}\` is at an address where it may not be`,
      ],
    ])('and %s', async (_what, config, error) => {
      const { status, stdout, stderr } = await run(config(server.host), `${server.host}/app`);
      expect({ status, stdout, error: stderr.split('\n')[0] }).toEqual({
        status: 2,
        stdout: '',
        error: error(server.host),
      });
    });
  });

  describe('as other tools push them', () => {
    itWith(['skopeo', 'umoci', 'bash'], 'made by umoci, pushed by skopeo in every form', async () => {
      await withFolder(async (folder) => {
        // The machine's own: what real shells look like is not ours to say.
        const shell = runTool('sh', ['-c', 'readlink -f "$(command -v bash)"']).trim();
        const layout = `${folder}/layout`;
        runTool('umoci', ['init', '--layout', layout]);
        runTool('umoci', ['new', '--image', `${layout}:app`]);
        runTool('umoci', ['insert', '--rootless', '--image', `${layout}:app`, shell, '/opt/tool']);
        runTool('umoci', ['config', '--image', `${layout}:app`, '--config.user', '1000:1000']);
        const copy = ['--insecure-policy', '--tmpdir', folder, 'copy'];
        const plain = `dir:${folder}/plain`;
        runTool('skopeo', [...copy, '--dest-decompress', `oci:${layout}:app`, plain]);
        const forms = [
          ['oci', ['--format', 'oci'], 'application/vnd.oci.image.layer.v1.tar+gzip'],
          ['v2s2', ['--format', 'v2s2'], 'application/vnd.docker.image.rootfs.diff.tar.gzip'],
          [
            'zstd',
            ['--format', 'oci', '--dest-compress-format', 'zstd'],
            'application/vnd.oci.image.layer.v1.tar+zstd',
          ],
        ] as const;
        for (const [name, flags, type] of forms) {
          // It would take a layer that it has pushed before, in whatever form.
          const { host } = await start();
          const reference = `${host}/skopeo/${name}:1`;
          runTool('skopeo', [...copy, '--dest-tls-verify=false', ...flags, plain, `docker://${reference}`]);
          expect(await inspect(reference)).toMatchObject({
            user: '1000:1000',
            shells: [{ path: '/opt/tool', shell: 'bash', evidence: 'content' }],
            layers: [{ mediaType: type, inspected: true }],
          });
        }
      });
    });

    itWith(['skopeo'], 'an index, copied with all its images from another registry', async () => {
      const other = await start();
      for (const form of ['oci', 'docker'] as const) {
        const source = indexOf([platformImage('arm64', 'arm/sh'), platformImage('amd64', 'amd/sh')], form);
        const from = await push(other, source, { repository: `from/${form}` });
        const reference = `${server.host}/copied/${form}`;
        const plain = ['--src-tls-verify=false', '--dest-tls-verify=false'];
        const copy = ['--insecure-policy', 'copy', '--all', ...plain];
        runTool('skopeo', [...copy, `docker://${from}`, `docker://${reference}`]);
        const found = await inspect(reference, { platform: 'linux/arm64' });
        expect(found).toMatchObject({ indexDigest: source.top.digest, shells: [{ path: '/arm/sh' }] });
      }
    });

    itWith(['skopeo'], 'and says the same digest as skopeo', async () => {
      const reference = await pushed(imageOf([[program('opt/y', bash)]]));
      const said = runTool('skopeo', [
        'inspect',
        '--tls-verify=false',
        '--format={{.Digest}}',
        `docker://${reference}`,
      ]);
      expect((await inspect(reference)).digest).toBe(said.trim());
    });
  });
});
