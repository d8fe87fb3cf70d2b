/**
 * Builds the control plane for the end-to-end tests ahead of them: `npx node test/control-plane/build.ts`.
 * Prints the folder of the programs, which may serve as KUBEBUILDER_ASSETS elsewhere.
 */
import { dirname } from 'node:path';
import { obtainBinaries } from './builder.ts';

try {
  const { paths } = await obtainBinaries((line) => process.stderr.write(`control plane: ${line}\n`));
  process.stdout.write(`${dirname(paths['kube-apiserver'])}\n`);
} catch (error) {
  process.stderr.write(`control plane: ${(error as Error).message}\n`);
  process.exitCode = 1;
}
