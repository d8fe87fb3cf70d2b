/**
 * Writes `src/kinds/builtin.ts` from the discovery of the pinned API server and from the versions that
 * earlier ones served: `npx node test/control-plane/generate-kinds.ts`. To be run when the pin moves;
 * an end-to-end test says so when it was forgotten.
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { builtinKinds } from '../../src/kinds/builtin.ts';
import {
  discoverKinds,
  type KindRow,
  mergeKinds,
  obtainBinaries,
  retiredKinds,
  startControlPlane,
} from './index.ts';
import { renderBuiltinKinds } from './render-kinds.ts';

const target = join(import.meta.dirname, '../../src/kinds/builtin.ts');
const binaries = await obtainBinaries((line) => process.stderr.write(`control plane: ${line}\n`));
const controlPlane = await startControlPlane(binaries, { everyVersion: true });
try {
  const discovered = await discoverKinds(async (path) => (await controlPlane.request(path)).body);
  const kinds = mergeKinds([...retiredKinds, ...discovered]);
  const kept = new Set(versionsOf(kinds));
  for (const lost of versionsOf(builtinKinds).filter((version) => !kept.has(version))) {
    process.stderr.write(`no longer served, to be listed in retired-kinds.ts: ${lost}\n`);
    process.exitCode = 1;
  }
  writeFileSync(target, renderBuiltinKinds(kinds, `v${controlPlane.version}`));
  execFileSync('npx', ['biome', 'check', '--write', target], { stdio: 'inherit' });
} finally {
  await controlPlane.stop();
}

function versionsOf(kinds: readonly KindRow[]): readonly string[] {
  return kinds.flatMap(({ group, kind, versions }) =>
    versions.map((version) => `${group}/${version} ${kind}`),
  );
}
