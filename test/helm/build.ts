/** Builds the helm of the chart's tests ahead of them: `npx node test/helm/build.ts`. Prints its path. */
import { obtainHelm } from './binary.ts';

try {
  process.stdout.write(`${await obtainHelm((line) => process.stderr.write(`helm: ${line}\n`))}\n`);
} catch (error) {
  process.stderr.write(`helm: ${(error as Error).message}\n`);
  process.exitCode = 1;
}
