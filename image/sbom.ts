/**
 * Prints the bill of materials of what is shipped, as CycloneDX: `npm run --silent sbom`.
 *
 * By the lockfile without what is for developing. `npm sbom --omit=dev` alone leaves out what both need.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

interface Locked {
  readonly dev?: boolean;
  readonly devOptional?: boolean;
}

const root = resolve(import.meta.dirname, '..');
const { devDependencies: _, ...manifest } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
const shipped = Object.entries(lock.packages as Record<string, Locked>)
  .filter(([path, { dev, devOptional }]) => path !== '' && dev !== true && devOptional !== true)
  .map(([path, entry]) => [path, entry]);
const { devDependencies: __, ...itself } = lock.packages[''];
const packages = { '': itself, ...Object.fromEntries(shipped) };

const folder = mkdtempSync(join(tmpdir(), 'abatis-sbom-'));
try {
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ ...lock, packages }));
  const args = ['sbom', '--package-lock-only', '--sbom-format=cyclonedx'];
  const options = { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 26 } as const;
  process.stdout.write(execFileSync('npm', args, { ...options, stdio: ['ignore', 'pipe', 'inherit'] }));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
