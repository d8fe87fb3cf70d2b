import { describe, expect, it } from 'vitest';
import {
  ImageCache,
  ImageError,
  type ImageFactsOptions,
  type Inspection,
  imageFacts,
  type Pulling,
} from '../../src/facts/index.ts';
import type { FactRequest } from '../../src/model/index.ts';
import { bash } from './image/binaries.ts';
import { imageOf, indexOf, MemorySource } from './image/image.ts';
import { file, program } from './image/tar.ts';

function asking(reference: string, context: Readonly<Record<string, string>> = {}): FactRequest {
  const { platform } = context;
  const key = platform === undefined ? reference : `${reference} ${platform}`;
  return { source: 'image', key, context: { reference, ...context }, within: undefined };
}

/** A source whose blobs come when the test lets them. */
class Held extends MemorySource {
  readonly #gate = Promise.withResolvers<void>();
  begun = 0;

  static of(source: MemorySource): Held {
    const held = new Held();
    for (const [digest, bytes] of source.blobs) held.blobs.set(digest, bytes);
    held.top = source.top;
    return held;
  }

  release(): void {
    this.#gate.resolve();
  }

  override async *blob(...args: Parameters<MemorySource['blob']>): AsyncGenerator<Uint8Array> {
    this.begun++;
    await this.#gate.promise;
    yield* super.blob(...args);
  }
}

/** Facts of images by their names, with a clock that the test sets. */
function sourceOf(images: Readonly<Record<string, MemorySource>>, options: Partial<ImageFactsOptions> = {}) {
  const opened: { readonly reference: string; readonly pulling: Pulling }[] = [];
  const inspections: Inspection[] = [];
  const clock = { now: 0 };
  const privately = new Set<string>();
  const source = imageFacts({
    open(reference, pulling) {
      opened.push({ reference, pulling });
      const image = images[reference];
      if (image === undefined) throw new ImageError('refused', `\`${reference}\` is not allowed`);
      return { source: image, isPrivate: () => privately.has(reference) };
    },
    cache: new ImageCache(),
    clock: () => clock.now,
    observe: (inspection) => inspections.push(inspection),
    ...options,
  });
  return { source, opened, inspections, clock, privately };
}

const web = () => imageOf([[program('bin/bash', bash)]]);
const known = expect.objectContaining({ status: 'known' });

describe('facts about an image', () => {
  it('are found out once, and known from then on', async () => {
    const { source, opened, inspections } = sourceOf({ 'web:1': web() });
    expect(source.peek(asking('web:1'))).toBeUndefined();
    const answer = await source.find(asking('web:1'));
    expect(answer).toMatchObject({ status: 'known', value: { shells: [{ path: '/bin/bash' }] } });
    expect(source.peek(asking('web:1'))).toEqual(answer);
    expect(await source.find(asking('web:1'))).toEqual(answer);
    expect(opened).toHaveLength(1);
    expect(inspections).toMatchObject([
      { reference: 'web:1', digest: expect.stringMatching(/^sha256:/), milliseconds: 0 },
    ]);
  });

  it('are found out once for all who ask at the same time', async () => {
    const image = Held.of(web());
    const { source, opened } = sourceOf({ 'web:1': image });
    const answers = [source.find(asking('web:1')), source.find(asking('web:1'))];
    image.release();
    const [first, second] = await Promise.all(answers);
    expect(first).toEqual(known);
    expect(second).toBe(first);
    expect(opened).toHaveLength(1);
  });

  it('are found out to the end, though nobody waits any more', async () => {
    const image = Held.of(web());
    const { source } = sourceOf({ 'web:1': image });
    expect(await Promise.race([source.find(asking('web:1')), 'left'])).toBe('left');
    expect(source.peek(asking('web:1'))).toBeUndefined();
    image.release();
    await expect.poll(() => source.peek(asking('web:1'))).toEqual(known);
  });

  it('are looked up again by a tag after a time, without reading what is known', async () => {
    const image = web();
    const { source, clock, opened } = sourceOf({ 'web:1': image }, { tagAge: 60_000 });
    await source.find(asking('web:1'));
    const reads = image.reads.length;
    clock.now = 59_999;
    expect(source.peek(asking('web:1'))).toEqual(known);
    clock.now = 60_000;
    expect(source.peek(asking('web:1'))).toBeUndefined();
    await source.find(asking('web:1'));
    expect(opened).toHaveLength(2);
    expect(image.reads).toHaveLength(reads);
  });

  it('follow a tag that moved', async () => {
    const image = web();
    const { source, clock } = sourceOf({ 'web:1': image });
    await source.find(asking('web:1'));
    const other = imageOf([[file('etc/hello')]]);
    for (const [digest, bytes] of other.blobs) image.blobs.set(digest, bytes);
    image.top = other.top;
    clock.now = 60_001;
    expect(await source.find(asking('web:1'))).toMatchObject({ value: { shells: [] } });
  });

  it('are known by a digest for good', async () => {
    const image = web();
    const reference = `web@${image.top.digest}`;
    const { source, clock } = sourceOf({ [reference]: image });
    await source.find(asking(reference));
    clock.now = 1e12;
    expect(source.peek(asking(reference))).toEqual(known);
  });

  it.each([
    ['an image', {}, web()],
    ['an index', {}, indexOf([{ layers: [[file('a')]], platform: { os: 'linux', architecture: 'amd64' } }])],
    [
      'an index, for a platform',
      { platform: 'linux/arm64' },
      indexOf([{ layers: [[file('a')]], platform: { os: 'linux', architecture: 'arm64' } }]),
    ],
  ])('are known by the digest that a mutation may put behind the tag: of %s', async (_, context, image) => {
    const { source, opened } = sourceOf({ 'web:1': image });
    await source.find(asking('web:1', context));
    const pinned = `web:1@${image.top.digest ?? ''}`;
    expect(source.peek(asking(pinned, context))).toMatchObject({
      status: 'known',
      value: { platform: 'platform' in context ? context.platform : 'linux/amd64' },
    });
    expect(opened).toHaveLength(1);
  });

  it('are those of the platform that the policy means, else of the usual one', async () => {
    const image = indexOf([
      { layers: [[file('a')]], platform: { os: 'linux', architecture: 'amd64' } },
      { layers: [[file('b')]], platform: { os: 'linux', architecture: 'arm64' } },
    ]);
    const { source } = sourceOf({ 'web:1': image }, { platform: 'linux/arm64' });
    expect(await source.find(asking('web:1'))).toMatchObject({ value: { platform: 'linux/arm64' } });
    const amd = asking('web:1', { platform: 'linux/amd64' });
    expect(await source.find(amd)).toMatchObject({ value: { platform: 'linux/amd64' } });
  });

  it('hold no more memory than they may', async () => {
    const images = { 'a:1': web(), 'b:1': imageOf([[program('bin/sh', bash)]]) };
    const { source } = sourceOf(images, { memoryBytes: 1 });
    await source.find(asking('a:1'));
    expect(source.peek(asking('a:1'))).toEqual(known);
    await source.find(asking('b:1'));
    expect(source.peek(asking('b:1'))).toEqual(known);
    expect(source.peek(asking('a:1'))).toBeUndefined();
  });
});

describe('an image that cannot be read', () => {
  it('is unavailable for a while, and tried again then', async () => {
    const images: Record<string, MemorySource> = {};
    const { source, clock, opened, inspections } = sourceOf(images, { failureAge: 10_000 });
    const refused = { status: 'unavailable', reason: '`web:1` is not allowed' };
    expect(await source.find(asking('web:1'))).toEqual(refused);
    expect(source.peek(asking('web:1'))).toEqual(refused);
    expect(opened).toHaveLength(1);
    expect(inspections).toMatchObject([{ reference: 'web:1', failure: refused.reason }]);
    images['web:1'] = web();
    clock.now = 10_000;
    expect(source.peek(asking('web:1'))).toBeUndefined();
    expect(await source.find(asking('web:1'))).toEqual(known);
  });

  it('is no failure of others that use other credentials', async () => {
    const { source } = sourceOf({});
    await source.find(asking('web:1', { namespace: 'shop' }));
    expect(source.peek(asking('web:1', { namespace: 'shop' }))).toMatchObject({ status: 'unavailable' });
    expect(source.peek(asking('web:1', { namespace: 'bank' }))).toBeUndefined();
  });

  it('is given up after the longest that one may take', async () => {
    const { source } = sourceOf({ 'web:1': Held.of(web()) }, { longest: 20 });
    expect(await source.find(asking('web:1'))).toEqual({
      status: 'unavailable',
      reason: 'it was not inspected within 0.02 s',
    });
  });

  it('is given up when nothing is wanted any more', async () => {
    const { source, inspections } = sourceOf({ 'web:1': Held.of(web()) });
    const answer = source.find(asking('web:1'));
    source.close();
    expect(await answer).toMatchObject({ status: 'unavailable' });
    expect(inspections).toEqual([]);
  });
});

describe('credentials of a pod', () => {
  const shop = { namespace: 'shop', serviceAccount: 'web', pullSecrets: 'a,b' };
  const bank = { namespace: 'bank', serviceAccount: 'web', pullSecrets: 'a,b' };

  it('are told to who opens the image', async () => {
    const { source, opened } = sourceOf({ 'web:1': web() });
    await source.find(asking('web:1', shop));
    expect(opened).toEqual([{ reference: 'web:1', pulling: { ...shop, pullSecrets: ['a', 'b'] } }]);
  });

  it('are asked for by pods of other credentials, where they were of use', async () => {
    const { source, privately } = sourceOf({ 'web:1': web() });
    privately.add('web:1');
    await source.find(asking('web:1', shop));
    expect(source.peek(asking('web:1', shop))).toEqual(known);
    expect(source.peek(asking('web:1', bank))).toBeUndefined();
    expect(source.peek(asking('web:1', { ...shop, serviceAccount: 'cron' }))).toBeUndefined();
    expect(source.peek(asking('web:1', { ...shop, pullSecrets: 'a' }))).toBeUndefined();
  });

  it('are nothing to ask for where anybody may read the image', async () => {
    const { source, opened } = sourceOf({ 'web:1': web() });
    await source.find(asking('web:1', shop));
    expect(source.peek(asking('web:1', bank))).toEqual(known);
    expect(opened).toHaveLength(1);
  });

  it('keep what was pinned to themselves, too', async () => {
    const image = web();
    const { source, privately } = sourceOf({ 'web:1': image });
    privately.add('web:1');
    await source.find(asking('web:1', shop));
    const pinned = `web:1@${image.top.digest ?? ''}`;
    expect(source.peek(asking(pinned, shop))).toEqual(known);
    expect(source.peek(asking(pinned, bank))).toBeUndefined();
  });
});

describe('many images', () => {
  it('are inspected a few at a time', async () => {
    const first = Held.of(web());
    const second = Held.of(imageOf([[file('b')]]));
    const { source } = sourceOf({ 'a:1': first, 'b:1': second }, { concurrency: 1 });
    const answers = [source.find(asking('a:1')), source.find(asking('b:1'))];
    await expect.poll(() => first.begun).toBeGreaterThan(0);
    expect(second.begun).toBe(0);
    second.release();
    first.release();
    expect(await Promise.all(answers)).toEqual([known, known]);
  });
});
