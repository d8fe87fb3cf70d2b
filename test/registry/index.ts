/** A real registry for the end-to-end tests: where it comes from, how it runs, how images get there. */
import { afterAll, beforeAll, describe } from 'vitest';
import { findRegistry, obtainRegistry } from './program.ts';
import { type RegistryServer, type RegistryServerOptions, startRegistry } from './server.ts';

export { findRegistry, obtainRegistry } from './program.ts';
export { type PushOptions, push } from './push.ts';
export { type RegistryServer, type RegistryServerOptions, startRegistry } from './server.ts';

/** Starts another registry, which ends with the suite. */
export type StartRegistry = (options?: RegistryServerOptions) => Promise<RegistryServer>;

/**
 * A suite with registries of its own. Where the program has not been brought, it is skipped and says so; with
 * `ABATIS_E2E=required` it is brought if need be, and a suite without one fails.
 */
export function describeWithRegistry(name: string, define: (start: StartRegistry) => void): void {
  if (findRegistry() === undefined && process.env['ABATIS_E2E'] !== 'required') {
    const help = 'bring it once (some seconds) with `npx node test/registry/build.ts`';
    process.stderr.write(`\n*** NOT RUN: ${name}\n*** there is no registry yet\n*** ${help}\n\n`);
    describe.skip(`${name} (not run: no registry)`, () => define(notRunning));
    return;
  }
  describe(name, () => {
    let program = '';
    const servers: RegistryServer[] = [];
    beforeAll(async () => {
      program = await obtainRegistry((line) => process.stderr.write(`registry: ${line}\n`));
    });
    afterAll(async () => void (await Promise.all(servers.map((server) => server.stop()))));
    define(async (options) => {
      const server = await startRegistry(program, options);
      servers.push(server);
      return server;
    });
  });
}

const notRunning: StartRegistry = () => Promise.reject(new Error('the registry runs only while tests do'));
