/** Brings the registry of the tests ahead of them: `npx node test/registry/build.ts`. Prints its path. */
import { obtainRegistry } from './program.ts';

try {
  process.stdout.write(`${await obtainRegistry((line) => process.stderr.write(`registry: ${line}\n`))}\n`);
} catch (error) {
  process.stderr.write(`registry: ${(error as Error).message}\n`);
  process.exitCode = 1;
}
