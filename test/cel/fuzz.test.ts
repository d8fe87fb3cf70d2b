import { test } from 'vitest';
import { fuzz } from './fuzzing.ts';

test('5,000 random inputs are compiled or refused, none throws, none takes long', () => {
  fuzz(5000, 20_240_229);
});
