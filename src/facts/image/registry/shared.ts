import type { RegistryLimits } from './config.ts';
import type { Hosts } from './hosts.ts';
import type { Timing } from './timing.ts';
import type { Tokens } from './tokens.ts';
import type { Transport } from './transport.ts';

/** What all sessions share. */
export interface Shared {
  readonly hosts: Hosts;
  readonly limits: RegistryLimits;
  readonly timing: Timing;
  readonly transport: Transport;
  readonly tokens: Tokens;
}
