/** One of several processes that read and write the same small cache. Fails where it gets anything but what belongs to a key. */
import { ImageCache } from '../../../src/facts/image/index.ts';

const signal = new AbortController().signal;
const folder = process.argv[2] as string;
for (let round = 0; round < 60; round++) {
  const key = `key-${(round * 7) % 10}`;
  const expected = key.repeat(200);
  const cache = new ImageCache({
    folder,
    diskBytes: 8000,
    onProblem: (error) => {
      throw error;
    },
  });
  const found = await cache.obtain('layer', key, async () => expected, signal);
  if (found !== expected) process.exit(1);
}
