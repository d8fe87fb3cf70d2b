import { describe, expect, test } from 'vitest';
import { collect, type Descriptor, inspectImage } from '../../../../src/facts/image/index.ts';
import { dash } from '../binaries.ts';
import { addImage, imageOf, indexOf, layer, MemorySource } from '../image.ts';
import { program } from '../tar.ts';
import { client, deny, TestRegistry, TestTiming } from './server.ts';

const image = (form: 'oci' | 'docker' = 'oci') => imageOf({ layers: [[program('bin/sh', dash)]], form });
const reading = { signal: new AbortController().signal, maxBytes: 4 * 1024 * 1024 };

describe('an image in a registry', () => {
  test.each(['oci', 'docker'] as const)('of the form of %s', async (form) => {
    const source = image(form);
    const server = await TestRegistry.start(source);
    const facts = await inspectImage(client([server]).image(`${server.host()}/org/app:1`));
    expect(facts.shells.map(({ path }) => path)).toEqual(['/bin/sh']);
    expect(facts.digest).toBe(source.top.digest);
    expect(server.lines.slice(0, 2)).toEqual([
      'HEAD /v2/org/app/manifests/1',
      `GET /v2/org/app/manifests/${source.top.digest}`,
    ]);
    expect(server.seen[0]?.headers.accept).toContain('application/vnd.oci.image.index.v1+json');
    expect(server.seen[0]?.headers.accept).toContain('application/vnd.docker.distribution.manifest.v2+json');
  });

  test('by platform', async () => {
    const source = indexOf([
      { layers: [[program('amd/sh', dash)]], platform: { os: 'linux', architecture: 'amd64' } },
      { layers: [[program('arm/sh', dash)]], platform: { os: 'linux', architecture: 'arm64' } },
    ]);
    const server = await TestRegistry.start(source);
    const registry = client([server]);
    const shells = async (platform?: string) => {
      const image = registry.image(`${server.host()}/app`);
      return (await inspectImage(image, platform === undefined ? {} : { platform })).shells[0]?.path;
    };
    expect(await shells()).toBe('/amd/sh');
    expect(await shells('linux/arm64')).toBe('/arm/sh');
  });

  test('by digest', async () => {
    const source = image();
    const { digest } = addImage(source, { layers: [layer([program('sh', dash)], 'zstd')] });
    const server = await TestRegistry.start(source);
    const facts = await inspectImage(client([server]).image(`${server.host()}/app:1@${digest}`));
    expect(facts.shells[0]?.path).toBe('/sh');
    expect(server.lines[0]).toBe(`GET /v2/app/manifests/${digest}`);
  });

  test('a tag that has not moved costs one HEAD, and one that has is read again', async () => {
    const source = image();
    const server = await TestRegistry.start(source);
    const registry = client([server]);
    const digests = async () => (await registry.image(`${server.host()}/app`).resolve(reading)).digest;
    const first = await digests();
    expect(await digests()).toBe(first);
    expect(server.lines).toEqual([
      'HEAD /v2/app/manifests/latest',
      `GET /v2/app/manifests/${first}`,
      'HEAD /v2/app/manifests/latest',
    ]);
    const moved = imageOf([[program('bin/other', dash)]]);
    for (const [digest, bytes] of moved.blobs) source.blobs.set(digest, bytes);
    source.top = moved.top;
    expect(await digests()).toBe(moved.top.digest);
  });

  test('what is remembered is given to nobody whom the registry no longer lets in', async () => {
    const source = image();
    let open = true;
    const server = await TestRegistry.start(source, (_seen, response) => !open && deny(response, 403));
    const registry = client([server]);
    const { digest } = await registry.image(`${server.host()}/app`).resolve(reading);
    open = false;
    for (const name of ['app', `app@${digest}`])
      await expect(registry.image(`${server.host()}/${name}`).resolve(reading)).rejects.toMatchObject({
        reason: 'unauthorized',
      });
  });

  test.each([400, 405, 501])('at a registry that answers HEAD with %i', async (status) => {
    const server = await TestRegistry.start(image(), ({ method }, response) =>
      method === 'HEAD' ? deny(response, status) : false,
    );
    const facts = await inspectImage(client([server]).image(`${server.host()}/app`));
    expect(facts.shells).toHaveLength(1);
  });

  test('at a registry that does not say digests', async () => {
    const source = image();
    source.top = { ...source.top, digest: undefined };
    const server = await TestRegistry.start(source);
    const facts = await inspectImage(client([server]).image(`${server.host()}/app`));
    expect(facts.shells).toHaveLength(1);
  });

  test('that is not there', async () => {
    const server = await TestRegistry.start();
    await expect(inspectImage(client([server]).image(`${server.host()}/app`))).rejects.toMatchObject({
      reason: 'notFound',
      message: `\`${server.host()}\` answered 404`,
    });
  });

  test('connections are used again', async () => {
    const source = image();
    const ports = new Set<number | undefined>();
    const server = await TestRegistry.start(source, (_seen, response) => {
      ports.add(response.socket?.remotePort);
      return false;
    });
    const from = client([server]).image(`${server.host()}/app`);
    await from.resolve(reading);
    for (const digest of source.blobs.keys()) await from.manifest(digest, reading);
    expect(ports.size).toBe(1);
  });
});

describe('mirrors', () => {
  const setUp = async (has: { readonly mirror: boolean; readonly origin: boolean }) => {
    const mirror = await TestRegistry.start(has.mirror ? image() : undefined);
    const origin = await TestRegistry.start(has.origin ? image() : undefined);
    const hosts = {
      [origin.host()]: {
        mirrors: [`${mirror.host('other.test')}/proxy/hub`],
        plainHttp: true,
        addresses: 'local' as const,
      },
    };
    const registry = client([mirror, origin], { hosts, allowedHosts: [origin.host()] });
    const read = () => inspectImage(registry.image(`${origin.host()}/org/app`));
    return { mirror, origin, read };
  };

  test('are asked first, beneath their path', async () => {
    const { mirror, origin, read } = await setUp({ mirror: true, origin: true });
    await read();
    expect(mirror.lines[0]).toBe('HEAD /v2/proxy/hub/org/app/manifests/latest');
    expect(origin.lines).toEqual([]);
  });

  test('are passed over where they have not got it', async () => {
    const { mirror, origin, read } = await setUp({ mirror: false, origin: true });
    expect((await read()).shells).toHaveLength(1);
    expect(mirror.lines).toEqual(['HEAD /v2/proxy/hub/org/app/manifests/latest']);
    expect(origin.lines[0]).toBe('HEAD /v2/org/app/manifests/latest');
  });

  test('leave the last word to the registry', async () => {
    const { origin, read } = await setUp({ mirror: false, origin: false });
    await expect(read()).rejects.toMatchObject({ message: `\`${origin.host()}\` answered 404` });
  });

  test('stand in for a registry that is not allowed', async () => {
    const mirror = await TestRegistry.start(image());
    const registry = client([mirror], {
      allowedHosts: [],
      hosts: { 'docker.io': { mirrors: [mirror.host()] } },
    });
    expect((await inspectImage(registry.image('alpine'))).shells).toHaveLength(1);
    expect(mirror.lines[0]).toBe('HEAD /v2/library/alpine/manifests/latest');
    expect(() => registry.image(`${mirror.host()}/alpine`)).toThrow('may not be read');
  });
});

describe('a blob', () => {
  const content = Buffer.alloc(300_000, 'abcdefghij');
  const setUp = async (
    quirk: Parameters<typeof TestRegistry.start>[1],
    tune: (timing: TestTiming) => void = () => {},
  ) => {
    const source = new MemorySource();
    const descriptor: Descriptor = { mediaType: 'x', ...source.add(content) };
    const server = await TestRegistry.start(source, quirk);
    const timing = new TestTiming();
    tune(timing);
    const registry = client([server], {}, { timing });
    const blob = () => registry.image(`${server.host()}/app`).blob(descriptor, reading.signal);
    return { server, timing, read: () => collect(blob(), content.length, 'blob') };
  };

  test('that breaks off goes on where it stopped', async () => {
    let broken = 0;
    const { server, read } = await setUp(({ headers }, response) => {
      const from = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);
      const range = `bytes ${from}-${content.length - 1}/${content.length}`;
      response.writeHead(from === 0 ? 200 : 206, {
        'content-length': content.length - from,
        ...(from > 0 && { 'content-range': range }),
      });
      if (broken++ < 2) response.write(content.subarray(from, from + 100_000), () => response.destroy());
      else response.end(content.subarray(from));
    });
    expect((await read()).equals(content)).toBe(true);
    expect(server.seen.map(({ headers }) => headers.range)).toEqual([
      undefined,
      'bytes=100000-',
      'bytes=200000-',
    ]);
  });

  test('that breaks off at a server that knows no ranges is read again, and given once', async () => {
    let broken = 0;
    const { read } = await setUp((_seen, response) => {
      if (broken++ > 0) return false;
      response.writeHead(200, { 'content-length': content.length });
      return response.write(content.subarray(0, 100_000), () => response.destroy());
    });
    expect((await read()).equals(content)).toBe(true);
  });

  test('that always breaks off is given up', async () => {
    const { server, read, timing } = await setUp((_seen, response) => {
      response.writeHead(200, { 'content-length': content.length });
      response.write(content.subarray(0, 1000), () => response.destroy());
    });
    await expect(read()).rejects.toMatchObject({ reason: 'unavailable' });
    expect(server.lines).toHaveLength(4);
    expect(timing.slept).toEqual([125, 250, 500]);
  });

  test('that stalls is given up', async () => {
    const { server, read } = await setUp(
      (_seen, response) => {
        response.writeHead(200, { 'content-length': content.length });
        response.write(content.subarray(0, 1000));
      },
      (timing) => timing.late.add(30_000),
    );
    await expect(read()).rejects.toMatchObject({
      reason: 'unavailable',
      message: `\`${server.host()}\` has sent nothing for 30000 ms`,
    });
  });

  test('that a slow reader takes does not stall', async () => {
    const source = new MemorySource();
    const descriptor: Descriptor = { mediaType: 'x', ...source.add(content) };
    const server = await TestRegistry.start(source);
    const timing = new TestTiming();
    timing.late.add(30_000);
    const blob = client([server], {}, { timing })
      .image(`${server.host()}/app`)
      .blob(descriptor, reading.signal);
    let size = 0;
    for await (const chunk of blob) {
      if (size === 0) await new Promise((resolve) => setTimeout(resolve, 100));
      size += chunk.length;
    }
    expect(size).toBe(content.length);
  });

  test.each([
    ['a shorter one', content.subarray(0, 1000)],
    ['a longer one', Buffer.concat([content, content])],
  ])('that is said to be %s is not read', async (_what, bytes) => {
    const { read, server } = await setUp((_seen, response) => {
      response.writeHead(200, { 'content-length': bytes.length });
      response.end(bytes);
    });
    await expect(read()).rejects.toMatchObject({ reason: 'mismatch' });
    expect(server.lines).toHaveLength(1);
  });

  test('that goes on and on is left', async () => {
    const { read } = await setUp((_seen, response) => {
      const more = (): void => {
        if (!response.destroyed) response.write(content, more);
      };
      more();
    });
    await expect(read()).rejects.toMatchObject({ reason: 'mismatch' });
  });

  test('in another part than was asked for is refused', async () => {
    let broken = 0;
    const { read } = await setUp((_seen, response) => {
      if (broken++ === 0) {
        response.writeHead(200, { 'content-length': content.length });
        return response.write(content.subarray(0, 1000), () => response.destroy());
      }
      response.writeHead(206, { 'content-range': `bytes 0-9/${content.length}`, 'content-length': 10 });
      return response.end(content.subarray(0, 10));
    });
    await expect(read()).rejects.toMatchObject({ reason: 'malformed' });
  });

  test('ends with the signal', async () => {
    const abort = new AbortController();
    const server = await TestRegistry.start(undefined, (_seen, response) => {
      response.writeHead(200, { 'content-length': 100 });
      response.write('x');
    });
    const from = client([server]).image(`${server.host()}/app`);
    const blob = from.blob({ mediaType: 'x', digest: `sha256:${'0'.repeat(64)}`, size: 100 }, abort.signal);
    const read = (async () => {
      for await (const _chunk of blob) abort.abort();
    })();
    await expect(read).rejects.toMatchObject({ reason: 'cancelled' });
  });
});
