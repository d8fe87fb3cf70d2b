import { defineConfig } from 'rolldown';

/**
 * The published program, our own files in one chunk a command, and the library `abatis/lock`; the dependencies are left
 * to npm.
 */
export default defineConfig({
  input: { abatis: 'src/cli/main.ts', lock: 'src/lock/index.ts' },
  platform: 'node',
  external: (id) => !id.startsWith('.') && !id.startsWith('/'),
  output: { dir: 'dist', format: 'esm', chunkFileNames: '[name]-[hash].js', cleanDir: true },
});
