import { gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ImageError, inspectImage, type Limits } from '../../../src/facts/image/index.ts';
import { dash } from './binaries.ts';
import { digestOf, imageOf, layer, type MadeLayer, MemorySource } from './image.ts';
import { end, entry, file, hardLink, header, padded, pax, program, sum, symlink, tar } from './tar.ts';

/** Why there are no facts about an image of these layers. */
async function failure(
  layers: readonly (MadeLayer | Buffer)[],
  limits: Partial<Limits> = {},
): Promise<Partial<ImageError>> {
  const made = layers.map((one) => (Buffer.isBuffer(one) ? layer(one) : one));
  const error: unknown = await inspectImage(imageOf(made), { limits }).catch((error: unknown) => error);
  expect(error).toBeInstanceOf(ImageError);
  const { reason, message } = error as ImageError;
  return { reason, message };
}

const shells = async (archive: Buffer): Promise<string[]> =>
  (await inspectImage(imageOf([layer(archive)]))).shells.map(({ path }) => path);

describe('archives', () => {
  const sh = program('bin/sh', dash);
  const block = header(sh);

  test.each([
    ['breaks off in a header', tar([sh]).subarray(0, 100), 'the archive is cut short'],
    ['breaks off in a file', tar([sh]).subarray(0, 2000), 'the archive is cut short'],
    [
      'breaks off after a long name',
      entry({ path: 'n'.repeat(101) }).subarray(0, 1024),
      'the archive is cut short',
    ],
    [
      'has a wrong checksum',
      Buffer.from(block).fill('9', 0, 3),
      'the archive has a header whose checksum is wrong',
    ],
    ['is no archive', Buffer.alloc(1024, 'text '), 'the archive has a number in a header that is not octal'],
    [
      'goes on after its end',
      Buffer.concat([Buffer.alloc(512), tar([sh])]),
      'the archive goes on after its end',
    ],
    [
      'has a file of negative size',
      sum(Buffer.from(block).fill(0xff, 124, 136)),
      'the archive has a negative number in a header',
    ],
    [
      'has a pax record that is too long',
      Buffer.concat([header({ path: 'p', type: 'x', content: '99 path=x\n' }), padded('99 path=x\n')]),
      'the archive has an extended header whose length is wrong',
    ],
    ['has NUL in a pax record', pax({ path: 'a\0b' }), 'the archive has NUL in an extended header'],
  ])('%s', async (_what, archive, message) => {
    expect(await failure([archive])).toEqual({ reason: 'malformed', message });
  });

  test.each<[string, Buffer, Partial<Limits>, string]>([
    [
      'a huge extended header',
      header({ path: 'p', type: 'x', size: 2 ** 40 }),
      {},
      'the archive has an extended header of 1099511627776 bytes',
    ],
    [
      'a huge long name',
      header({ path: 'p', type: 'L', size: 2 ** 21 }),
      {},
      'the archive has an extended header of 2097152 bytes',
    ],
    [
      'a path that is too long',
      tar([file(`${'d/'.repeat(100)}${'x'.repeat(4000)}`)]),
      {},
      'the archive has a path of more than 4096 characters',
    ],
    [
      'a path that is too deep',
      tar([file('d/'.repeat(1000))]),
      {},
      'the archive has a path of more than 256 names',
    ],
    [
      'a link that is too long',
      tar([symlink('a', 'x'.repeat(5000))]),
      {},
      'the archive has a link of more than 4096 characters',
    ],
    [
      'too many entries',
      tar([file('a'), file('b'), file('c')]),
      { entries: 2 },
      'the archive has more than 2 entries',
    ],
    [
      'too many links',
      tar(Array.from({ length: 50 }, (_, n) => symlink(`l${n}`, 'x'.repeat(90)))),
      { factBytes: 5000 },
      'the layer has too many links, programs or packages to remember',
    ],
    [
      'too much in all layers',
      tar([symlink('a', 'b')]),
      { imageFactBytes: 50 },
      'the image has too many links, programs or packages to remember',
    ],
    [
      'more than may be decompressed',
      tar([file('a', 'x'.repeat(5000))]),
      { expandedBytes: 4000 },
      'the layer is larger than 4000 bytes',
    ],
    [
      'a bomb',
      tar([file('a', Buffer.alloc(1_000_000))]),
      { ratioFrom: 1000 },
      'the layer expands to more than 200 times its size',
    ],
    [
      'a layer that is too large',
      tar([]),
      { layerBytes: 10 },
      expect.stringMatching(/^layer `sha256:\w+` is larger than 10 bytes$/),
    ],
  ])('%s', async (_what, archive, limits, message) => {
    expect(await failure([archive], limits)).toEqual({ reason: 'limit', message });
  });

  test('a bomb of zstd', async () => {
    const bomb = layer(tar([file('a', Buffer.alloc(1_000_000))]), 'zstd');
    expect(await failure([bomb], { ratioFrom: 1000 })).toMatchObject({ reason: 'limit' });
  });

  test('links of links of links end', async () => {
    // Every one goes through all that were before it.
    const links = Array.from({ length: 3000 }, (_, n) => symlink(`l${n + 1}`, `l${n}/`.repeat(2)));
    const many = Array.from({ length: 3000 }, (_, n) => symlink(`m${n}`, `${'l39/../'.repeat(500)}l39`));
    const archive = tar([symlink('l0', '.'), ...links, ...many]);
    const result = await inspectImage(imageOf([layer(archive)])).catch((error: unknown) => error);
    if (result instanceof Error) expect(result).toMatchObject({ reason: 'limit' });
  });

  test.each([
    [
      'pax name',
      Buffer.concat([pax({ path: 'bin/sh' }), header({ ...sh, path: 'other' }), padded(dash), end]),
    ],
    [
      'the last of two pax names',
      Buffer.concat([
        header({ path: 'p', type: 'x', content: '10 path=a\n15 path=bin/sh\n' }),
        padded('10 path=a\n15 path=bin/sh\n'),
        header({ ...sh, path: 'other' }),
        padded(dash),
        end,
      ]),
    ],
    ['settings for all files are ignored', Buffer.concat([pax({ path: 'no' }, 'g'), entry(sh), end])],
    [
      'pax size goes before the header’s',
      Buffer.concat([pax({ size: String(dash.length) }), header({ ...sh, size: 0 }), padded(dash), end]),
    ],
    [
      'what has no content has no size',
      Buffer.concat([header({ path: 'd', type: '5', size: 512 }), entry(sh), end]),
    ],
    ['no end', entry(sh)],
    ['anything after the end', Buffer.concat([tar([sh]), Buffer.alloc(5000, 7)])],
    ['a hard link to what is not there', tar([hardLink('x', 'nothing'), sh])],
  ])('are read as runtimes read them: %s', async (_what, archive) => {
    expect(await shells(archive)).toEqual(['/bin/sh']);
  });

  test('names that are no UTF-8 stay apart', async () => {
    const path = (byte: number): Buffer => {
      const block = header(program('opt/?', dash));
      block[4] = byte;
      return Buffer.concat([sum(block), padded(dash)]);
    };
    const gone = header(file('opt/.wh.?', ''));
    gone[8] = 0xfe;
    const facts = await inspectImage(
      imageOf([layer(Buffer.concat([path(0xfe), path(0xff), end])), layer(Buffer.concat([sum(gone), end]))]),
    );
    expect(facts.shells).toHaveLength(1);
  });
});

describe('compression', () => {
  const archive = tar([program('bin/sh', dash), file('z', 'x'.repeat(3000))]);
  const halves = [archive.subarray(0, 700), archive.subarray(700)] as const;
  const skippable = Buffer.from([0x53, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);
  const of = (bytes: Buffer, compression: 'gzip' | 'zstd'): MadeLayer => ({
    ...layer([], compression),
    bytes,
    digest: digestOf(bytes),
    size: bytes.length,
  });

  test.each([
    ['gzip in two members', of(Buffer.concat(halves.map((half) => gzipSync(half))), 'gzip')],
    ['zstd in two frames', of(Buffer.concat(halves.map((half) => zstdCompressSync(half))), 'zstd')],
    [
      'zstd with frames to skip',
      of(
        Buffer.concat([
          skippable,
          zstdCompressSync(halves[0]),
          skippable,
          zstdCompressSync(halves[1]),
          skippable,
        ]),
        'zstd',
      ),
    ],
  ])('%s is read to the end', async (_what, made) => {
    for (const chunk of [1, 3, 7, 64, 100_000]) {
      const source = imageOf([made]);
      source.chunk = chunk;
      expect((await inspectImage(source)).shells.map(({ path }) => path)).toEqual(['/bin/sh']);
    }
  });

  const gzip = gzipSync(archive);
  const zstd = zstdCompressSync(archive);
  test.each([
    ['gzip that is cut short', of(gzip.subarray(0, -10), 'gzip')],
    ['gzip with something after it', of(Buffer.concat([gzip, Buffer.from('something')]), 'gzip')],
    ['gzip with zeros and more after it', of(Buffer.concat([gzip, Buffer.alloc(300_000), gzip]), 'gzip')],
    ['zstd that is cut short', of(zstd.subarray(0, -3), 'zstd')],
    ['zstd with something after it', of(Buffer.concat([zstd, Buffer.from('something')]), 'zstd')],
    ['no gzip', of(archive, 'gzip')],
    ['no zstd', of(archive, 'zstd')],
    ['an empty layer', of(Buffer.alloc(0), 'gzip')],
  ])('%s is an error', async (_what, made) => {
    expect(await failure([made])).toMatchObject({ reason: 'malformed' });
  });
});

describe('what lies', () => {
  const good = layer([program('bin/sh', dash)]);

  test.each([
    [
      'a digest',
      { ...good, digest: digestOf(Buffer.from('other')) },
      /^layer `sha256:\w+` has other content than its digest says$/,
    ],
    ['a size that is too large', { ...good, size: good.size + 1 }, /should have \d+ bytes, and has \d+$/],
    ['a size that is too small', { ...good, size: good.size - 1 }, /should have \d+ bytes, and has more$/],
  ])('%s', async (_what, made, message) => {
    expect(await failure([made])).toEqual({ reason: 'mismatch', message: expect.stringMatching(message) });
  });

  test('sha512 is verified too', async () => {
    const digest = digestOf(good.bytes, 'sha512');
    expect((await inspectImage(imageOf([{ ...good, digest }]))).shells).toHaveLength(1);
    const other = digestOf(Buffer.from('other'), 'sha512');
    expect(await failure([{ ...good, digest: other }])).toMatchObject({ reason: 'mismatch' });
  });

  test('a manifest that is not that of its digest', async () => {
    const source = imageOf([good]);
    source.top = { ...source.top, digest: digestOf(Buffer.from('other')) };
    await expect(inspectImage(source)).rejects.toMatchObject({ reason: 'mismatch' });
  });
});

describe('manifests', () => {
  const digest = digestOf(Buffer.from(''));
  const config = { mediaType: 'application/vnd.oci.image.config.v1+json', digest, size: 2 };
  const oci = 'application/vnd.oci.image.manifest.v1+json';
  const index = 'application/vnd.oci.image.index.v1+json';
  const tarType = 'application/vnd.oci.image.layer.v1.tar';

  test.each<[string, unknown, ImageError['reason'], string]>([
    ['is no JSON', undefined, 'malformed', 'the manifest is not JSON'],
    ['is a list', [], 'malformed', 'the manifest is not an object'],
    [
      'has no version',
      { mediaType: oci },
      'malformed',
      'the manifest, `schemaVersion` is not a size in bytes',
    ],
    [
      'is of schema 1',
      { schemaVersion: 1, fsLayers: [] },
      'unsupported',
      'the manifest is of Docker schema 1',
    ],
    [
      'is of another type',
      { schemaVersion: 2, mediaType: 'text/x' },
      'unsupported',
      "a manifest's media type is `text/x`",
    ],
    [
      'has no configuration',
      { schemaVersion: 2, mediaType: oci },
      'malformed',
      'the manifest, `config` is not an object',
    ],
    [
      'is both',
      { schemaVersion: 2, mediaType: index, manifests: [], layers: [] },
      'malformed',
      'the manifest is an index, and has `config` or `layers` too',
    ],
    [
      'is an artefact',
      {
        schemaVersion: 2,
        mediaType: oci,
        config: { ...config, mediaType: 'application/vnd.cncf.helm.config.v1+json' },
      },
      'unsupported',
      'it is no container image: its configuration is `application/vnd.cncf.helm.config.v1+json`',
    ],
    [
      'has a layer of another type',
      {
        schemaVersion: 2,
        mediaType: oci,
        config,
        layers: [{ mediaType: `${tarType}+gzip+encrypted`, digest, size: 1 }],
      },
      'unsupported',
      "a layer's media type is `application/vnd.oci.image.layer.v1.tar+gzip+encrypted`",
    ],
    [
      'has a digest that leads elsewhere',
      { schemaVersion: 2, mediaType: oci, config: { ...config, digest: 'sha256:../../etc/passwd' } },
      'malformed',
      'the manifest, `config`, `digest` is not a sha256 or sha512 digest',
    ],
    [
      'has a size that is none',
      { schemaVersion: 2, mediaType: oci, config, layers: [{ mediaType: tarType, digest, size: -1 }] },
      'malformed',
      'the manifest, `layers`[0], `size` is not a size in bytes',
    ],
    [
      'has too many layers',
      {
        schemaVersion: 2,
        mediaType: oci,
        config,
        layers: Array.from({ length: 600 }, () => ({ mediaType: tarType, digest, size: 1 })),
      },
      'limit',
      'the manifest, `layers` has 600 items, more than 512',
    ],
    [
      'is an index of nothing',
      { schemaVersion: 2, mediaType: index, manifests: [] },
      'platform',
      'the image is not there for `linux/amd64`',
    ],
  ])('%s', async (_what, document, reason, message) => {
    const source = new MemorySource();
    const bytes = Buffer.from(document === undefined ? '{' : JSON.stringify(document));
    source.top = { bytes, mediaType: undefined, digest: undefined };
    await expect(inspectImage(source)).rejects.toMatchObject({ reason, message });
  });

  test('50 MB', async () => {
    const source = new MemorySource();
    source.top = { bytes: Buffer.alloc(50_000_000, ' '), mediaType: oci, digest: undefined };
    await expect(inspectImage(source)).rejects.toMatchObject({ reason: 'limit' });
  });

  test('indexes within indexes end', async () => {
    const source = new MemorySource();
    let bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: index, manifests: [] }));
    for (let depth = 0; depth < 5; depth++) {
      const manifests = [{ mediaType: index, ...source.add(bytes) }];
      bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: index, manifests }));
    }
    source.top = { bytes, mediaType: index, digest: undefined };
    await expect(inspectImage(source)).rejects.toMatchObject({ reason: 'limit' });
  });
});

describe('whatever comes', () => {
  const settle = async (source: MemorySource): Promise<void> => {
    const result = await inspectImage(source).catch((error: unknown) => error);
    if (result instanceof Error) {
      expect(result).toBeInstanceOf(ImageError);
      // `unavailable` is what an error of our own would be taken for.
      expect((result as ImageError).reason).not.toBe('unavailable');
    }
  };

  test('any bytes as a layer', async () => {
    const compression = fc.constantFrom('none', 'gzip', 'zstd');
    const bytes = fc.uint8Array({ maxLength: 3000 });
    await fc.assert(
      fc.asyncProperty(bytes, compression, fc.boolean(), async (bytes, compression, raw) => {
        const made = layer(Buffer.from(bytes), compression);
        const lying = { ...made, bytes: Buffer.from(bytes), digest: digestOf(bytes), size: bytes.length };
        await settle(imageOf([raw ? lying : made]));
      }),
      { numRuns: 150 },
    );
  });

  test('an archive with any bytes changed', async () => {
    const archive = tar([
      program('bin/busybox', dash),
      symlink('bin/sh', 'busybox'),
      file('var/lib/dpkg/status', 'Package: a\nVersion: 1\n'),
      file('a/node_modules/b/package.json', '{"name":"b","version":"1"}'),
      file('x'.repeat(120)),
    ]);
    const change = fc.tuple(fc.nat(archive.length - 1), fc.nat(255));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 6 }), fc.boolean(), async (changes, mended) => {
        const bytes = Buffer.from(archive);
        for (const [at, value] of changes) bytes[at] = value;
        // A checksum that is right again lets the change come further.
        if (mended) sum(bytes.subarray(0, 512));
        await settle(imageOf([layer(bytes, 'none')]));
      }),
      { numRuns: 300 },
    );
  });

  test('any bytes, and any JSON, as a manifest', async () => {
    const bytes = fc.oneof(
      fc.uint8Array().map((bytes) => Buffer.from(bytes)),
      fc.json().map((text) => Buffer.from(text)),
      fc
        .record(
          {
            schemaVersion: fc.constant(2),
            config: fc.anything(),
            layers: fc.anything(),
            manifests: fc.anything(),
          },
          { requiredKeys: ['schemaVersion'] },
        )
        .map((document) =>
          Buffer.from(JSON.stringify(document, (_, value) => (typeof value === 'bigint' ? 1 : value))),
        ),
    );
    await fc.assert(
      fc.asyncProperty(bytes, async (bytes) => {
        const source = new MemorySource();
        source.top = { bytes, mediaType: undefined, digest: undefined };
        await settle(source);
      }),
      { numRuns: 300 },
    );
  });
});

test('whoever gives up is told so, and the source is stopped', async () => {
  const stop = new AbortController();
  const source = imageOf([layer(tar([file('a', Buffer.alloc(100_000))]), 'none')]);
  const facts = inspectImage(source, { signal: stop.signal, onProgress: () => stop.abort() });
  await expect(facts).rejects.toMatchObject({ reason: 'cancelled' });
  await expect(inspectImage(source, { signal: AbortSignal.abort() })).rejects.toMatchObject({
    reason: 'cancelled',
  });
});

test('what a source throws is said to be its fault', async () => {
  const source = new MemorySource();
  source.resolve = () => Promise.reject(new TypeError('fetch failed'));
  await expect(inspectImage(source)).rejects.toMatchObject({
    reason: 'unavailable',
    message: 'image `example.dev/app:1` cannot be read: fetch failed',
  });
});
