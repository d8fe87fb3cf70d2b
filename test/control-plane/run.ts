/**
 * Runs a control plane to play with: `npx node test/control-plane/run.ts`. Prints what to export for
 * kubectl, and ends, leaving nothing, when it is interrupted.
 */
import { obtainBinaries, startControlPlane } from './index.ts';

const binaries = await obtainBinaries((line) => process.stderr.write(`control plane: ${line}\n`));
const controlPlane = await startControlPlane(binaries);
process.stdout.write(`export KUBECONFIG=${await controlPlane.kubeconfigFor()}\n`);
process.stderr.write(
  `Kubernetes ${controlPlane.version} at ${controlPlane.url}; kubectl is ${binaries.paths.kubectl}\n`,
);
process.once('SIGINT', controlPlane.stop);
process.once('SIGTERM', controlPlane.stop);
