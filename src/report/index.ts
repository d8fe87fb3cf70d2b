import { json } from './json.ts';
import { pretty } from './pretty.ts';
import type { Reporter } from './report.ts';

export { changeLines } from './amendments.ts';
export { type Colours, colours } from './colours.ts';
export { renderDiagnostics } from './diagnostics.ts';
export { diagnosticEntry } from './json.ts';
export { printable } from './printable.ts';
export {
  type JudgedObject,
  type PlacedFinding,
  type RenderOptions,
  type Report,
  type Reporter,
  type Skipped,
  type Totals,
  totals,
} from './report.ts';

/** Every output format, the default one first. One file and one line here make a format. */
export const reporters: readonly Reporter[] = [pretty, json];
