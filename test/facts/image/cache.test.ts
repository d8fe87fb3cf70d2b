import { fork } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ImageCache, inspectImage } from '../../../src/facts/image/index.ts';
import { bash, dash } from './binaries.ts';
import { imageOf, layer, type MemorySource } from './image.ts';
import { file, program } from './tar.ts';

const root = mkdtempSync(join(tmpdir(), 'abatis-cache-'));
afterAll(() => rmSync(root, { recursive: true }));
let count = 0;
const newFolder = (): string => join(root, String(count++));

const base = layer([program('bin/sh', dash)]);
const one = () => imageOf([base, layer([program('bin/bash', bash)])]);
const other = () => imageOf([base, layer([file('readme')])]);

const never = new AbortController().signal;
const work = (result: unknown) => async () => result;
const unexpected = async (): Promise<never> => {
  throw new Error('not asked for');
};

const readsOf = (source: MemorySource, digest: string): number =>
  source.reads.filter((read) => read === digest).length;

describe('images', () => {
  test('a layer that images share is read once', async () => {
    const cache = new ImageCache();
    const [first, second] = [one(), other()];
    await inspectImage(first, { cache });
    expect((await inspectImage(second, { cache })).shells.map(({ path }) => path)).toEqual(['/bin/sh']);
    expect([readsOf(first, base.digest), readsOf(second, base.digest)]).toEqual([1, 0]);
  });

  test('an image that is known costs its manifest only', async () => {
    const cache = new ImageCache();
    const facts = await inspectImage(one(), { cache });
    const again = one();
    expect(await inspectImage(again, { cache })).toEqual(facts);
    expect(again.reads).toEqual([]);
  });

  test('what several ask for at once is read once', async () => {
    const cache = new ImageCache();
    const source = one();
    const all = await Promise.all(Array.from({ length: 10 }, () => inspectImage(source, { cache })));
    expect(readsOf(source, base.digest)).toBe(1);
    expect(new Set(all.map((facts) => JSON.stringify(facts))).size).toBe(1);
  });

  test('a layer is not taken for one that is compressed otherwise', async () => {
    const cache = new ImageCache();
    await inspectImage(one(), { cache });
    const lying = { ...base, mediaType: 'application/vnd.oci.image.layer.v1.tar+zstd' };
    await expect(inspectImage(imageOf([lying]), { cache })).rejects.toMatchObject({ reason: 'malformed' });
  });

  test('a failure is not remembered', async () => {
    const cache = new ImageCache();
    const source = one();
    const bytes = source.blobs.get(base.digest) as Buffer;
    source.blobs.delete(base.digest);
    await expect(inspectImage(source, { cache })).rejects.toMatchObject({ reason: 'notFound' });
    source.blobs.set(base.digest, bytes);
    expect((await inspectImage(source, { cache })).shells).toHaveLength(2);
  });
});

describe('at once', () => {
  test('who gives up leaves the others alone, and all hear of the progress', async () => {
    const cache = new ImageCache();
    const gate = Promise.withResolvers<string>();
    const started = Promise.withResolvers<AbortSignal>();
    const impatient = new AbortController();
    const heard: number[] = [];
    const first = cache.obtain(
      'layer',
      'd',
      (signal, progress) => {
        progress(5);
        started.resolve(signal);
        return gate.promise;
      },
      impatient.signal,
    );
    const signal = await started.promise;
    const second = cache.obtain('layer', 'd', unexpected, never, (done) => heard.push(done));
    impatient.abort();
    await expect(first).rejects.toMatchObject({ reason: 'cancelled' });
    expect(signal.aborted).toBe(false);
    gate.resolve('result');
    expect(await second).toBe('result');
    expect(heard).toEqual([5]);
  });

  test('work is stopped when nobody waits any more, and begun anew for who comes then', async () => {
    const cache = new ImageCache();
    const started = Promise.withResolvers<AbortSignal>();
    const impatient = new AbortController();
    const first = cache.obtain(
      'layer',
      'd',
      (signal) => {
        started.resolve(signal);
        return new Promise(() => {});
      },
      impatient.signal,
    );
    const signal = await started.promise;
    impatient.abort();
    await expect(first).rejects.toMatchObject({ reason: 'cancelled' });
    expect(signal.aborted).toBe(true);
    expect(await cache.obtain('layer', 'd', work('new'), never)).toBe('new');
  });
});

describe('on disk', () => {
  const only = (folder: string): string => join(folder, readdirSync(folder)[0] as string);

  test('it outlives the process', async () => {
    const folder = newFolder();
    const facts = await inspectImage(one(), { cache: new ImageCache({ folder }) });
    const again = one();
    expect(await inspectImage(again, { cache: new ImageCache({ folder }) })).toEqual(facts);
    expect(again.reads).toEqual([]);
  });

  test.each<[string, (bytes: Buffer) => Buffer]>([
    ['cut short', (bytes) => bytes.subarray(0, -1)],
    ['empty', () => Buffer.alloc(0)],
    ['changed', (bytes) => Buffer.from(bytes).fill('x', bytes.length - 3)],
    ['of an older form', (bytes) => Buffer.from(bytes.toString().replace('facts 1', 'facts 0'))],
  ])('a file that is %s is not used', async (_what, damage) => {
    const folder = newFolder();
    await new ImageCache({ folder }).obtain('layer', 'd', work('good'), never);
    writeFileSync(only(folder), damage(readFileSync(only(folder))));
    const cache = new ImageCache({ folder });
    expect(await cache.obtain('layer', 'd', work('new'), never)).toBe('new');
    expect(await new ImageCache({ folder }).obtain('layer', 'd', unexpected, never)).toBe('new');
  });

  test('what was longest not asked for goes first, and nothing that is not its own', async () => {
    const folder = newFolder();
    const cache = () => new ImageCache({ folder, diskBytes: 3500 });
    const text = 'x'.repeat(900);
    for (const [index, key] of ['a', 'b', 'c'].entries()) {
      const before = new Set(index === 0 ? [] : readdirSync(folder));
      await cache().obtain('layer', key, work(text), never);
      const made = readdirSync(folder).find((name) => !before.has(name)) as string;
      utimesSync(join(folder, made), 1000 + index, 1000 + index);
    }
    writeFileSync(join(folder, 'notes.txt'), 'y'.repeat(5000));
    // Asked for, and so the last to go.
    await cache().obtain('layer', 'a', unexpected, never);
    await cache().obtain('layer', 'd', work(text), never);
    expect(readdirSync(folder)).toContain('notes.txt');
    const kept = readdirSync(folder).filter((name) => name.endsWith('.facts'));
    expect(kept.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)).toBeLessThanOrEqual(3500);
    expect(await cache().obtain('layer', 'a', unexpected, never)).toBe(text);
    expect(await cache().obtain('layer', 'b', work('again'), never)).toBe('again');
  });

  test('a folder that cannot be used costs nothing but the cache', async () => {
    const path = newFolder();
    writeFileSync(path, 'a file');
    const problems: unknown[] = [];
    const cache = new ImageCache({
      folder: path,
      memoryBytes: 0,
      onProblem: (error) => problems.push(error),
    });
    expect((await inspectImage(one(), { cache })).shells).toHaveLength(2);
    expect(problems.length).toBeGreaterThan(0);
  });

  test('several processes share it', async () => {
    const folder = newFolder();
    const script = join(import.meta.dirname, 'cache-process.ts');
    const codes = await Promise.all(
      Array.from({ length: 3 }, () => {
        const { promise, resolve } = Promise.withResolvers<number | null>();
        fork(script, [folder]).on('exit', resolve);
        return promise;
      }),
    );
    expect(codes).toEqual([0, 0, 0]);
    expect(readdirSync(folder).filter((name) => name.endsWith('.new'))).toEqual([]);
  });
});

test('memory is bounded by bytes, and what was longest not asked for goes first', async () => {
  const cache = new ImageCache({ memoryBytes: 30 });
  for (const key of ['a', 'b']) await cache.obtain('layer', key, work('0123456789'), never);
  await cache.obtain('layer', 'a', unexpected, never);
  await cache.obtain('layer', 'c', work('0123456789'), never);
  await cache.obtain('layer', 'a', unexpected, never);
  expect(await cache.obtain('layer', 'b', work('again'), never)).toBe('again');
});
