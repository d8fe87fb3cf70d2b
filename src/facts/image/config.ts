import { Json } from './json.ts';
import { type Platform, parsePlatform } from './platform.ts';

/** What an image's configuration says of how it is run. */
export interface ImageConfig {
  readonly platform: Platform | undefined;
  /** RFC 3339; null where it is not told. */
  readonly created: string | null;
  /** `user`, `uid`, either with `:group`; empty is root. */
  readonly user: string;
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  /** Names only: values may be secret. */
  readonly env: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** As `8080/tcp`. */
  readonly exposedPorts: readonly string[];
  readonly workingDir: string;
  /** Digests of the decompressed layers. */
  readonly diffIds: readonly string[];
}

/** Far more of anything than a container could be started with. */
const most = 10_000;

/** Reads an image configuration, OCI's or Docker's. */
export function parseConfig(bytes: Uint8Array): ImageConfig {
  const json = Json.parse(bytes, 'the image configuration');
  const config = json.get('config').missing
    ? new Json({}, 'the image configuration, `config`')
    : json.get('config');
  const variant = json.get('variant').text('');
  const platform = `${json.get('os').text('')}/${json.get('architecture').text('')}`;
  return {
    platform: parsePlatform(variant === '' ? platform : `${platform}/${variant}`),
    created: json.get('created').text('') || null,
    user: config.get('User').text(''),
    entrypoint: config.get('Entrypoint').texts(most),
    cmd: config.get('Cmd').texts(most),
    env: config
      .get('Env')
      .texts(most)
      .map((text) => text.split('=', 1)[0] as string),
    labels: config.get('Labels').record(),
    exposedPorts: config.get('ExposedPorts').keys().sort(),
    workingDir: config.get('WorkingDir').text(''),
    diffIds: json.get('rootfs').missing ? [] : json.get('rootfs').get('diff_ids').texts(most),
  };
}
