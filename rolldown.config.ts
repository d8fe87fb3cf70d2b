import { defineConfig } from 'rolldown';

/**
 * The published program, our own files in one chunk a command, and the libraries `abatis/lock` and `abatis/testing`; the
 * dependencies are left to npm.
 */
export default defineConfig({
  input: { abatis: 'src/cli/main.ts', lock: 'src/lock/index.ts', testing: 'src/testing/index.ts' },
  platform: 'node',
  external: (id) => !id.startsWith('.') && !id.startsWith('/'),
  output: { dir: 'dist', format: 'esm', chunkFileNames: '[name]-[hash].js', cleanDir: true },
});
