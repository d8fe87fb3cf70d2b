import { json } from './json.ts';
import { junit } from './junit.ts';
import { pretty } from './pretty.ts';
import type { TestReporter } from './reporter.ts';

export type { TestReporter } from './reporter.ts';

/** Every output format of `abatis test`, the default one first. */
export const testReporters: readonly TestReporter[] = [pretty, json, junit];
