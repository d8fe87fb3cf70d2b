import { test } from 'vitest';
import { fuzz } from '../cel/fuzzing.ts';

test('200,000 random inputs are compiled or refused, none throws, none takes long', () => {
  fuzz(200_000, 7);
});
