/**
 * Writes `src/openapi/data.ts` from the OpenAPI of the pinned API server:
 * `npx node test/control-plane/generate-openapi.ts`. To be run when the pin moves; an end-to-end test says so
 * when it was forgotten.
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { obtainBinaries, readOpenApi, startControlPlane } from './index.ts';
import { renderOpenApi } from './openapi-table.ts';

const target = join(import.meta.dirname, '../../src/openapi/data.ts');
const binaries = await obtainBinaries((line) => process.stderr.write(`control plane: ${line}\n`));
const controlPlane = await startControlPlane(binaries, { everyVersion: true });
try {
  const table = await readOpenApi(async (path) => (await controlPlane.request(path)).body);
  writeFileSync(target, renderOpenApi(table, `v${controlPlane.version}`));
  execFileSync('npx', ['biome', 'check', '--write', target], { stdio: 'inherit' });
} finally {
  await controlPlane.stop();
}
