import { onTestFinished } from 'vitest';
import {
  type CredentialSource,
  type HostConfig,
  type ImageFacts,
  type InspectOptions,
  inspectImage,
  Registry,
  type RegistryConfig,
  type RegistryOptions,
} from '../../../src/facts/image/index.ts';
import type { RegistryServer } from '../../registry/index.ts';

/** What lets a client contact something on this machine, without TLS. */
export const loopback: HostConfig = { plainHttp: true, addresses: 'local' };

/** A client that may read these hosts of this machine, without TLS; it ends with the test. */
export function clientOf(
  servers: readonly Pick<RegistryServer, 'host'>[],
  config: Partial<RegistryConfig> = {},
  options: RegistryOptions = {},
): Registry {
  const allowedHosts = servers.map(({ host }) => host);
  const hosts = { ...Object.fromEntries(allowedHosts.map((host) => [host, loopback])), ...config.hosts };
  const registry = new Registry({ allowedHosts, ...config, hosts }, options);
  onTestFinished(() => registry.close());
  return registry;
}

/** The facts about an image of a registry on this machine. */
export function inspect(
  reference: string,
  { credentials, config = {}, ...options }: InspectOptions & Reading = {},
): Promise<ImageFacts> {
  const registry = clientOf([{ host: reference.slice(0, reference.indexOf('/')) }], config);
  return inspectImage(registry.image(reference, credentials), options);
}

interface Reading {
  readonly credentials?: CredentialSource;
  readonly config?: Partial<RegistryConfig>;
}
