/**
 * Images in registries. A {@link Registry} gives an image's {@link ImageSource} by its name, and contacts only what its
 * {@link RegistryConfig} allows.
 */
export {
  type AddressScope,
  type CredentialsConfig,
  defaultRegistryLimits,
  type HostConfig,
  type RegistryConfig,
  type RegistryLimits,
} from './config.ts';
export type { Credential, CredentialSource } from './credential.ts';
export { parseDockerConfig, parseDockercfg } from './docker-config.ts';
export { Keyring, type KeyringEntry } from './keyring.ts';
export {
  type PullingPod,
  type PullSecret,
  type PullSecretReader,
  pullSecretCredentials,
} from './pull-secrets.ts';
export { formatReference, parseReference, type Reference } from './reference.ts';
export { Registry, type RegistryOptions } from './registry.ts';
export type { Timing } from './timing.ts';
