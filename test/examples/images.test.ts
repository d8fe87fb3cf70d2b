import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { exampleImages } from './images.ts';

it.each(Object.entries(exampleImages))('%s is what `node test/examples/images.ts` writes', (path, make) => {
  expect(readFileSync(join(import.meta.dirname, '../../examples', path)).equals(make())).toBe(true);
});
