import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { inspectImage, openArchive, openLayout } from '../../../src/facts/image/index.ts';
import { bash, dash } from './binaries.ts';
import { addImage, digestOf, indexOf, layer, MemorySource } from './image.ts';
import { file, program, symlink, type TarFile, tar } from './tar.ts';

const folder = mkdtempSync(join(tmpdir(), 'abatis-image-'));
afterAll(() => rmSync(folder, { recursive: true }));
let count = 0;

type Entry = { readonly name?: string; readonly platform?: object; readonly path: string };

/** The files of an OCI layout with images that have a shell at a path. */
function layoutOf(entries: readonly Entry[]): TarFile[] {
  const source = new MemorySource();
  const manifests = entries.map(({ name, platform, path }) => ({
    ...addImage(source, { layers: [[program(path, dash)]] }),
    ...(name === undefined ? {} : { annotations: { 'org.opencontainers.image.ref.name': name } }),
    ...(platform === undefined ? {} : { platform }),
  }));
  return [
    file('oci-layout', '{"imageLayoutVersion":"1.0.0"}'),
    file('index.json', JSON.stringify({ schemaVersion: 2, manifests })),
    ...[...source.blobs].map(([digest, bytes]) => file(`blobs/${digest.replace(':', '/')}`, bytes)),
  ];
}

function writeFolder(files: readonly TarFile[]): string {
  const path = join(folder, `layout-${count++}`);
  mkdirSync(join(path, 'blobs/sha256'), { recursive: true });
  for (const { path: name, content = '' } of files) writeFileSync(join(path, name), content);
  return path;
}

function writeArchive(files: readonly TarFile[] | Buffer): string {
  const path = join(folder, `archive-${count++}.tar`);
  writeFileSync(path, Buffer.isBuffer(files) ? files : tar(files));
  return path;
}

const places = [
  ['a folder', (files: readonly TarFile[], name?: object) => openLayout(writeFolder(files), name)],
  ['an archive', (files: readonly TarFile[], name?: object) => openArchive(writeArchive(files), name)],
] as const;

describe.each(places)('an OCI layout in %s', (_what, open) => {
  const shellsOf = async (files: readonly TarFile[], options?: object): Promise<string[]> =>
    (await inspectImage(open(files, options))).shells.map(({ path }) => path);

  test('of one image', async () => {
    expect(await shellsOf(layoutOf([{ path: 'bin/sh' }]))).toEqual(['/bin/sh']);
  });

  test('of several, by name', async () => {
    const files = layoutOf([
      { name: 'one', path: 'one/sh' },
      { name: 'two', path: 'two/sh' },
    ]);
    expect(await shellsOf(files, { name: 'two' })).toEqual(['/two/sh']);
    await expect(shellsOf(files)).rejects.toMatchObject({ reason: 'ambiguous', help: 'there are one, two' });
    await expect(shellsOf(files, { name: 'three' })).rejects.toMatchObject({ reason: 'notFound' });
  });

  test('of one image for several platforms', async () => {
    const files = layoutOf([
      { platform: { os: 'linux', architecture: 'arm64' }, path: 'arm/sh' },
      { platform: { os: 'linux', architecture: 'amd64' }, path: 'amd/sh' },
    ]);
    expect(await shellsOf(files)).toEqual(['/amd/sh']);
  });

  test('with an index as its image', async () => {
    const platform = { os: 'linux', architecture: 'arm64' };
    const source = indexOf([{ layers: [[program('arm/sh', dash)]], platform }]);
    const { mediaType, digest } = { ...source.top };
    const size = source.top.bytes.length;
    const files = [
      file('oci-layout', '{}'),
      file('index.json', JSON.stringify({ schemaVersion: 2, manifests: [{ mediaType, digest, size }] })),
      ...[...source.blobs, [digest as string, source.top.bytes] as const].map(([digest, bytes]) =>
        file(`blobs/${digest.replace(':', '/')}`, bytes),
      ),
    ];
    const facts = await inspectImage(open(files), { platform: 'linux/arm64' });
    expect(facts.shells.map(({ path }) => path)).toEqual(['/arm/sh']);
    expect(facts.indexDigest).toBe(digest);
  });

  test('with a blob that is another one', async () => {
    const files = layoutOf([{ path: 'bin/sh' }]).map((one) =>
      one.path.startsWith('blobs/') ? { ...one, content: 'other' } : one,
    );
    await expect(shellsOf(files)).rejects.toMatchObject({ reason: 'mismatch' });
  });

  test('with a blob that is missing', async () => {
    const files = layoutOf([{ path: 'bin/sh' }]).filter(({ path }) => !path.startsWith('blobs/'));
    await expect(shellsOf(files)).rejects.toMatchObject({ reason: 'notFound' });
  });
});

test('a folder that is none', async () => {
  await expect(inspectImage(openLayout(join(folder, 'none')))).rejects.toMatchObject({ reason: 'notFound' });
});

describe('what docker save writes', () => {
  const lower = layer([program('bin/dash', dash), symlink('bin/sh', 'dash')], 'none', 'docker');
  const upper = layer([program('bin/bash', bash)], 'none', 'docker');
  const config = Buffer.from(
    JSON.stringify({
      os: 'linux',
      architecture: 'amd64',
      config: { User: '1000' },
      rootfs: { type: 'layers', diff_ids: [lower.digest, upper.digest] },
    }),
  );
  const configName = `${digestOf(config).slice(7)}.json`;
  const image = (tag: string) => ({
    Config: configName,
    RepoTags: [tag],
    Layers: ['a/layer.tar', 'b/layer.tar'],
  });
  const files = (entries: readonly object[], first: TarFile = file('a/layer.tar', lower.bytes)) => [
    first,
    file('b/layer.tar', upper.bytes),
    file(configName, config),
    file('manifest.json', JSON.stringify(entries)),
  ];

  const found = ['/bin/bash', '/bin/dash', '/bin/sh'];

  test('an image', async () => {
    const facts = await inspectImage(openArchive(writeArchive(files([image('app:1')]))));
    expect(facts.shells.map(({ path }) => path)).toEqual(found);
    expect(facts.user).toBe('1000');
    expect(facts.layers.map(({ digest }) => digest)).toEqual([lower.digest, upper.digest]);
  });

  test('a layer that is a link to another place', async () => {
    const all = [
      ...files([image('app:1')], symlink('a/layer.tar', '../c/layer.tar')),
      file('c/layer.tar', lower.bytes),
    ];
    const facts = await inspectImage(openArchive(writeArchive(all)));
    expect(facts.shells.map(({ path }) => path)).toEqual(found);
  });

  test('a layer that is compressed', async () => {
    const path = writeArchive(files([image('app:1')], file('a/layer.tar', gzipSync(lower.bytes))));
    expect((await inspectImage(openArchive(path))).shells.map(({ path }) => path)).toEqual(found);
  });

  test('several images', async () => {
    const path = writeArchive(files([image('app:1'), image('app:2')]));
    expect((await inspectImage(openArchive(path, { name: 'app:2' }))).shells).toHaveLength(3);
    await expect(inspectImage(openArchive(path))).rejects.toMatchObject({
      reason: 'ambiguous',
      help: 'there are app:1, app:2',
    });
  });

  test('a layer that is not that of the configuration', async () => {
    const path = writeArchive(files([image('app:1')], file('a/layer.tar', upper.bytes)));
    await expect(inspectImage(openArchive(path))).rejects.toMatchObject({ reason: 'mismatch' });
  });

  test.each([
    ['a link in a circle', files([image('a:1')], symlink('a/layer.tar', 'layer.tar')), 'notFound'],
    ['no image', [file('readme', 'x')], 'unsupported'],
    ['nothing', [], 'unsupported'],
    ['a manifest of another form', [file('manifest.json', '{}')], 'malformed'],
  ] as const)('%s', async (_what, files, reason) => {
    await expect(inspectImage(openArchive(writeArchive(files)))).rejects.toMatchObject({ reason });
  });

  test('an archive that is compressed, or cut short', async () => {
    const bytes = tar(files([image('a:1')]));
    for (const [archive, reason] of [
      [gzipSync(bytes), 'unsupported'],
      [bytes.subarray(0, 3000), 'malformed'],
    ] as const)
      await expect(inspectImage(openArchive(writeArchive(Buffer.from(archive))))).rejects.toMatchObject({
        reason,
      });
  });
});
