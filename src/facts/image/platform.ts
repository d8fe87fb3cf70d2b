import { ImageError } from './error.ts';

/** What an image runs on, in Go's words. */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  /** Of the CPU: `v7` for arm; empty where there is none. */
  readonly variant: string;
}

/** What is inspected where nobody says otherwise. */
export const defaultPlatform: Platform = { os: 'linux', architecture: 'amd64', variant: '' };

const form = /^([a-z0-9_.-]{1,64})\/([a-z0-9_.-]{1,64})(?:\/([a-z0-9_.-]{1,64}))?$/;

/** Reads `linux/arm/v7`. Undefined where a text is no platform. */
export function parsePlatform(text: string): Platform | undefined {
  const [, os, architecture, variant = ''] = form.exec(text) ?? [];
  if (os === undefined || architecture === undefined) return undefined;
  return { os, architecture, variant };
}

/** As {@link parsePlatform}, for text from a user. */
export function requirePlatform(text: string): Platform {
  const platform = parsePlatform(text);
  if (platform !== undefined) return platform;
  throw new ImageError('platform', `\`${text}\` is no platform`, {
    help: 'write operating system and architecture: linux/arm64, linux/arm/v7',
  });
}

export function formatPlatform({ os, architecture, variant }: Platform): string {
  return variant === '' ? `${os}/${architecture}` : `${os}/${architecture}/${variant}`;
}

// arm64 is always v8 and amd64 v1 where nothing is said (containerd, platforms/defaults).
function variantOf({ architecture, variant }: Platform): string {
  if (variant !== '') return variant;
  if (architecture === 'arm64') return 'v8';
  if (architecture === 'amd64') return 'v1';
  return architecture === 'arm' ? 'v7' : '';
}

/** Whether what is offered is what was wanted. A variant counts as its default where it is not given. */
export function matchesPlatform(offered: Platform, wanted: Platform): boolean {
  return (
    offered.os === wanted.os &&
    offered.architecture === wanted.architecture &&
    variantOf(offered) === variantOf(wanted)
  );
}
