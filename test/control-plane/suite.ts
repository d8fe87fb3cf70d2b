import { afterAll, beforeAll, describe, it, type TestFunction } from 'vitest';
import type { ApiServerOptions } from './api-server.ts';
import { type Found, findBinaries } from './binaries.ts';
import { obtainBinaries } from './builder.ts';
import { type ControlPlane, startControlPlane } from './control-plane.ts';
import { kubernetesVersion } from './pinned.ts';
import { atLeast } from './version.ts';

export interface SuiteOptions extends ApiServerOptions {
  /** The oldest Kubernetes the whole suite makes sense on, such as `1.30`. */
  readonly needs?: string;
}

export interface Suite {
  /** The control plane, once the suite runs: call it in hooks and tests. */
  readonly controlPlane: () => ControlPlane;
  /** A test that an older API server than this (such as `1.30`) cannot pass; it is skipped by name there. */
  readonly itNeeds: (version: string, name: string, test: TestFunction) => void;
}

/**
 * A suite with a control plane of its own.
 *
 * Where no control plane has been built, it is skipped, and says so on standard error. With
 * `ABATIS_E2E=required` it is built if need be, and a suite without one fails.
 */
export function describeWithControlPlane(
  name: string,
  options: SuiteOptions,
  define: (suite: Suite) => void,
): void {
  const required = process.env['ABATIS_E2E'] === 'required';
  const found = findBinaries();
  if (!found.found && !required) {
    announce(name, found);
    describe.skip(`${name} (not run: no control plane)`, () => define(suiteOf(kubernetesVersion.slice(1))));
    return;
  }
  const version = found.found ? found.binaries.version : kubernetesVersion.slice(1);
  if (options.needs !== undefined && !atLeast(version, options.needs)) {
    describe.skip(notRun(name, options.needs, version), () => define(suiteOf(version)));
    return;
  }
  describe(name, () => {
    let controlPlane: ControlPlane | undefined;
    beforeAll(async () => {
      controlPlane = await startControlPlane(await obtainBinaries(say), options);
    });
    afterAll(async () => controlPlane?.stop());
    define(suiteOf(version, () => controlPlane));
  });
}

function suiteOf(version: string, current: () => ControlPlane | undefined = () => undefined): Suite {
  return {
    controlPlane: () => {
      const controlPlane = current();
      if (controlPlane === undefined) throw new Error('the control plane runs only while tests do');
      return controlPlane;
    },
    itNeeds: (needed, name, test) => {
      if (atLeast(version, needed)) it(name, test);
      else it.skip(notRun(name, needed, version), test);
    },
  };
}

/** The name of what is skipped because the API server is too old, which it says as loudly. */
function notRun(name: string, needed: string, version: string): string {
  const label = `${name} (not run: needs Kubernetes ${needed}, found ${version})`;
  say(`*** NOT RUN: ${label}`);
  return label;
}

function announce(name: string, { reason, help }: Found & { readonly found: false }): void {
  say(`\n*** NOT RUN: ${name}\n*** no control plane: ${reason}\n*** ${help}\n`);
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
