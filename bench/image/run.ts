/**
 * How fast layers are inspected, beside decompressing them only, and how much memory that takes.
 * Run: `npm run bench:image`.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, type Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import * as zlib from 'node:zlib';
import { verified } from '../../src/facts/image/digest.ts';
import { inspectLayer } from '../../src/facts/image/layer/inspect.ts';
import { defaultLimits } from '../../src/facts/image/limits.ts';
import type { Compression } from '../../src/facts/image/media-types.ts';
import { applicationLayer } from './layers.ts';

const rounds = process.argv.includes('--quick') ? 1 : 3;
const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'abatis-bench-'));
const signal = new AbortController().signal;

interface Form {
  readonly compression: Compression;
  compress(): Transform | undefined;
  decompress(): Transform | undefined;
}

const forms: readonly Form[] = [
  {
    compression: 'gzip',
    compress: () => zlib.createGzip(),
    decompress: () => zlib.createGunzip({ chunkSize: 131072 }),
  },
  {
    compression: 'zstd',
    compress: () => zlib.createZstdCompress(),
    decompress: () => zlib.createZstdDecompress({ chunkSize: 131072 }),
  },
];

const read = (path: string): AsyncIterable<Buffer> => createReadStream(path, { highWaterMark: 256 * 1024 });

/** Decompresses, and does nothing with it. */
async function plain(path: string, { decompress }: Form): Promise<number> {
  let bytes = 0;
  await pipeline(Readable.from(read(path)), decompress() as Transform, async (chunks) => {
    for await (const chunk of chunks as AsyncIterable<Buffer>) bytes += chunk.length;
  });
  return bytes;
}

async function inspect(path: string, { compression }: Form, digest: string): Promise<void> {
  const { size } = statSync(path);
  const { stream } = verified(read(path), { mediaType: '', digest, size }, 'layer');
  await inspectLayer(stream, { compression, size, limits: defaultLimits, signal });
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return (performance.now() - from) / 1000;
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number;

try {
  console.log('layer  MB stored  MB inside  plain MB/s  inspected MB/s  inspected/plain');
  for (const form of forms) {
    const path = join(folder, form.compression);
    await pipeline(
      Readable.from(applicationLayer(root)),
      form.compress() as Transform,
      createWriteStream(path),
    );
    const hash = createHash('sha256');
    for await (const chunk of read(path)) hash.update(chunk);
    const digest = `sha256:${hash.digest('hex')}`;
    const inside = (await plain(path, form)) / 1e6;
    await inspect(path, form, digest);
    const [alone, whole, ratios]: [number[], number[], number[]] = [[], [], []];
    for (let round = 0; round < rounds; round++) {
      const a = await seconds(() => plain(path, form));
      const b = await seconds(() => inspect(path, form, digest));
      alone.push(inside / a);
      whole.push(inside / b);
      ratios.push(a / b);
    }
    const row = [statSync(path).size / 1e6, inside, median(alone), median(whole)].map((value) =>
      value.toFixed(0),
    );
    console.log(
      `${form.compression}   ${row.map((text) => text.padStart(9)).join('  ')}  ${median(ratios).toFixed(2)}`,
    );
  }
  console.log('\nMB inside  peak RSS, MiB');
  for (const megabytes of [0, 64, 512, 2048]) {
    const script = join(import.meta.dirname, 'memory.ts');
    const peak = Number(execFileSync(process.execPath, [script, String(megabytes)], { encoding: 'utf8' }));
    console.log(`${String(megabytes).padStart(9)}  ${(peak / 1024).toFixed(0).padStart(8)}`);
  }
} finally {
  rmSync(folder, { recursive: true });
}
