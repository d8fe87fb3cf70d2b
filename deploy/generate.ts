/** Writes `deploy/abatis.yaml` from the chart, for clusters without helm: `npm run manifests`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { obtainHelm } from '../test/helm/binary.ts';
import { manifests } from './manifests.ts';

const file = join(import.meta.dirname, 'abatis.yaml');
const helm = await obtainHelm((line) => process.stderr.write(`helm: ${line}\n`));
writeFileSync(file, manifests(helm));
process.stdout.write(`${file}\n`);
