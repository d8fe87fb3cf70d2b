import type { TestRun } from '../../testing/index.ts';

export interface TestRenderOptions {
  readonly colour: boolean;
  /** Only some tests ran: what the rest covers is not known. */
  readonly isFiltered: boolean;
}

/** An output format of `abatis test`. */
export interface TestReporter {
  readonly name: string;
  /** One line for the help. */
  readonly summary: string;
  /** The whole run as text that ends in a newline. */
  readonly render: (run: TestRun, options: TestRenderOptions) => string;
}
